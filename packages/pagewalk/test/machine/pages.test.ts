import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageSet } from '../../src/machine/pages.ts';
import { type AccessRecord, packRecords } from '../../src/trace/record.ts';

const words = (records: readonly AccessRecord[]): Int32Array => new Int32Array(packRecords(records).buffer);
const everywhere = (): boolean => true;

const someRecord: fc.Arbitrary<AccessRecord> = fc.record({
  pid: fc.constantFrom(0, 1, 2, 0xffffff),
  op: fc.constant('read' as const),
  address: fc.oneof(fc.bigInt({ min: 0n, max: 1n << 22n }), fc.bigInt({ min: 0n, max: (1n << 63n) - 1n })),
  extent: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20_000 })),
  folded: fc.boolean(),
});

describe('a set of pages', () => {
  it('counts what a set of strings counts', () => {
    const property = fc.property(
      fc.array(someRecord, { maxLength: 60 }),
      fc.integer({ min: 8, max: 30 }),
      (records, shift) => {
        const slow = new Set<string>();
        for (const { pid, address, extent = 1, folded } of records) {
          const last = folded ? address : address + BigInt(extent) - 1n;
          for (let page = address >> BigInt(shift); page <= last >> BigInt(shift); page++) slow.add(`${pid} ${page}`);
        }
        const fast = new PageSet(shift, everywhere);
        fast.add(words(records), 0, records.length);
        expect(fast.count).toBe(slow.size);
        fast.add(words(records), 0, records.length);
        expect(fast.count).toBe(slow.size);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('leaves out pages that do not exist', () => {
    const set = new PageSet(12, (page) => page < 2n);
    set.add(words([{ pid: 1, op: 'read', address: 0xfffn, extent: 3 * 4096 }]), 0, 1);
    expect(set.count).toBe(2);
  });

  it('gives up at its limit instead of taking all memory', () => {
    const set = new PageSet(12, everywhere, 1 << 20);
    const far = Array.from({ length: 20_000 }, (_, i) => ({ pid: 1, op: 'read' as const, address: BigInt(i) << 30n }));
    set.add(words(far), 0, far.length);
    expect(set.count).toBeNull();
    set.add(words(far), 0, far.length);
    expect(set.count).toBeNull();
  });
});
