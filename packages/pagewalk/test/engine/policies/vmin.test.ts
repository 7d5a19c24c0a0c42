/** VMIN: the faults of the working set with the least memory. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { type Access, draw } from '../../oracle/trace.ts';
import { effort } from '../../support/arbitrary.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { pagesAfterEach, references } from './residents.ts';

const BELADY = draw('1 2 3 4 1 2 5 1 2 3 4 5');

const vmin = (tau: number, frames = 40) => machine({ policy: 'vmin', params: [tau], frames, swapSlots: 1000 });
const ws = (tau: number, frames = 40) => machine({ policy: 'ws', params: [tau, 1], frames, swapSlots: 1000 });

const run = (config: ReturnType<typeof machine>, trace: readonly Access[]) =>
  new RawEngine(config, trace).advance().counters();

test('the Belady string, tau = 3: only the second uses of 1 and 2 come soon enough', () => {
  expect(pagesAfterEach(vmin(3), BELADY)).toEqual(['', '', '', '', '1', '1 2', '1 2', '2', '', '', '', '']);
  expect(run(vmin(3), BELADY)).toMatchObject({ page_faults: 10, frame_touches: 6, released_pages: 10 });
});

test.each([
  [1, 12, 0],
  [2, 12, 0],
  [3, 10, 6],
  [4, 8, 14],
  [5, 7, 19],
])(
  'tau = %i: %i faults, as the working set; %i frames in use over the 12 touches',
  (tau, page_faults, frame_touches) => {
    expect(run(vmin(tau), BELADY)).toMatchObject({ page_faults, frame_touches });
  },
);

test('the faults of the working set with the same window, and after no touch a page more', () => {
  fc.assert(
    fc.property(references, fc.integer({ min: 0, max: 30 }), (trace, tau) => {
      const [ours, theirs] = [run(vmin(tau), trace), run(ws(tau), trace)];
      expect(ours.page_faults).toBe(theirs.page_faults);
      const sets = pagesAfterEach(ws(tau), trace).map((pages) => new Set(pages.split(' ')));
      for (const [at, pages] of pagesAfterEach(vmin(tau), trace).entries()) {
        for (const page of pages.split(' ')) if (page !== '') expect(sets[at]?.has(page), `after ${at}`).toBe(true);
      }
    }),
    effort(60),
  );
});

test('with too little memory it has no more faults than the working set, and with an endless window those of OPT', () => {
  fc.assert(
    fc.property(references, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 8 }), (trace, tau, frames) => {
      expect(run(vmin(tau, frames), trace).page_faults).toBeLessThanOrEqual(run(ws(tau, frames), trace).page_faults);
      const opt = run(machine({ policy: 'opt', frames, swapSlots: 1000 }), trace);
      expect(run(vmin(Number.MAX_SAFE_INTEGER, frames), trace).page_faults).toBe(opt.page_faults);
    }),
    effort(60),
  );
});
