/** Random traces in which a few pages are touched again and again, as programs do, with what ends a run between them. */
import fc from 'fast-check';
import type { AccessRecord, Op } from '../../src/trace/record.ts';

export type FullRecord = Required<AccessRecord>;

const OPS: readonly Op[] = ['read', 'write', 'ifetch'];

export const folded = (pid: number, op: Op, page: number, count: number): FullRecord => ({
  pid,
  op,
  address: BigInt(page) * 4096n,
  extent: count,
  folded: true,
});

export const COUNT = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 15 }) },
  { weight: 2, arbitrary: fc.constantFrom(16, 17, 127, 128, 300) },
  { weight: 1, arbitrary: fc.constantFrom(16_384, 1_048_575, 1_048_576) },
);

/** Accesses to a few pages, `steps` of them. */
const stretch = (pids: number, pages: number, steps: number, count: fc.Arbitrary<number>): fc.Arbitrary<FullRecord[]> =>
  fc
    .record({
      pid: fc.integer({ min: 1, max: pids }),
      first: fc.integer({ min: 0, max: pages }),
      set: fc.array(fc.tuple(fc.constantFrom(...OPS), fc.integer({ min: 0, max: 20 })), {
        minLength: 1,
        maxLength: 20,
      }),
      steps: fc.array(fc.tuple(fc.nat(), count), { minLength: 1, maxLength: steps }),
    })
    .map(({ pid, first, set, steps }) =>
      steps.map(([choice, times]) => {
        const [op, page] = set[choice % set.length]!;
        return folded(pid, op, first + page, times);
      }),
    );

const single = (pids: number, pages: number): fc.Arbitrary<FullRecord[]> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: pids }),
      fc.constantFrom(...OPS),
      fc.integer({ min: 0, max: pages * 4096 }),
      fc.integer({ min: 1, max: 9000 }),
    )
    .map(([pid, op, address, extent]) => [{ pid, op, address: BigInt(address), extent, folded: false }]);

/** `pages`: about how many there are. */
export const runTrace = ({ pids = 2, pages = 40, steps = 120, count = COUNT } = {}): fc.Arbitrary<FullRecord[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: stretch(pids, pages, steps, count) },
        { weight: 1, arbitrary: single(pids, pages) },
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.flat());
