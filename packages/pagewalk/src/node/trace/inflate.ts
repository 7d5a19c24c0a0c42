import type { Transform } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { type ByteSource, iterated } from '../../trace/bytes.ts';
import { damaged, truncated } from '../../trace/compression/decoder.ts';
import { gzipBy } from '../../trace/compression/gzip.ts';
import type { Compression, Decompress } from '../../trace/compression/magic.ts';
import type { TraceError } from '../../trace/source.ts';
import { inWorker } from './decoding.ts';
import { nodeZlib } from './node-zlib.ts';

/** What Node has for it: its zlib, whose work is done in the thread pool, and for all else a thread of its own. */
export const inflaters: Partial<Record<Compression, Decompress>> = {
  gzip: gzipBy(nodeZlib),
  zstd: zstd,
  xz: inWorker('xz'),
  bzip2: inWorker('bzip2'),
  lz4: inWorker('lz4'),
  snappy: inWorker('snappy'),
  zip: inWorker('zip'),
};

interface Decoder extends Transform {
  readonly bytesWritten: number;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * node:zlib's stops at the end of a frame and drops what follows without a word, so the bytes that it has not used go to a fresh decoder until
 * there are none: files of several frames are read to their end, and junk behind the last is an error.
 */
function zstd(input: ByteSource, file: string): ByteSource {
  const feed = new Feed(input);
  const output = iterated(frames(feed, file));
  return {
    read: output.read,
    async close() {
      feed.decoder?.destroy();
      await input.close();
      await output.close();
    },
  };
}

async function* frames(feed: Feed, file: string): AsyncGenerator<Uint8Array> {
  do {
    const decoder: Decoder = createZstdDecompress({ chunkSize: CHUNK_BYTES });
    const fed = feed.into(decoder);
    try {
      for await (const piece of decoder) yield piece as Uint8Array;
    } catch (error) {
      await fed;
      if (feed.failure !== null) throw feed.failure;
      throw told(file, feed.used + decoder.bytesWritten, error);
    } finally {
      decoder.destroy();
    }
    await fed;
    if (feed.failure !== null) throw feed.failure;
    feed.used += decoder.bytesWritten;
  } while (feed.hasMore());
}

function told(file: string, byte: number, error: unknown): TraceError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'Z_BUF_ERROR' ? truncated(file, 'zstd', byte) : damaged(file, 'zstd', byte, message);
}

/** Writes the input into one decoder after the other, one piece at a time, and keeps what a decoder leaves of a piece. */
class Feed {
  /** Input bytes that the decoders before the present one have used. */
  used = 0;
  ended = false;
  /** Why the input could not be read. */
  failure: unknown = null;
  decoder: Decoder | null = null;
  private readonly input: ByteSource;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(input: ByteSource) {
    this.input = input;
  }

  hasMore(): boolean {
    return this.rest.length > 0 || !this.ended;
  }

  async into(decoder: Decoder): Promise<void> {
    this.decoder = decoder;
    let written = 0;
    // A decoder that fails does not call back for what it was working on.
    let wake = () => {};
    decoder.once('close', () => wake());
    try {
      for (;;) {
        const piece = await this.piece();
        if (piece === null) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
          decoder.write(piece, () => resolve());
        });
        written += piece.length;
        const left = written - decoder.bytesWritten;
        this.rest = piece.subarray(piece.length - left);
        if (left > 0 || decoder.destroyed) return;
      }
      decoder.end();
    } catch (error) {
      this.failure = error;
      decoder.destroy();
    }
  }

  private async piece(): Promise<Uint8Array | null> {
    if (this.rest.length > 0) return this.rest;
    const piece = this.ended ? null : await this.input.read();
    this.ended = piece === null;
    // The decoder works on it in another thread while the source may fill its buffer anew.
    return piece === null ? null : new Uint8Array(piece);
  }
}
