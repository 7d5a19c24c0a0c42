import type { ByteSource } from './bytes.ts';

/** Tells a compressed file by its first bytes, never by its name, and turns it into its text. */

export type Compression = 'gzip' | 'zstd' | 'xz';

/** @throws TraceError at damaged or truncated data, with its place in the compressed bytes. */
export type Decompress = (input: ByteSource, file: string) => ByteSource;

interface Magic {
  readonly name: string;
  readonly bytes: readonly number[];
  /** What we can read; the others are recognised to say so. */
  readonly reads?: Compression;
}

export const MAGIC_BYTES = 10;

const MAGICS: readonly Magic[] = [
  { name: 'gzip', bytes: [0x1f, 0x8b], reads: 'gzip' },
  { name: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd], reads: 'zstd' },
  { name: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], reads: 'xz' },
  { name: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { name: 'lz4', bytes: [0x04, 0x22, 0x4d, 0x18] },
  { name: 'snappy', bytes: [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59] },
  { name: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
];

export function magicOf(head: Uint8Array): Magic | null {
  return MAGICS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte)) ?? null;
}
