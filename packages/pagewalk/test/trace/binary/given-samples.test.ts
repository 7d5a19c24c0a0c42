/**
 * Traces of DynamoRIO's own tests, which are not part of this repository: `samples` of a folder `shared` beside it, or what PAGEWALK_SAMPLES names. What a
 * right reader finds in them is in their README.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTrace } from '../../../src/node/trace/index.ts';
import { type Read, readAll } from '../support.ts';

const folder =
  process.env['PAGEWALK_SAMPLES'] ?? join(import.meta.dirname, '..', '..', '..', '..', '..', '..', 'shared', 'samples');
const isThere = existsSync(join(folder, 'drmemtrace-small.trace'));
if (!isThere) console.log(`without ${folder}: skipped`);

const readFile = async (file: string): Promise<Read> => readAll(await openTrace(join(folder, file)));

/** Blocks of so many bytes that were touched, in order: of an access the one that it begins in. */
const blocks = ({ records }: Read, bytes: bigint): bigint[] => records.map(({ address }) => address / bytes);

function pages({ records }: Read): number {
  return new Set(records.flatMap(({ address, extent }) => [address >> 12n, (address + BigInt(extent) - 1n) >> 12n]))
    .size;
}

const crossing = ({ records }: Read): number =>
  records.filter(({ address, extent }) => address >> 12n !== (address + BigInt(extent) - 1n) >> 12n).length;

/** How many accesses found so many other blocks used since the last use of theirs; `cold` of first uses. */
function distances(touches: readonly bigint[]): Record<string, number> {
  const stack: bigint[] = [];
  const counts: Record<string, number> = {};
  for (const block of touches) {
    const place = stack.indexOf(block);
    const key = place < 0 ? 'cold' : String(place);
    counts[key] = (counts[key] ?? 0) + 1;
    if (place >= 0) stack.splice(place, 1);
    stack.unshift(block);
  }
  return counts;
}

describe.skipIf(!isThere)('traces of DynamoRIO', () => {
  test('drmemtrace-small.trace', async () => {
    const read = await readFile('drmemtrace-small.trace');
    expect(read.error).toBeNull();
    expect(read.info).toMatchObject({ format: 'drmemtrace', accesses: 229, compression: null });
    expect(read.records.filter(({ op }) => op === 'ifetch')).toHaveLength(173);
    expect(pages(read)).toBe(2);
    expect(distances(blocks(read, 4096n))).toEqual({ cold: 2, 0: 116, 1: 111 });
    expect(distances(blocks(read, 64n))).toEqual({ cold: 5, 0: 103, 1: 42, 2: 13, 3: 13, 4: 53 });
  });

  test.each([
    ['drmemtrace-legacy.trace.gz', 'gzip', 121_442, 190, 32, 5],
    ['drmemtrace-simple-app.trace.zip', 'zip', 179_896, 154, 24, 1],
  ])('%s', async (file, compression, accesses, distinct, over, threads) => {
    const read = await readFile(file);
    expect(read.error).toBeNull();
    expect(read.info).toMatchObject({ format: 'drmemtrace', accesses, compression, facts: { threads } });
    expect(read.records).toHaveLength(accesses);
    expect(pages(read)).toBe(distinct);
    expect(crossing(read)).toBe(over);
  });
});
