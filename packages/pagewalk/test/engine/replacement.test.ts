/** Theorems about replacement, on random reference strings. They hold for the policy's definition and need no oracle to be believed. */
import { POLICIES, type PolicyId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { NEVER, nextUses } from '../oracle/future.ts';
import { lruFaults, stackDistances } from '../oracle/stack-distance.ts';
import type { Access } from '../oracle/trace.ts';
import { effort } from '../support/arbitrary.ts';
import { RawEngine } from '../support/raw-engine.ts';

/** Up to three processes on up to a dozen pages; small numbers are the more frequent, so that there is something to keep. */
const references: fc.Arbitrary<Access[]> = fc.array(
  fc
    .record({ pid: fc.nat(2), op: fc.constantFrom('R', 'R', 'W'), a: fc.nat(11), b: fc.nat(11) })
    .map(
      ({ pid, op, a, b }) => ({ pid, op, address: BigInt(Math.min(a, b)) << 12n, extent: 1, folded: false }) as Access,
    ),
  { maxLength: 200, size: 'max' },
);

const faults = (policy: PolicyId, frames: number, trace: readonly Access[], params: number[] = []) =>
  new RawEngine(machine({ policy, params, frames }), trace).advance().counters().page_faults;

const pageOf = ({ pid, address }: Access) => `${pid}:${address >> 12n}`;

/** Pages in memory after each reference. */
function residents(policy: PolicyId, frames: number, trace: readonly Access[]): Set<string>[] {
  const engine = new RawEngine(machine({ policy, frames }), trace);
  return trace.map(() => {
    engine.advance(1);
    const pages = engine.pids.flatMap((pid, slot) =>
      engine.pages(slot).flatMap(({ page, frame }) => (frame === null ? [] : [`${pid}:${page}`])),
    );
    return new Set(pages);
  });
}

describe('theorems', () => {
  test('no policy has fewer faults than OPT', () => {
    fc.assert(
      fc.property(references, fc.integer({ min: 1, max: 12 }), (trace, frames) => {
        const least = faults('opt', frames, trace);
        for (const { id } of POLICIES) expect(faults(id, frames, trace), id).toBeGreaterThanOrEqual(least);
      }),
      effort(60),
    );
  });

  test('LRU faults are what the stack distances say, for every size at once', () => {
    fc.assert(
      fc.property(references, (trace) => {
        const distances = stackDistances(trace.map(pageOf));
        for (let frames = 1; frames <= 20; frames++) {
          expect(faults('lru', frames, trace), `${frames} frames`).toBe(lruFaults(distances, frames));
        }
      }),
      effort(30),
    );
  });

  test('LRU: what is in memory with k frames is in memory with k + 1', () => {
    fc.assert(
      fc.property(references, fc.integer({ min: 1, max: 10 }), (trace, frames) => {
        const more = residents('lru', frames + 1, trace);
        for (const [at, fewer] of residents('lru', frames, trace).entries()) {
          expect(
            [...fewer].filter((page) => !more[at]?.has(page)),
            `after reference ${at}`,
          ).toEqual([]);
        }
      }),
      effort(30),
    );
  });

  test('OPT: the same, for pages that are used again (which of the others goes is a matter of ties)', () => {
    fc.assert(
      fc.property(references, fc.integer({ min: 1, max: 10 }), (trace, frames) => {
        const live = pagesStillNeeded(trace);
        const more = residents('opt', frames + 1, trace);
        for (const [at, fewer] of residents('opt', frames, trace).entries()) {
          const lost = [...fewer].filter((page) => live[at]?.has(page) && !more[at]?.has(page));
          expect(lost, `after reference ${at}`).toEqual([]);
        }
      }),
      effort(30),
    );
  });

  test.each<[PolicyId, number[]]>([
    ['fifo', []],
    ['lru', []],
    ['mru', []],
    ['random', []],
    ['opt', []],
    ['clock', [1, 1]],
    ['clock', [3, 1]],
  ])('%s %j: repeating each reference changes no fault', (policy, params) => {
    fc.assert(
      fc.property(references, fc.integer({ min: 1, max: 8 }), (trace, frames) => {
        const stuttering = trace.flatMap((access) => [access, { ...access, op: 'R' as const }]);
        expect(faults(policy, frames, stuttering, params)).toBe(faults(policy, frames, trace, params));
      }),
      effort(15),
    );
  });

  test('CLOCK on pages that are never used twice in a row before the hand comes is FIFO: one long scan', () => {
    const scan: Access[] = Array.from({ length: 500 }, (_, at) => ({
      pid: 1,
      op: 'R',
      address: BigInt(at % 37) << 12n,
      extent: 1,
      folded: false,
    }));
    for (const params of [
      [1, 1],
      [1, 0],
      [8, 1],
    ])
      expect(faults('clock', 36, scan, params)).toBe(faults('fifo', 36, scan));
  });

  test('a loop one page larger than memory: LRU and FIFO lose every reference, MRU and OPT almost none', () => {
    const loop: Access[] = Array.from({ length: 1000 }, (_, at) => ({
      pid: 1,
      op: 'R',
      address: BigInt(at % 10) << 12n,
      extent: 1,
      folded: false,
    }));
    expect(faults('lru', 9, loop)).toBe(1000);
    expect(faults('fifo', 9, loop)).toBe(1000);
    expect(faults('mru', 9, loop)).toBe(10 + Math.floor(990 / 9));
    expect(faults('opt', 9, loop)).toBe(10 + Math.floor(990 / 9));
  });
});

/** After each reference, the pages that some later one uses. */
function pagesStillNeeded(trace: readonly Access[]): Set<string>[] {
  const next = nextUses(trace, 12);
  const live = new Set<string>();
  return trace.map((access, at) => {
    if (next[at] === NEVER) live.delete(pageOf(access));
    else live.add(pageOf(access));
    return new Set(live);
  });
}
