/** What single formats have of their own. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, crc32 as zlibCrc32, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../../../../test/support/needs.ts';
import { openTrace } from '../../../src/node/trace/index.ts';
import { BLOCK, bitsAt, END, MARK_BITS, nextMark, streamOf } from '../../../src/trace/compression/bzip2-bits.ts';
import { CRC32, CRC32C, crc32 } from '../../../src/trace/compression/checksums.ts';
import { Xxh32, xxh32 } from '../../../src/trace/compression/xxh32.ts';
import { Xxh64 } from '../../../src/trace/compression/xxh64.ts';
import { errorOf, latin1, readAll, readBytes, trickle } from '../support.ts';
import { archive, archiveFromPipe, chunk, noZip, PROGRAMS, slowCrc32c, snappyFrames } from './programs.ts';

const LINES = '1 R 0x1000 8\n2 W 0x2000 4\n';
const SMALL = latin1(LINES);
const xz = needs('xz', 'compresses a trace to read');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewalk-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const messageOf = async (bytes: Uint8Array): Promise<string> => (await errorOf(bytes, { name: 't' })).message;

describe('checksums', () => {
  test('crc32 of pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, at) => {
        const before = crc32(CRC32, bytes.subarray(0, at));
        expect(crc32(CRC32, bytes.subarray(at), before)).toBe(zlibCrc32(bytes));
        expect(crc32(CRC32C, bytes)).toBe(slowCrc32c(bytes));
      }),
    );
  });

  test('known values', () => {
    // From the specification of xxHash, and RFC 3720 for CRC-32C.
    expect(xxh32(new Uint8Array(0))).toBe(0x02cc5d05);
    expect(xxh32(latin1('Nobody inspects the spammish repetition'))).toBe(0xe2293b2f);
    expect(new Xxh64().low()).toBe(0x51d8e999);
    expect(crc32(CRC32C, new Uint8Array(32))).toBe(0x8a9136aa);
  });

  test('xxHash of pieces is that of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 6 }), (pieces) => {
        const all = Buffer.concat(pieces);
        const parts = { narrow: new Xxh32(), wide: new Xxh64() };
        for (const piece of pieces) {
          parts.narrow.update(piece);
          parts.wide.update(piece);
        }
        const whole = new Xxh64();
        whole.update(all);
        expect(parts.narrow.value()).toBe(xxh32(all));
        expect(parts.wide.low()).toBe(whole.low());
        // The last four bytes of a frame are the checksum.
        const frame = zstdCompressSync(all, { params: { 201: 1 } });
        expect(whole.low()).toBe(frame.readUInt32LE(frame.length - 4));
      }),
    );
  });
});

describe('zstd as every host reads it', () => {
  test('frames that are skipped, before and behind', async () => {
    const skipped = Uint8Array.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const bytes = Buffer.concat([Uint8Array.from([0x50, ...skipped.slice(1)]), zstdCompressSync(SMALL), skipped]);
    expect((await readBytes(bytes)).records).toHaveLength(2);
    const path = join(folder, 'skipped');
    await writeFile(path, bytes);
    expect((await readAll(await openTrace(path))).records).toHaveLength(2);
  });

  test('a window that would fill memory, and a dictionary', async () => {
    const frame = (flags: number, ...rest: number[]): Uint8Array =>
      Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, flags, ...rest, 0, 0, 0, 0, 0]);
    expect(await messageOf(frame(0, 0xf8))).toContain('damaged zstd data (a window of 2199023255552 bytes, more than');
    expect(await messageOf(frame(1, 0x50))).toContain('a frame with a dictionary');
  });

  test('levels, and data that is none', async () => {
    let state = 7;
    const lines = Array.from({ length: 100_000 }, (_, index) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return `1 R ${index * (state >>> 24)}\n`;
    });
    const text = latin1(lines.join(''));
    for (const level of [1, 9]) {
      const bytes = zstdCompressSync(text, { params: { 100: level, 201: 1 } });
      expect((await readBytes(bytes)).records, `level ${level}`).toHaveLength(100_000);
    }
  });
});

describe('bzip2', () => {
  test('marks are found at every bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(320), fc.boolean(), (bytes, wanted, isEnd) => {
        const at = Math.min(wanted, bytes.length * 8);
        const mark = isEnd ? END : BLOCK;
        const bits = Array.from({ length: bytes.length * 8 }, (_, bit) => bitsAt(bytes, bit, 1));
        const marked = Array.from({ length: MARK_BITS }, (_, bit) => Math.floor(mark / 2 ** (MARK_BITS - 1 - bit)) % 2);
        bits.splice(at, 0, ...marked);
        const joined = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, index) =>
          bits.slice(index * 8, index * 8 + 8).reduce((value, bit, place) => value | (bit << (7 - place)), 0),
        );
        const found = nextMark(joined, 0);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThanOrEqual(at);
        expect(nextMark(joined, at)).toBe(at);
      }),
    );
  });

  const bzip2 = PROGRAMS.find(({ name }) => name === 'bzip2 -1 -c')!;

  test.skipIf(bzip2.skip)('a block becomes a stream of its own', () => {
    const whole = bzip2.compress(SMALL);
    const end = nextMark(whole, 80);
    const crc = bitsAt(whole, 32 + MARK_BITS, 32);
    expect(Buffer.from(streamOf(whole, 32, end, 1, crc)).equals(whole)).toBe(true);
  });

  test.skipIf(bzip2.skip)('a block that expands a lot', async () => {
    const blanks = latin1(`${LINES}${' '.repeat(4000)}\n`.repeat(1000));
    expect((await readBytes(bzip2.compress(blanks))).records).toHaveLength(2000);
  });
});

describe('gzip', () => {
  test('a header with everything in it', async () => {
    const plain = gzipSync(SMALL);
    const fields = Buffer.concat([
      Uint8Array.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 5, 0, 1, 2, 3, 4, 5]),
      Buffer.from('name\0a comment\0'),
    ]);
    const checksum = Buffer.alloc(2);
    checksum.writeUInt16LE(zlibCrc32(fields) & 0xffff);
    const bytes = Buffer.concat([fields, checksum, plain.subarray(10)]);
    expect((await readBytes(bytes)).records).toHaveLength(2);
    expect((await readBytes(trickle(bytes, [1]))).records).toHaveLength(2);
    bytes[12]! ^= 1;
    expect(await messageOf(bytes)).toBe(
      't: byte 0: damaged gzip data (bad checksum of the header): expected a whole gzip stream',
    );
  });
});

describe('lz4', () => {
  const lz4 = PROGRAMS.find(({ kind }) => kind === 'lz4')!;
  const at = 'behind frames that are skipped';

  test.skipIf(lz4.skip)(at, async () => {
    const skipped = Uint8Array.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
    expect((await readBytes(Buffer.concat([lz4.compress(SMALL), skipped, lz4.compress(SMALL)]))).records).toHaveLength(
      4,
    );
  });

  test.skipIf(lz4.skip)('a damaged block without checksum leads nowhere outside', async () => {
    const text = latin1(LINES.repeat(200));
    const frame = execFileSync('lz4', ['-q', '--no-frame-crc', '-c'], { input: text });
    const broken = Uint8Array.from(frame);
    for (let byte = 11; byte < frame.length - 4; byte++) {
      for (const value of [0, 0xff, broken[byte]! ^ 0x10]) {
        broken[byte] = value;
        // An error, of the decoder or of the text, or other text; but it ends.
        await readBytes(broken).catch(() => {});
      }
      broken[byte] = frame[byte]!;
    }
  });
});

describe('snappy', () => {
  test('chunks of every kind', async () => {
    const text = latin1(LINES.repeat(20_000));
    const start = snappyFrames(new Uint8Array(0));
    const padding = chunk(0xfe, [new Uint8Array(70_000)]);
    const skipped = chunk(0x80, [Uint8Array.from([1, 2, 3])]);
    const bytes = Buffer.concat([start, padding, skipped, snappyFrames(text, [0, 1, 2, 3])]);
    expect((await readBytes(trickle(bytes, [1000]))).records).toHaveLength(40_000);
  });

  test('a damaged block without checksum leads nowhere outside', async () => {
    const text = latin1(Array.from({ length: 300 }, (_, index) => `1 R ${index * 977}\n`).join(''));
    const frame = snappyFrames(text, [2]);
    const broken = Uint8Array.from(frame);
    for (let byte = 14; byte < frame.length; byte++) {
      for (const value of [0, 0xff, 0xfc, 0xf4, broken[byte]! ^ 0x10]) {
        broken[byte] = value;
        broken.fill(0xff, byte + 1, byte + 5);
        // An error, of the decoder or of the text, or other text; but it ends.
        await readBytes(broken).catch(() => {});
      }
      broken.set(frame.subarray(byte), byte);
    }
  });

  test('a chunk that may not be skipped', async () => {
    const bytes = Buffer.concat([snappyFrames(SMALL), chunk(0x04, [SMALL])]);
    expect(await messageOf(bytes)).toContain('damaged snappy data (unknown chunk 0x04)');
  });

  test('bad checksum', async () => {
    const bytes = snappyFrames(SMALL, [1]);
    bytes[20]! ^= 1;
    expect(await messageOf(bytes)).toBe(
      't: byte 10: damaged snappy data (bad checksum): expected a whole snappy stream',
    );
  });
});

describe.skipIf(noZip)('zip', () => {
  test('the pieces of a trace, in order', async () => {
    const files = { 'chunk.0000': '1 R 0x1\n1 R', 'chunk.0001': ' 0x2\n', 'chunk.0002': '1 R 0x3\n' };
    for (const args of [[], ['-0'], ['-fz']]) {
      const { records, info } = await readBytes(archive(files, args));
      expect(records.map(({ address }) => address)).toEqual([1n, 2n, 3n]);
      expect(info.compression).toBe('zip');
    }
  });

  test('what it holds is compressed again', async () => {
    const { records, info } = await readBytes(archive({ 'trace.gz': gzipSync(SMALL) }, ['-0']));
    expect(records).toHaveLength(2);
    expect(info.compression).toBe('gzip in zip');
    const cut = archive({ 'trace.gz': gzipSync(SMALL).subarray(0, 30) });
    expect(await messageOf(cut)).toContain('truncated gzip data');
  });

  test('files that are no trace in pieces', async () => {
    const bytes = archive({ 'a.trace': SMALL, 'readme.txt': 'hello' });
    expect(await messageOf(bytes)).toMatch(
      /damaged zip data \(files that are no pieces of one trace: 'a.trace' and 'readme.txt'\)/,
    );
  });

  test('encrypted, and compressed in other ways', async () => {
    expect(await messageOf(archive({ trace: SMALL }, ['-P', 'secret']))).toContain("'trace' is encrypted");
    const bzip2 = archive({ trace: latin1(LINES.repeat(100)) }, ['-Z', 'bzip2']);
    expect(await messageOf(bzip2)).toContain("'trace' is compressed with bzip2; stored and deflated files can be read");
  });

  test('an archive of nothing holds no access', async () => {
    const end = Uint8Array.from([0x50, 0x4b, 0x05, 0x06, ...new Uint8Array(18)]);
    expect(await messageOf(end)).toBe('t: holds no access');
  });

  test('a stored file whose length stands behind it', async () => {
    // As a writer to a pipe leaves it: made of an archive that has the lengths in front.
    const tricky = latin1(`${LINES}# PK\x07\x08 and PK\n${LINES}`);
    const bytes = Buffer.from(archive({ t: tricky }, ['-0', '-X']));
    const body = 30 + 1;
    const directory = body + tricky.length;
    const head = Buffer.from(bytes.subarray(0, body));
    head.writeUInt16LE(8, 6);
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50);
    bytes.copy(descriptor, 4, 14, 26);
    head.fill(0, 14, 26);
    const joined = Buffer.concat([head, tricky, descriptor, bytes.subarray(directory)]);
    expect((await readBytes(joined)).records).toHaveLength(4);
    expect((await readBytes(trickle(joined, [1]))).records).toHaveLength(4);
  });

  test('from a pipe to a pipe', async () => {
    expect((await readBytes(archiveFromPipe(SMALL))).records).toHaveLength(2);
  });
});

describe.skipIf(xz.skip)('xz', () => {
  test('two at once, in turn', async () => {
    const text = latin1(LINES.repeat(50_000));
    const bytes = new Uint8Array(execFileSync('xz', ['-c', '-9'], { input: text }));
    const [one, other] = await Promise.all([readBytes(bytes), readBytes(bytes)]);
    expect([one.records.length, other.records.length]).toEqual([100_000, 100_000]);
  });

  test.each(['none', 'crc32', 'crc64'])('check %s', async (check) => {
    const bytes = execFileSync('xz', ['-c', `--check=${check}`], { input: SMALL });
    expect((await readBytes(new Uint8Array(bytes))).records).toHaveLength(2);
  });
});
