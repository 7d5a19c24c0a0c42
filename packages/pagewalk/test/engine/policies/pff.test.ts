/** Page fault frequency: a frame more with each early fault, and what was not used goes with a late one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { type Access, draw } from '../../oracle/trace.ts';
import { effort } from '../../support/arbitrary.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { pageName, pagesAfterEach, references } from './residents.ts';

const pff = (interval: number, frames = 40) => machine({ policy: 'pff', params: [interval], frames, swapSlots: 1000 });

const run = (config: ReturnType<typeof machine>, trace: readonly Access[]) =>
  new RawEngine(config, trace).advance().counters();

test('interval = 2', () => {
  // At 7 the last fault, at 3, is 4 ago: 2 was used before it. At 9 it is 2 ago. At 12 it is 3 ago: 1, 3 and 4 were used before 9.
  const trace = draw('1 2 3 1 1 1 4 4 2 2 2 5');
  expect(pagesAfterEach(pff(2), trace)).toEqual([
    '1',
    '1 2',
    '1 2 3',
    '1 2 3',
    '1 2 3',
    '1 2 3',
    '1 3 4',
    '1 3 4',
    '1 2 3 4',
    '1 2 3 4',
    '1 2 3 4',
    '2 5',
  ]);
  expect(run(pff(2), trace)).toMatchObject({ page_faults: 6, released_pages: 4, policy_fallbacks: 0 });
  // One more, and the fault at 12 is in time.
  expect(run(pff(3), trace)).toMatchObject({ page_faults: 6, released_pages: 1 });
});

test('time is that of the process: the references of another make no fault late, and lose no page', () => {
  const trace = draw('1:1 1:2 1:1 2:7 2:7 2:7 2:7 2:7 1:3 1:3');
  expect(pagesAfterEach(pff(2), trace).at(-1)).toBe('1 2 2:7 3');
});

test('by its definition with ref bits that each fault clears', () => {
  fc.assert(
    fc.property(references, fc.integer({ min: 0, max: 12 }), (trace, interval) => {
      expect(pagesAfterEach(pff(interval), trace)).toEqual(withRefBits(trace, interval));
    }),
    effort(80),
  );
});

test('when no fault is ever late it is LRU', () => {
  fc.assert(
    fc.property(references, fc.integer({ min: 1, max: 12 }), (trace, frames) => {
      const lru = run(machine({ policy: 'lru', frames, swapSlots: 1000 }), trace);
      expect(run(pff(1000, frames), trace)).toMatchObject({
        page_faults: lru.page_faults,
        released_pages: 0,
        policy_fallbacks: lru.evictions,
      });
    }),
    effort(40),
  );
});

/** The pages in memory after each reference as Chu and Opderbeck have it, memory without end. */
function withRefBits(trace: readonly Access[], interval: number): string[] {
  const processes = new Map<number, { time: number; faultAt: number; referenced: Map<bigint, boolean> }>();
  return trace.map(({ pid, address }) => {
    const process = processes.get(pid) ?? { time: 0, faultAt: 0, referenced: new Map() };
    processes.set(pid, process);
    const { referenced } = process;
    process.time++;
    const page = address >> 12n;
    if (!referenced.has(page)) {
      const isLate = process.time - process.faultAt > interval;
      for (const [other, used] of referenced) {
        if (isLate && !used) referenced.delete(other);
        else referenced.set(other, false);
      }
      process.faultAt = process.time;
    }
    referenced.set(page, true);
    const pages = [...processes].flatMap(([pid, { referenced }]) =>
      [...referenced.keys()].map((page) => pageName(pid, page)),
    );
    return pages.toSorted().join(' ');
  });
}
