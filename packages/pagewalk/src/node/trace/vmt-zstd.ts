/** zstd for .vmt, piece by piece, in the thread pool of Node. */
import { constants, createZstdCompress, createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import type { Packer, Unpacker, VmtHost } from '../../trace/vmt/codec.ts';
import { sha256 } from './file.ts';

/**
 * Matches worth finding lie far back, in the iteration before of some outer loop: hence the long-distance matcher and a window as large as a frame.
 */
const LEVEL = 12;
const WINDOW_LOG = 22;
const SMALLEST_WINDOW_LOG = 10;
const CHUNK_BYTES = 128 * 1024;

export const vmtOnNode = vmtWith(LEVEL, WINDOW_LOG);

/** zstd's level 1 … 22, and log2 of the bytes that it looks back. */
export function vmtWith(level: number, windowLog: number): VmtHost {
  return { packer: (bytes) => nodePacker(level, Math.min(windowLog, logOf(bytes))), unpacker: nodeUnpacker, sha256 };
}

/** Setting up for 4 MiB takes longer than compressing a small trace. */
function logOf(bytes = Number.POSITIVE_INFINITY): number {
  return Math.max(Math.ceil(Math.log2(bytes)), SMALLEST_WINDOW_LOG);
}

function nodePacker(level: number, windowLog: number): Packer {
  const params = {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_windowLog]: windowLog,
    [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    // The tables would be as large as ever.
    ...(windowLog < WINDOW_LOG
      ? { [constants.ZSTD_c_hashLog]: windowLog, [constants.ZSTD_c_chainLog]: windowLog }
      : {}),
  };
  const zstd = createZstdCompress({ params, chunkSize: CHUNK_BYTES });
  let pieces: Buffer[] = [];
  let before: Promise<unknown> = Promise.resolve();
  zstd.on('data', (piece: Buffer) => pieces.push(piece));
  const pack = (raw: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      zstd.once('error', reject);
      zstd.write(raw);
      zstd.flush(constants.ZSTD_e_flush, () => {
        zstd.off('error', reject);
        const packed = Buffer.concat(pieces);
        pieces = [];
        resolve(packed);
      });
    });
  return {
    pack(raw) {
      const packed = before.then(() => pack(raw));
      before = packed.catch(() => {});
      return packed;
    },
    close: () => zstd.destroy(),
  };
}

function nodeUnpacker(): Unpacker {
  const frame = new Frame();
  let before: Promise<unknown> = Promise.resolve();
  return {
    unpack(piece, rawBytes) {
      const raw = before.then(() => frame.unpack(piece, rawBytes));
      before = raw.catch(() => {});
      return raw;
    },
    close: () => frame.close(),
  };
}

/** One piece at a time. A piece that makes more than it should is stopped there. */
class Frame {
  private readonly zstd: ZstdDecompress;
  private raw = new Uint8Array(0);
  private filled = 0;
  private failed: Error | null = null;
  private settle: () => void = () => {};

  constructor() {
    this.zstd = createZstdDecompress({ chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_d_windowLogMax]: 23 } });
    this.zstd.on('data', (piece: Buffer) => this.take(piece));
    this.zstd.on('error', (error) => this.fail(error));
    this.zstd.on('close', () => this.fail(new Error('closed')));
  }

  async unpack(piece: Uint8Array, rawBytes: number): Promise<Uint8Array> {
    if (this.failed) throw this.failed;
    this.raw = new Uint8Array(rawBytes);
    this.filled = 0;
    await new Promise<void>((resolve) => {
      this.settle = resolve;
      this.zstd.write(piece, () => resolve());
    });
    // What the decoder has made is handed over before its callback, or in the next turn.
    if (!this.failed && this.filled < rawBytes) await new Promise((resolve) => setImmediate(resolve));
    if (this.failed) throw this.failed;
    if (this.filled < rawBytes) throw new Error(`${this.filled} bytes, not ${rawBytes}`);
    return this.raw;
  }

  close(): void {
    this.zstd.destroy();
  }

  private take(piece: Buffer): void {
    if (this.filled + piece.length > this.raw.length) {
      this.fail(new Error(`more than ${this.raw.length} bytes`));
      this.zstd.destroy();
      return;
    }
    this.raw.set(piece, this.filled);
    this.filled += piece.length;
  }

  private fail(error: Error): void {
    this.failed ??= error;
    this.settle();
  }
}
