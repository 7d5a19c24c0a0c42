/**
 * Theorems about single policies, on random reference strings. They hold for the policy's definition and need no oracle to be believed. What holds for
 * all of them is in `../conformance`.
 */
import type { PolicyId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { lruFaults, stackDistances } from '../oracle/stack-distance.ts';
import type { Access } from '../oracle/trace.ts';
import { effort } from '../support/arbitrary.ts';
import { RawEngine } from '../support/raw-engine.ts';
import { pageOf, references } from '../support/references.ts';

const faults = (policy: PolicyId, frames: number, trace: readonly Access[], params: number[] = []) =>
  new RawEngine(machine({ policy, params, frames }), trace).advance().counters().page_faults;

describe('theorems', () => {
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
