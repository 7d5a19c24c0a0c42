/** Random traces for the properties. */
import fc from 'fast-check';
import type { AccessRecord } from '../../src/trace/record.ts';

export type FullRecord = Required<AccessRecord>;

const ADDRESS = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 0x4000n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: 0x7fff_ffff_e000n, max: 0x8000_0000_1000n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 2n ** 64n - 0x2000n, max: 2n ** 64n - 1n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
);

export const record: fc.Arbitrary<FullRecord> = fc.record({
  pid: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 0xffffff) },
  ),
  op: fc.oneof(
    { weight: 5, arbitrary: fc.constant('read' as const) },
    { weight: 2, arbitrary: fc.constantFrom('write', 'ifetch') },
  ),
  address: ADDRESS,
  extent: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 16 }) },
    { weight: 2, arbitrary: fc.integer({ min: 4000, max: 20_000 }) },
  ),
  folded: fc.constant(false),
});

const foldedRecord: fc.Arbitrary<FullRecord> = fc
  .tuple(record, fc.integer({ min: 1, max: 9 }))
  .map(([base, extent]) => ({ ...base, extent, folded: true }));

export const unfoldedTrace = fc.array(record, { maxLength: 200 });

export const trace = fc.array(fc.oneof({ weight: 3, arbitrary: record }, { weight: 1, arbitrary: foldedRecord }), {
  maxLength: 200,
});
