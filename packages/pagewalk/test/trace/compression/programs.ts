/** What compresses a trace for a test to read: the system's programs, and for snappy, which has none, frames made by hand. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snappy from 'snappyjs';
import { needs } from '../../../../../test/support/needs.ts';
import type { Compression } from '../../../src/trace/compression/magic.ts';

export interface Program {
  readonly name: string;
  readonly kind: Compression;
  readonly skip: boolean;
  /** Are several of its outputs one behind the other one input? */
  readonly joins: boolean;
  compress(content: Uint8Array): Uint8Array;
}

function filter(kind: Compression, tool: string, args: readonly string[] = ['-c']): Program {
  const { skip, path } = needs(tool, 'compresses a trace to read');
  const name = [tool, ...args].join(' ');
  const run = (input: Uint8Array): Uint8Array => execFileSync(path, [...args], { input, maxBuffer: 1 << 28 });
  return { name, kind, skip, joins: true, compress: run };
}

const ZIP = needs('zip', 'makes an archive to read');

/** `files` in that order. */
export function archive(
  files: Readonly<Record<string, Uint8Array | string>>,
  args: readonly string[] = [],
): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'pagewalk-test-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    execFileSync(ZIP.path, ['-q', ...args, 'archive.zip', ...Object.keys(files)], { cwd: folder });
    return readFileSync(join(folder, 'archive.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** From standard input to a pipe: sizes and checksum stand behind the file. */
export function archiveFromPipe(content: Uint8Array, args: readonly string[] = []): Uint8Array {
  return execFileSync('sh', ['-c', `cat | "${ZIP.path}" -q ${args.join(' ')} - - | cat`], { input: content });
}

export const PROGRAMS: readonly Program[] = [
  filter('gzip', 'gzip'),
  filter('zstd', 'zstd', ['-q', '-c']),
  filter('xz', 'xz'),
  filter('bzip2', 'bzip2'),
  filter('bzip2', 'bzip2', ['-1', '-c']),
  filter('lz4', 'lz4', ['-q', '-c']),
  filter('lz4', 'lz4', ['-q', '-BD', '-B4', '-BX', '--content-size', '-c']),
  { name: 'snappy', kind: 'snappy', skip: false, joins: true, compress: snappyFrames },
  { name: 'zip', kind: 'zip', skip: ZIP.skip, joins: false, compress: (content) => archive({ trace: content }) },
  {
    name: 'zip -0',
    kind: 'zip',
    skip: ZIP.skip,
    joins: false,
    compress: (content) => archive({ trace: content }, ['-0']),
  },
  { name: 'zip - -', kind: 'zip', skip: ZIP.skip, joins: false, compress: (content) => archiveFromPipe(content) },
];

export const noZip = ZIP.skip;

const SNAPPY_START = [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59];

/** `types`: of the chunks, in turn: 0 compressed, 1 stored, 2 and 3 the same without checksum. */
export function snappyFrames(content: Uint8Array, types: readonly number[] = [0]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from(SNAPPY_START)];
  for (let at = 0, index = 0; at < content.length; at += 65_536, index++) {
    const piece = content.slice(at, at + 65_536);
    const type = types[index % types.length]!;
    const data = type % 2 === 0 ? snappy.compress(new Uint8Array(piece)) : piece;
    parts.push(chunk(type, type < 2 ? [masked(piece), data] : [data]));
  }
  return Buffer.concat(parts);
}

export function chunk(type: number, data: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(data);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(type + body.length * 256);
  return Buffer.concat([head, body]);
}

function masked(bytes: Uint8Array): Uint8Array {
  const crc = slowCrc32c(bytes);
  const word = Buffer.alloc(4);
  word.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return word;
}

/** Bit by bit. */
export function slowCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
