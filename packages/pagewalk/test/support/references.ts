/** Random reference strings. */
import fc from 'fast-check';
import type { Access } from '../oracle/trace.ts';

/** Up to three processes on up to a dozen pages; small numbers are the more frequent, so that there is something to keep. */
export const references: fc.Arbitrary<Access[]> = fc.array(
  fc
    .record({ pid: fc.nat(2), op: fc.constantFrom('R', 'R', 'W'), a: fc.nat(11), b: fc.nat(11) })
    .map(
      ({ pid, op, a, b }) => ({ pid, op, address: BigInt(Math.min(a, b)) << 12n, extent: 1, folded: false }) as Access,
    ),
  { maxLength: 200, size: 'max' },
);

export const pageOf = ({ pid, address }: Access) => `${pid}:${address >> 12n}`;
