/** zstd for .vmt in the thread pool of Node. */
import { promisify } from 'node:util';
import { constants, createZstdCompress, zstdDecompress } from 'node:zlib';
import type { Packer, VmtHost } from '../../trace/vmt/codec.ts';
import { sha256 } from './file.ts';

/**
 * Matches worth finding lie far back, in the iteration before of some outer loop: hence the long-distance matcher and a window as large as a frame.
 */
const LEVEL = 12;
const WINDOW_LOG = 22;
const SMALLEST_WINDOW_LOG = 10;
const MOST_WINDOW_LOG = 23;
const CHUNK_BYTES = 128 * 1024;

export const vmtOnNode = vmtWith(LEVEL, WINDOW_LOG);

/** zstd's level 1 … 22, and log2 of the bytes that it looks back. */
export function vmtWith(level: number, windowLog: number): VmtHost {
  return { packer: (bytes) => nodePacker(level, Math.min(windowLog, logOf(bytes))), unpack: nodeUnpack, sha256 };
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

const inflate = promisify(zstdDecompress);

/** In one piece: room for all of it, and a little so that the decoder knows that it is done. */
function nodeUnpack(frame: Uint8Array, rawBytes: number): Promise<Uint8Array> {
  const room = rawBytes + 64;
  const params = { [constants.ZSTD_d_windowLogMax]: MOST_WINDOW_LOG };
  return inflate(frame, { chunkSize: room, maxOutputLength: room, params });
}
