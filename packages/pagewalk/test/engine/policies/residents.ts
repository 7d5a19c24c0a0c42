/** What is in memory after each reference, of policies that give pages back: which frame holds a page does not matter there. */
import fc from 'fast-check';
import type { MachineConfig } from '../../oracle/config.ts';
import type { Access } from '../../oracle/trace.ts';
import { compareEachStep } from '../../support/compare.ts';
import { RawEngine } from '../../support/raw-engine.ts';

/** A page as drawings have it: the pid is 1 unless given. */
export const pageName = (pid: number, page: bigint): string => (pid === 1 ? `${page}` : `${pid}:${page}`);

/** The names of the pages after each reference, sorted, once the slow model agrees. */
export function pagesAfterEach(config: MachineConfig, trace: readonly Access[]): string[] {
  compareEachStep(config, trace);
  const engine = new RawEngine(config, trace);
  return trace.map(() => {
    engine.advance(1);
    const pages = engine.pids.flatMap((pid, slot) =>
      engine.pages(slot).flatMap(({ page, frame }) => (frame === null ? [] : [pageName(pid, page)])),
    );
    return pages.toSorted().join(' ');
  });
}

/** Up to three processes on up to a dozen pages; small numbers are the more frequent. */
export const references: fc.Arbitrary<Access[]> = fc.array(
  fc
    .record({ pid: fc.integer({ min: 1, max: 3 }), op: fc.constantFrom('R', 'R', 'W'), a: fc.nat(11), b: fc.nat(11) })
    .map(
      ({ pid, op, a, b }) => ({ pid, op, address: BigInt(Math.min(a, b)) << 12n, extent: 1, folded: false }) as Access,
    ),
  { maxLength: 120, size: 'max' },
);
