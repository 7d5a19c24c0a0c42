/**
 * The log of one process, put aside until all have ended: a file of zstd level 1 in which pieces follow each other, each with the number of its
 * bytes before it (u32, the top bit set for a system call, which is JSON).
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { LogPiece } from 'pagewalk/node';

const CALL = 0x8000_0000;
const PARAMETERS = { [constants.ZSTD_c_compressionLevel]: 1 };

export class SpoolWriter {
  readonly path: string;
  private readonly zstd = createZstdCompress({ params: PARAMETERS });
  private readonly written: Promise<void>;

  constructor(path: string) {
    this.path = path;
    this.written = pipeline(this.zstd, createWriteStream(path, { mode: 0o600 }));
    this.written.catch(() => {});
  }

  /** Bytes may change once this is done. */
  async records(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.piece(bytes.length, bytes);
  }

  async call(piece: LogPiece): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(piece));
    await this.piece((bytes.length | CALL) >>> 0, bytes);
  }

  async close(): Promise<void> {
    this.zstd.end();
    await this.written;
  }

  private async piece(head: number, bytes: Uint8Array): Promise<void> {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head);
    this.zstd.write(length);
    const taken = new Promise<void>((resolve) => {
      this.zstd.write(bytes, () => resolve());
    });
    await Promise.race([taken, this.written]);
  }
}

export async function* spooledPieces(path: string): AsyncGenerator<LogPiece> {
  const file = createReadStream(path);
  const zstd = createZstdDecompress();
  const reading = pipeline(file, zstd);
  reading.catch(() => {});
  let held: Buffer = Buffer.alloc(0);
  try {
    for await (const bytes of zstd as AsyncIterable<Buffer>) {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      let at = 0;
      while (at + 4 <= held.length) {
        const head = held.readUInt32LE(at);
        const end = at + 4 + (head & ~CALL);
        if (end > held.length) break;
        yield pieceOf(held.subarray(at + 4, end), head >= CALL);
        at = end;
      }
      held = held.subarray(at);
    }
  } finally {
    file.destroy();
    zstd.destroy();
  }
}

function pieceOf(bytes: Buffer, isCall: boolean): LogPiece {
  if (isCall) return JSON.parse(bytes.toString()) as LogPiece;
  const copy = new Uint8Array(bytes);
  return { records: new Uint32Array(copy.buffer) };
}
