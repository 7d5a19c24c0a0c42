/** Directories of thread files against a merge that holds all of them in memory. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTrace } from '../../../src/node/trace/index.ts';
import type { OpenOptions } from '../../../src/trace/open.ts';
import { MergedThreads } from '../../../src/trace/threads.ts';
import { type Read, readAll, readBytes } from '../support.ts';
import { entry, joined, marker } from './pack.ts';

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'pagewalk-test-'));
});
afterAll(() => rm(root, { recursive: true }));

async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = join(root, String(made++));
  await mkdir(folder);
  for (const [name, bytes] of Object.entries(files)) {
    if (name.includes('/')) await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

const readFolder = async (folder: string, options: OpenOptions = {}): Promise<Read> =>
  readAll(await openTrace(folder, options));

const begin = (tid: number, pid: number): number[][] => [entry(25, 0, 4), entry(22, 4, tid), entry(24, 4, pid)];
const end = (tid: number): number[][] => [entry(23, 4, tid), entry(26, 0, 0)];
const at = (time: number, ...addresses: number[]): number[][] => [
  marker(2, time),
  marker(3, 0),
  ...addresses.map((address) => entry(0, 4, address)),
];

const addresses = ({ records }: Read): number[] => records.map(({ address }) => Number(address));
const one = joined(...begin(11, 5), ...at(10, 1, 2), ...at(30, 5), ...end(11));
const two = joined(...begin(12, 6), ...at(20, 3, 4), ...at(30, 6), ...at(30, 7), ...end(12));

describe('threads', () => {
  test('are merged by their timestamps, ties by the names', async () => {
    const read = await readFolder(await folderOf({ 'a.trace': one, 'b.trace': two }));
    expect(read.error).toBeNull();
    expect(addresses(read)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(read.records.map(({ pid }) => pid)).toEqual([5, 5, 6, 6, 5, 6, 6]);
    expect(addresses(await readFolder(await folderOf({ 'b.trace': one, 'a.trace': two })))).toEqual([
      1, 2, 3, 4, 6, 7, 5,
    ]);
  });

  test('what the result tells', async () => {
    const folder = await folderOf({ 'a.trace': one, 'b.trace': two, 'modules.log': 'x', '.hidden': 'y', 'sub/x': 'z' });
    const { info } = await readFolder(folder);
    const line = (name: string, bytes: Uint8Array): string =>
      `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
    const sha256 = createHash('sha256')
      .update(line('a.trace', one) + line('b.trace', two))
      .digest('hex');
    expect(info).toMatchObject({
      format: 'drmemtrace',
      accesses: 7,
      bytes: one.length + two.length,
      sha256,
      compression: null,
      facts: { threads: 2, processes: 2, files: 2, version: 4 },
      leftOut: { thread_records: 6, headers_and_footers: 4, timestamps: 5, cpu_markers: 5 },
    });
  });

  test('in files compressed in whatever way', async () => {
    const read = await readFolder(await folderOf({ 'a.gz': gzipSync(one), 'b.x': zstdCompressSync(two), c: two }));
    expect(addresses(read)).toEqual([1, 2, 3, 4, 3, 4, 5, 6, 7, 6, 7]);
    expect(read.info.compression).toBe('gzip, zstd, none');
  });

  test('a file without timestamps comes first; an empty one is none', async () => {
    const plain = joined(...begin(13, 7), entry(1, 1, 9));
    const read = await readFolder(await folderOf({ a: one, z: plain, y: new Uint8Array(0) }));
    expect(addresses(read)).toEqual([9, 1, 2, 5]);
  });

  test('the directory `trace` of a directory', async () => {
    expect(addresses(await readFolder(await folderOf({ 'trace/a': one, 'raw/x': 'y' })))).toEqual([1, 2, 5]);
  });
});

describe('bad input', () => {
  test('a bad record is told with its file', async () => {
    const folder = await folderOf({ a: one, b: joined(two.subarray(0, -24), entry(77, 0, 0)) });
    const { error } = await readFolder(folder);
    expect(error?.message).toBe(`${folder}/b: record 14: byte 156: bad type '77': expected 0 to 49`);
    const { info, records } = await readFolder(folder, { lenient: true });
    expect(records).toHaveLength(7);
    expect(info).toMatchObject({ skipped: 1, firstSkipped: error?.message });
  });

  test('a file cut within a record', async () => {
    const folder = await folderOf({ a: one.subarray(0, -5), b: two });
    const { error } = await readFolder(folder);
    expect(error?.message).toBe(`${folder}/a: record 12: byte 132: truncated record: expected records of 12 bytes`);
    const { info } = await readFolder(folder, { lenient: true });
    expect(info).toMatchObject({ skipped: 1, truncatedTail: 7, firstSkipped: error?.message, accesses: 7 });
  });

  test('damaged compressed data', async () => {
    const folder = await folderOf({ a: gzipSync(one).subarray(0, -9), b: two });
    await expect(readFolder(folder).then(({ error }) => Promise.reject(error))).rejects.toThrow(
      /\/a: byte \d+: truncated gzip/,
    );
  });

  test('a file of another format', async () => {
    const folder = await folderOf({ a: one, b: '1 R 0x10\n' });
    await expect(openTrace(folder)).rejects.toThrow(
      `${folder}/b: looks like text: expected the directory to hold drmemtrace files, one for each thread`,
    );
  });

  test('nothing but a recording that was not made a trace', async () => {
    const folder = await folderOf({ 'raw/x': 'y', 'modules.log': 'x' });
    await expect(openTrace(folder)).rejects.toThrow('raw recordings must be made a trace first (drraw2trace)');
  });

  test('another format named, an option of another format', async () => {
    const folder = await folderOf({ a: one });
    await expect(openTrace(folder, { format: 'champsim' })).rejects.toThrow('expected a file for format champsim');
    await expect(openTrace(folder, { split: true })).rejects.toThrow(
      '--split: a trace of format drmemtrace does not take it',
    );
  });

  test('no access in any file', async () => {
    const { error } = await readFolder(await folderOf({ a: joined(...begin(1, 1)) }));
    expect(error?.message).toContain('holds no access');
  });
});

/** Pieces of a thread: first without, then with a timestamp. */
const pieces = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 3 })), { maxLength: 6 });

