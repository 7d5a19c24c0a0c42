import type { ByteSource } from '../bytes.ts';

/** Tells a compressed file by its first bytes, never by its name. */

export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'lz4' | 'snappy' | 'zip';

/** @throws TraceError at damaged or truncated data, with its place in the compressed bytes. */
export type Decompress = (input: ByteSource, file: string) => ByteSource;

/** The longest magic. */
export const MAGIC_BYTES = 10;

/**
 * As much as each format fixes: with two bytes alone, one in 65 536 binary traces would be taken for gzip. `-` is any byte. gzip's third
 * byte is its only method; bzip2's fourth is its level, then comes the first block or the end.
 */
const MAGICS: readonly (readonly [Compression, string])[] = [
  ['gzip', '1f 8b 08'],
  ['zstd', '28 b5 2f fd'],
  // A frame that decoders skip.
  ['zstd', '50 2a 4d 18'],
  ['xz', 'fd 37 7a 58 5a 00'],
  ['bzip2', '42 5a 68 - 31 41 59 26 53 59'],
  ['bzip2', '42 5a 68 - 17 72 45 38 50 90'],
  ['lz4', '04 22 4d 18'],
  ['snappy', 'ff 06 00 00 73 4e 61 50 70 59'],
  ['zip', '50 4b 03 04'],
  // An archive of nothing.
  ['zip', '50 4b 05 06'],
];

export function compressionOf(head: Uint8Array): Compression | null {
  const magic = MAGICS.find(([, bytes]) =>
    bytes.split(' ').every((byte, index) => byte === '-' || head[index] === Number.parseInt(byte, 16)),
  );
  return magic?.[0] ?? null;
}
