import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTrace } from '../../../src/node/trace/index.ts';
import type { TraceError } from '../../../src/trace/source.ts';
import { latin1, type Read, readAll, readBytes, trickle } from '../support.ts';
import { contentOf, expectCutsTold, expectFlipsTold, expectJunkTold, SMALL, SOAK } from './damage.ts';
import { PROGRAMS } from './programs.ts';

const TEXT = latin1(
  Array.from({ length: 20_000 }, (_, index) => `1 R 0x${(index * 4099).toString(16)} ${1 + (index % 8)}\n`).join(''),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewalk-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** As `vmm run` opens it. */
async function readFileOf(bytes: Uint8Array): Promise<Read> {
  const path = join(folder, 'trace');
  await writeFile(path, bytes);
  return readAll(await openTrace(path));
}

for (const [index, { name, kind, skip, joins, compress }] of PROGRAMS.entries()) {
  const again = !SOAK && PROGRAMS.findIndex((other) => other.kind === kind) < index;
  describe.skipIf(skip)(name, () => {
    test('a file: its text is read, its bytes are hashed', async () => {
      const bytes = compress(TEXT);
      const { info, records, error } = await readFileOf(bytes);
      expect(error).toBeNull();
      expect(records).toHaveLength(20_000);
      expect(info).toMatchObject({
        compression: kind,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
    });

    test('a stream in small pieces, in the calling thread', async () => {
      const bytes = compress(TEXT);
      const { records, info } = await readBytes(trickle(bytes, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 100, 1000, 13]));
      expect(records).toHaveLength(20_000);
      expect(info).toMatchObject({ compression: kind, bytes: bytes.length, sha256: null });
    });

    test('every byte by itself', async () => {
      const bytes = compress(SMALL);
      const { records } = await readBytes(trickle(bytes, [1]));
      expect(records).toHaveLength(2);
    });

    test.skipIf(!joins)('several streams one behind the other are one trace', async () => {
      const bytes = Buffer.concat([compress(SMALL), compress(TEXT), compress(SMALL), compress(new Uint8Array(0))]);
      const { records, error, info } = await readFileOf(bytes);
      expect(error).toBeNull();
      expect(records).toHaveLength(20_004);
      expect(info.bytes).toBe(bytes.length);
      expect((await readBytes(bytes)).records).toHaveLength(20_004);
    });

    test('nothing, compressed', async () => {
      const outcome = await contentOf(compress(new Uint8Array(0)));
      expect(outcome).toHaveLength(0);
    });

    test('cut anywhere it is an error with the place', () => expectCutsTold(compress(SMALL), kind));

    test.skipIf(again)('cut in a file', async () => {
      const bytes = compress(TEXT);
      const path = join(folder, 'cut');
      await writeFile(path, bytes.subarray(0, SOAK ? bytes.length - 1 : bytes.length >> 1));
      const error = await openTrace(path).then(
        async (source) => (await readAll(source)).error,
        (thrown: TraceError) => thrown,
      );
      expect(error?.message).toMatch(new RegExp(`cut: byte \\d+: truncated ${kind} data: expected a whole`));
    });

    test('junk behind the end is an error with its place', () => expectJunkTold(compress(SMALL), kind));

    test('a flipped bit is an error, or of no consequence', () => expectFlipsTold(compress(SMALL), kind));

    test.skipIf(again)('closed early, then read again', async () => {
      const path = join(folder, 'early');
      await writeFile(path, compress(TEXT));
      for (let round = 0; round < 2; round++) {
        const source = await openTrace(path);
        if (round < 1) await source.next();
        await source.close();
      }
      expect((await readAll(await openTrace(path))).records).toHaveLength(20_000);
    });

    test.skipIf(again)('several at once, more than there are cores', async () => {
      const path = join(folder, 'many');
      await writeFile(path, compress(TEXT));
      const sources = await Promise.all(Array.from({ length: 4 }, () => openTrace(path)));
      const counts = await Promise.all(sources.map(async (source) => (await readAll(source)).records.length));
      expect(counts).toEqual(Array(4).fill(20_000));
    });
  });
}