test('is the merge that is defined, whatever the pieces of the streams', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(pieces, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      async (threads, chunk) => {
        let next = 1;
        const cut = threads.map((rows, thread) => {
          const prologue = begin(100 + thread, 10 + thread);
          return rows.map(([time, count], index) => ({
            time,
            thread,
            entries: [...(index === 0 ? prologue : []), ...at(time, ...Array.from({ length: count }, () => next++))],
          }));
        });
        const files = cut.map((rows, thread) => {
          const bytes = joined(...rows.flatMap(({ entries }) => entries));
          let from = 0;
          // As of a file: a piece is overwritten while the next one is handed out.
          const buffers = [Buffer.alloc(chunk), Buffer.alloc(chunk)];
          return {
            name: `thread${thread}`,
            head: bytes,
            bytes: {
              read: async () => {
                const piece = bytes.subarray(from, from + chunk);
                from += chunk;
                buffers.reverse();
                for (const buffer of buffers) buffer.fill(0xee);
                buffers[0]!.set(piece);
                return piece.length === 0 ? null : buffers[0]!.subarray(0, piece.length);
              },
              close: async () => {},
            },
          };
        });
        const merged: Uint8Array[] = [];
        const stream = new MergedThreads(files, false);
        for (let piece = await stream.read(); piece !== null; piece = await stream.read()) merged.push(piece.slice());
        const expected: number[][] = [];
        const rest = cut.map((rows) => [...rows]);
        let last = -1;
        for (;;) {
          const due = rest.filter((rows) => rows.length > 0);
          if (due.length === 0) break;
          const earliest = Math.min(...due.map((rows) => rows[0]!.time));
          const { thread, entries } = due.find((rows) => rows[0]!.time === earliest)!.shift()!;
          const isNew = cut[thread]!.length === rest[thread]!.length + 1;
          if (thread !== last && !isNew) expected.push(entry(0xffff, 0, 100 + thread));
          expected.push(...entries);
          last = thread;
        }
        expect(joined(...merged)).toEqual(joined(...expected));
      },
    ),
  );
});

test('a type that only switches the thread is none of a file', async () => {
  const { error } = await readBytes(joined(entry(0xffff, 0, 1), entry(0, 1, 1)), { format: 'drmemtrace' });
  expect(error?.message).toContain("bad type '65535'");
});
