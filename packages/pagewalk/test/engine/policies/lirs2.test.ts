import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { draw } from '../../oracle/trace.ts';
import { always } from '../../support/policy-cases.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { follows, pagesOf, wordsOf } from '../../support/worked-table.ts';

test('the worked table: a page becomes LIR by its third use, if the first of the three is still in the stack', () => {
  follows({
    policy: 'lirs2',
    frames: 3,
    statesOf: (row) => {
      const entries = wordsOf(row['S']);
      const lirs = entries.filter((entry) => entry.endsWith('L₁')).map((entry) => [pagesOf(entry)[0], 1]);
      const hirs = pagesOf(row['Q']).map((page) => [page, entries.includes(`${page}h₁`) ? 2 : 3]);
      return Object.fromEntries([...lirs, ...hirs]);
    },
    faults: 8,
  });
});

// Eight LIR pages are hit in each round; of the two others, the use before the last one has left the stack when they come back.
test('a loop over one page more than there are frames: two faults a round', () => {
  const loop = Array.from({ length: 1000 }, (_, at) => at % 10).join(' ');
  const engine = new RawEngine(machine({ policy: 'lirs2', frames: 9 }), draw(loop)).advance();
  expect(engine.counters().page_faults).toBe(10 + 2 * 99);
});

test('once memory is full, all frames but the share of HIR pages hold LIR pages', () => {
  always((trace, frames) => {
    const engine = new RawEngine(machine({ policy: 'lirs2', params: [40], frames }), trace).advance();
    if (engine.frames().includes(null)) return;
    const lirs = engine.view('policy_state').filter((word) => Number(word) === 1);
    expect(lirs.length).toBe(frames - Math.max(1, Math.floor(frames * 0.4)));
  });
});
