import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTrace } from '../../../src/node/trace/index.ts';
import { inMemory } from '../../../src/trace/bytes.ts';
import { decompressed } from '../../../src/trace/compression/index.ts';
import { TraceError } from '../../../src/trace/source.ts';
import { latin1, type Read, readAll, readBytes, trickle } from '../support.ts';
import { PROGRAMS } from './programs.ts';

const TEXT = latin1(
  Array.from({ length: 20_000 }, (_, index) => `1 R 0x${(index * 4099).toString(16)} ${1 + (index % 8)}\n`).join(''),
);
/** Every bit, every way of opening, every program. */
const SOAK = process.env['SOAK'] === '1';
const SMALL = latin1('1 R 0x1000 8\n2 W 0x2000 4\n');

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

/** In the calling thread, as a page does: what the bytes stand for, or the error. */
async function contentOf(bytes: Uint8Array): Promise<Uint8Array | TraceError> {
  const { bytes: content } = await decompressed(inMemory(bytes), 't').catch((error: unknown) => {
    if (error instanceof TraceError) return { bytes: error };
    throw error;
  });
  if (content instanceof TraceError) return content;
  const pieces: Uint8Array[] = [];
  try {
    for (let piece = await content.read(); piece !== null; piece = await content.read()) pieces.push(piece.slice());
    return Buffer.concat(pieces);
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  } finally {
    await content.close();
  }
}

async function failureOf(bytes: Uint8Array): Promise<TraceError> {
  const outcome = await contentOf(bytes);
  if (outcome instanceof TraceError) return outcome;
  throw new Error(`no error, ${outcome.length} bytes`);
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

    test('cut anywhere it is an error with the place', async () => {
      const bytes = compress(SMALL);
      // Shorter than its magic it is not known as compressed; snappy's stream may end behind it, having nothing in it.
      for (let length = kind === 'snappy' ? 11 : 10; length < bytes.length; length++) {
        const error = await failureOf(bytes.subarray(0, length));
        expect(error.message, `${length} of ${bytes.length} bytes`).toContain(`truncated ${kind} data`);
        expect(error.byte).toBe(length);
      }
    });

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

    test('junk behind the end is an error with its place', async () => {
      const bytes = compress(SMALL);
      const error = await failureOf(Buffer.concat([bytes, Buffer.from('junk, not compressed')]));
      expect(error.message).toContain(`damaged ${kind} data`);
      // zlib takes a header of two bytes in before it looks at it, xz one of twelve.
      expect(error.byte).toBeGreaterThanOrEqual(bytes.length);
      expect(error.byte).toBeLessThanOrEqual(bytes.length + 20);
    });

    test('a flipped bit is an error, or of no consequence', async () => {
      const bytes = Uint8Array.from(compress(SMALL));
      for (let bit = 0; bit < bytes.length * 8; bit += SOAK ? 1 : 3) {
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const outcome = await contentOf(bytes);
        // Without its magic it is plain bytes, and decoders skip a snappy chunk whose type they need not know.
        const first = kind === 'snappy' ? 88 : 80;
        if (bit >= first && !(outcome instanceof TraceError)) {
          expect(Buffer.from(outcome).equals(SMALL), `bit ${bit}`).toBe(true);
        }
        bytes[bit >> 3]! ^= 1 << (bit & 7);
      }
    });

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
