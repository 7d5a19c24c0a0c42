import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../../../test/support/needs.ts';
import { openTrace } from '../../src/node/trace/index.ts';
import { TraceError } from '../../src/trace/source.ts';
import { errorOf, latin1, type Read, readAll, readBytes, trickle } from './support.ts';

const TEXT = Array.from({ length: 5000 }, (_, index) => `1 R 0x${(index * 4099).toString(16)} 8\n`).join('');
const SMALL = '1 R 0x1000 8\n2 W 0x2000 4\n';
const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const xz = needs('xz', 'compresses a trace to read');

const COMPRESSIONS: { name: string; compress: (text: string) => Buffer; skip: boolean }[] = [
  { name: 'gzip', compress: (text) => gzipSync(text), skip: false },
  { name: 'zstd', compress: (text) => zstdCompressSync(text, CHECKED), skip: false },
  { name: 'xz', compress: (text) => execFileSync('xz', ['-c'], { input: text }), skip: xz.skip },
];

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

async function failureOf(bytes: Uint8Array): Promise<TraceError | null> {
  try {
    return (await readFileOf(bytes)).error;
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
}

for (const { name, compress, skip } of COMPRESSIONS) {
  describe.skipIf(skip)(name, () => {
    test('a file: its text is read, its bytes are hashed', async () => {
      const bytes = compress(TEXT);
      const { info, records, error } = await readFileOf(bytes);
      expect(error).toBeNull();
      expect(records).toHaveLength(5000);
      expect(info).toMatchObject({
        compression: name,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
    });

    test('several streams one behind the other are one trace', async () => {
      const bytes = Buffer.concat([compress(TEXT), compress(SMALL), compress(SMALL)]);
      const { records, error, info } = await readFileOf(bytes);
      expect(error).toBeNull();
      expect(records).toHaveLength(5004);
      expect(info.bytes).toBe(bytes.length);
    });

    test('cut anywhere it is an error with the place', async () => {
      const bytes = compress(SMALL);
      // Shorter than its magic it is not known as compressed.
      for (let length = 6; length < bytes.length; length++) {
        const error = await failureOf(bytes.subarray(0, length));
        expect(error?.message, `${length} of ${bytes.length} bytes`).toContain(`truncated ${name} data`);
        expect(error?.byte).toBe(length);
      }
    });

    test('junk behind the end is an error', async () => {
      const error = await failureOf(Buffer.concat([compress(SMALL), Buffer.from('junk, not compressed')]));
      expect(error?.message).toMatch(new RegExp(`byte \\d+: damaged ${name} data`));
    });

    test('a flipped bit is an error', async () => {
      const bytes = compress(TEXT);
      bytes[bytes.length >> 1]! ^= 0x10;
      // A decoder may hand out text before it meets the damage, and the text may be no trace.
      expect(await failureOf(bytes)).toBeInstanceOf(TraceError);
    });
  });
}

describe.each(['gzip', 'xz'])('%s as every host reads it', (name) => {
  const { compress, skip } = COMPRESSIONS.find((row) => row.name === name)!;

  test.skipIf(skip)('whole, in pieces, and cut', async () => {
    const bytes = new Uint8Array(compress(TEXT));
    const { records, info } = await readBytes(trickle(bytes, [1, 10, 1000]));
    expect(records).toHaveLength(5000);
    expect(info).toMatchObject({ compression: name, bytes: bytes.length, sha256: null });
    const error = await errorOf(bytes.subarray(0, bytes.length - 3), { name: 't' });
    expect(error.message).toBe(`t: byte ${bytes.length - 3}: truncated ${name} data: expected a whole ${name} stream`);
  });

  test.skipIf(skip)('closed early, then read again', async () => {
    const path = join(folder, 'early');
    await writeFile(path, compress(TEXT));
    for (let round = 0; round < 3; round++) {
      const source = await openTrace(path);
      if (round < 2) await source.next();
      await source.close();
    }
    expect((await readAll(await openTrace(path))).records).toHaveLength(5000);
  });
});

test.skipIf(xz.skip)('a second xz trace at once is refused, not waited for', async () => {
  const bytes = new Uint8Array(COMPRESSIONS[2]!.compress(TEXT));
  const path = join(folder, 'one.xz');
  await writeFile(path, bytes);
  const first = await openTrace(path);
  await expect(openTrace(path)).rejects.toThrow('a second xz trace at once: expected the first to be closed');
  await first.close();
  expect((await readAll(await openTrace(path))).records).toHaveLength(5000);
});

test.each([
  ['bzip2', 'BZh91AY&SY'],
  ['lz4', '\x04\x22\x4d\x18abcdefgh'],
  ['snappy', '\xff\x06\x00\x00sNaPpY'],
  ['zip', 'PK\x03\x04\x14\x00\x00\x00\x08\x00'],
])('%s is named, not taken for a broken trace', async (name, head) => {
  const { message } = await errorOf(latin1(head), { name: 't' });
  expect(message).toBe(`t: byte 0: ${name} data: expected gzip, zstd, xz or plain text`);
});

describe('opening', () => {
  test('no such file', async () => {
    await expect(openTrace(join(folder, 'absent'))).rejects.toThrow(
      'absent: cannot be read (no such file): expected a readable trace file',
    );
  });

  test('a folder', async () => {
    await expect(openTrace(folder)).rejects.toThrow(`${folder}: is a directory: expected a trace file`);
  });
});
