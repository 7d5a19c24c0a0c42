// The C program that the engine is measured against is the same machine: equal counters on random traces full of corner cases.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needs } from '../../test/support/needs.ts';
import { Engine } from '../simulate/engine.ts';
import { writeRecords } from '../simulate/records.ts';
import { compileReference, runReference } from '../simulate/reference.ts';
import { differences } from '../simulate/result.ts';

const FOLDED = 0x10;
const RECORDS = 20_000;

/** Skewed pages of three processes: accesses of any size, some across a page boundary, some folded, a few not canonical. */
function records(seed: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(RECORDS * 16));
  let state = BigInt(seed);
  const below = (limit: number) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number((state >> 33n) % BigInt(limit));
  };
  let pid = 7;
  for (let at = 0; at < bytes.byteLength; at += 16) {
    if (below(200) === 0) pid = 7 + below(3) * 1000;
    const page = BigInt(below(1 + below(3000)) * (1 + below(2) * 513));
    const half = below(2) === 0 ? 0n : 0xffff_8000_0000_0000n;
    const hole = below(500) === 0 ? 1n << 50n : 0n;
    const folded = below(10) === 0;
    bytes.setBigUint64(at, (half + page * 4096n + BigInt(below(4096))) ^ hole, true);
    bytes.setUint32(at + 8, folded ? 1 + below(9) : 1 + below(below(50) === 0 ? 9000 : 16), true);
    bytes.setUint32(at + 12, below(3) | (folded ? FOLDED : 0) | (pid << 8), true);
  }
  return new Uint8Array(bytes.buffer);
}

describe.skipIf(needs('gcc', 'compiles the C machine of the benchmark').skip)('the machine in C', () => {
  it('has the counters of the engine to the last digit', async () => {
    const program = await compileReference();
    const folder = await mkdtemp(join(tmpdir(), 'pagewalk-reference-'));
    const file = join(folder, 'records');
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 2 ** 31 - 1 }),
          fc.constantFrom('clock', 'lru'),
          fc.integer({ min: 3, max: 5000 }),
          fc.constantFrom(0, 1, 63, 64, 1000, 20_000),
          async (seed, policy, frames, swap_slots) => {
            const chunk = records(seed);
            await writeRecords(file, [chunk]);
            const setup = { policy, frames, swap_slots } as const;
            const engine = await Engine.create(setup);
            engine.run([chunk]);
            const { result } = await runReference(program, file, setup);
            expect(differences(result, engine.result())).toEqual([]);
          },
        ),
        { numRuns: 20 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
