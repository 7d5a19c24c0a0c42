/** Theorems about replacement, on random reference strings: with OPT as the bound, with repeats, and with more memory. */
import type { PolicyId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { expect } from 'vitest';
import { machine } from '../oracle/config.ts';
import { isForeseeing, NEVER, nextUses } from '../oracle/future.ts';
import type { Access } from '../oracle/trace.ts';
import { effort } from '../support/arbitrary.ts';
import { RawEngine } from '../support/raw-engine.ts';
import { pageOf, references } from '../support/references.ts';
import { eachPolicy, type Subject, settingOf } from './subjects.ts';

interface Given {
  readonly trace: readonly Access[];
  readonly frames: number;
  readonly params: readonly number[];
}

const runOf = (policy: PolicyId, { trace, frames, params }: Given) =>
  new RawEngine(machine({ policy, params, frames, swapSlots: 200 }), trace);
const faults = (policy: PolicyId, given: Given) => runOf(policy, given).advance().counters().page_faults;

function holds(subject: Subject, cases: number, check: (given: Given) => void, frames = 12): void {
  const given = fc.record({
    trace: references,
    frames: fc.integer({ min: 1, max: frames }),
    params: settingOf(subject),
  });
  const property = fc.property(given, (one) => {
    check(one);
  });
  fc.assert(property, effort(cases));
}

eachPolicy('it has no fewer faults than OPT', (subject) =>
  holds(subject, 20, (given) =>
    expect(faults(subject.id, given)).toBeGreaterThanOrEqual(faults('opt', { ...given, params: [] })),
  ),
);

const times = (trace: readonly Access[], count: number) =>
  trace.flatMap((access) => [access, ...Array.from({ length: count - 1 }, () => ({ ...access, op: 'R' as const }))]);

eachPolicy(
  'repeats change what its row says',
  (subject) =>
    holds(subject, 15, (given) => {
      const [once, twice, thrice] = [1, 2, 3].map((count) =>
        faults(subject.id, { ...given, trace: times(given.trace, count) }),
      );
      expect(thrice).toBe(twice);
      if (subject.row.repeats === 'never') expect(twice).toBe(once);
    }),
  ({ repeats }) => repeats !== 'always',
);

eachPolicy(
  'with more memory there is more in it',
  (subject) =>
    holds(
      subject,
      12,
      (given) => {
        const matters = isForeseeing(subject.id) ? pagesStillNeeded(given.trace) : null;
        const more = residents(subject.id, { ...given, frames: given.frames + 1 });
        for (const [at, fewer] of residents(subject.id, given).entries()) {
          const lost = [...fewer].filter((page) => !more[at]?.has(page) && matters?.[at]?.has(page) !== false);
          expect(lost, `after reference ${at}`).toEqual([]);
        }
      },
      10,
    ),
  ({ inclusion }) => inclusion === true,
);

/** Pages in memory after each reference. */
function residents(policy: PolicyId, given: Given): Set<string>[] {
  const engine = runOf(policy, given);
  return given.trace.map(() => {
    engine.advance(1);
    const pages = engine.pids.flatMap((pid, slot) =>
      engine.pages(slot).flatMap(({ page, frame }) => (frame === null ? [] : [`${pid}:${page}`])),
    );
    return new Set(pages);
  });
}

/** After each reference, the pages that some later one uses: which of the others goes is a matter of ties. */
function pagesStillNeeded(trace: readonly Access[]): Set<string>[] {
  const next = nextUses(trace, 12);
  const live = new Set<string>();
  return trace.map((access, at) => {
    if (next[at] === NEVER) live.delete(pageOf(access));
    else live.add(pageOf(access));
    return new Set(live);
  });
}
