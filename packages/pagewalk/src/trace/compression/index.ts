import { type ByteSource, Peekable } from '../bytes.ts';
import { bzip2 } from './bzip2.ts';
import { gzipBy } from './gzip.ts';
import { pakoZlib } from './inflate.ts';
import { lz4 } from './lz4.ts';
import { type Compression, compressionOf, type Decompress, MAGIC_BYTES } from './magic.ts';
import { snappy } from './snappy.ts';
import { xz } from './xz.ts';
import { zipBy } from './zip.ts';
import { zstd } from './zstd.ts';

export { setBzip2Module } from './libbzip2.ts';
export type { Compression, Decompress } from './magic.ts';

/** In any host, in the calling thread. */
export const decompressors: Readonly<Record<Compression, Decompress>> = {
  gzip: gzipBy(pakoZlib),
  zip: zipBy(pakoZlib),
  zstd,
  xz,
  bzip2,
  lz4,
  snappy,
};

/** A zip archive of files that are compressed themselves, and one more. */
const MOST_LAYERS = 3;

export interface Content {
  readonly bytes: Peekable;
  /** `gzip`, `gzip in zip`; null: none. */
  readonly compression: string | null;
}

/**
 * What the bytes stand for, whatever they are compressed with. `faster`: than what every host has. Takes the source over.
 *
 * @throws TraceError at damaged or truncated data; then the source is closed.
 */
export async function decompressed(
  source: ByteSource,
  file: string,
  faster: Partial<Record<Compression, Decompress>> = {},
): Promise<Content> {
  let bytes = new Peekable(source);
  const layers: Compression[] = [];
  try {
    for (; layers.length < MOST_LAYERS; ) {
      const kind = compressionOf(await bytes.peek(MAGIC_BYTES));
      if (kind === null) break;
      const decompress = faster[kind] ?? decompressors[kind];
      bytes = new Peekable(decompress(bytes, layers.length === 0 ? file : `${file} (${layers[0]} data in it)`));
      layers.unshift(kind);
    }
    return { bytes, compression: layers.length === 0 ? null : layers.join(' in ') };
  } catch (error) {
    await bytes.close();
    throw error;
  }
}
