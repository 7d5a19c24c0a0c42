import { createHash } from 'node:crypto';
import { fstatSync, read } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type ByteSource, iterated, type Sha256 } from '../../trace/bytes.ts';
import { TraceError } from '../../trace/source.ts';

/** Two buffers of this size: one is being read into while the other is parsed. */
const BUFFER_BYTES = 512 * 1024;

export interface OpenFile {
  readonly source: ByteSource;
  readonly bytes: number | null;
}

/** @throws TraceError if the file cannot be read. */
export async function openFile(path: string): Promise<OpenFile> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  const stat = await file.stat();
  if (stat.isDirectory()) {
    await file.close();
    throw new TraceError({ file: path, problem: 'is a directory', expected: 'a trace file' });
  }
  if (stat.isFile()) return { source: new FileBytes(path, file), bytes: stat.size };
  // A blocked read of a pipe would hold up the exit of the program; a socket waits without a thread.
  const stream = stat.isFIFO()
    ? new Socket({ fd: file.fd, readable: true, writable: false })
    : file.createReadStream({ highWaterMark: BUFFER_BYTES });
  return { source: fromReadable(stream), bytes: null };
}

/** A redirected file is read like a file, from where its descriptor stands. */
export function openStdin(): OpenFile {
  const stat = fstatSync(0);
  if (!stat.isFile()) return { source: fromReadable(process.stdin), bytes: null };
  const readStdin = promisify(read);
  const file: Descriptor = {
    read: (buffer, offset, length, position) => readStdin(0, buffer, offset, length, position),
    close: async () => {},
  };
  return { source: new FileBytes('stdin', file), bytes: stat.size };
}

/** Destroying the stream first lets a read that waits come back. */
function fromReadable(stream: Readable): ByteSource {
  const pieces = iterated(stream);
  return {
    read: pieces.read,
    async close() {
      stream.destroy();
      await pieces.close().catch(() => {});
    },
  };
}

export function sha256(): Sha256 {
  const hash = createHash('sha256');
  return { update: (bytes) => hash.update(bytes), hex: () => hash.digest('hex') };
}

interface Descriptor {
  read(buffer: Buffer, offset: number, length: number, position: null): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

class FileBytes implements ByteSource {
  private readonly path: string;
  private readonly file: Descriptor;
  private buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  private other = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  private reading: Promise<number> | null = null;
  private ended = false;

  constructor(path: string, file: Descriptor) {
    this.path = path;
    this.file = file;
  }

  async read(): Promise<Uint8Array | null> {
    if (this.ended) return null;
    let bytes: number;
    try {
      bytes = await (this.reading ?? this.readInto(this.buffer));
    } catch (error) {
      throw unreadable(this.path, error);
    }
    if (bytes === 0) {
      this.ended = true;
      return null;
    }
    const full = this.buffer;
    this.buffer = this.other;
    this.other = full;
    this.reading = this.readInto(this.buffer);
    return full.subarray(0, bytes);
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.reading?.catch(() => 0);
    await this.file.close();
  }

  private readInto(buffer: Buffer): Promise<number> {
    const reading = this.file.read(buffer, 0, buffer.length, null).then((result) => result.bytesRead);
    // Whoever reads next gets the failure; until then it is nobody's.
    reading.catch(() => {});
    return reading;
  }
}

function unreadable(path: string, error: unknown): TraceError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new TraceError({ file: path, problem: `cannot be read (${reason})`, expected: 'a readable trace file' });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  EIO: 'input/output error',
};
