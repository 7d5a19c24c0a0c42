import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { always } from '../../support/policy-cases.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { follows, pagesOf, wordsOf } from '../../support/worked-table.ts';

test('the worked table: HIR pages used again while in the stack change roles with the LIR page at its bottom', () => {
  follows({
    policy: 'lirs',
    frames: 3,
    statesOf: (row) => ({
      ...Object.fromEntries(pagesOf(row['Q']).map((page) => [page, 3])),
      ...Object.fromEntries(
        wordsOf(row['S'])
          .filter((word) => !word.endsWith('g'))
          .map((word) => [pagesOf(word)[0], word.endsWith('L') ? 1 : 2]),
      ),
    }),
    faults: 7,
  });
});

// The eight LIR pages are hit in each round; the two others take turns in the ninth frame, and have left the stack when they come back.
test('a loop over one page more than there are frames: two faults a round', () => {
  const loop = Array.from({ length: 1000 }, (_, at) => at % 10).join(' ');
  const engine = new RawEngine(machine({ policy: 'lirs', frames: 9 }), draw(loop)).advance();
  expect(engine.counters().page_faults).toBe(10 + 2 * 99);
});

test('once memory is full, all frames but the share of HIR pages hold LIR pages', () => {
  always((trace, frames) => {
    const engine = new RawEngine(machine({ policy: 'lirs', params: [40], frames }), trace).advance();
    if (engine.frames().includes(null)) return;
    const lirs = engine.view('policy_state').filter((word) => Number(word) === 1);
    expect(lirs.length).toBe(frames - Math.max(1, Math.floor(frames * 0.4)));
  });
});
