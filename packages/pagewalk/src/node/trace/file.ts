import { createHash } from 'node:crypto';
import { close, createReadStream, fstat, fstatSync, open, read } from 'node:fs';
import { stat } from 'node:fs/promises';
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

const openFd = promisify(open);
const closeFd = promisify(close);
const statOf = promisify(fstat);
const readFd = promisify(read);

/** False if there is nothing of that name, which opening then tells. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * By descriptor and not by FileHandle: a socket takes a descriptor over, and a handle that nobody holds would close it when it is collected.
 *
 * @throws TraceError if the file cannot be read.
 */
export async function openFile(path: string, bufferBytes = BUFFER_BYTES): Promise<OpenFile> {
  let fd: number;
  try {
    fd = await openFd(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  const status = await statOf(fd);
  if (status.isDirectory()) {
    await closeFd(fd);
    throw new TraceError({ file: path, problem: 'is a directory', expected: 'a trace file' });
  }
  if (status.isFile()) {
    return { source: new FileBytes(path, new Descriptor(fd, true), bufferBytes), bytes: status.size };
  }
  // A blocked read of a pipe would hold up the exit of the program; a socket waits without a thread.
  const stream = status.isFIFO()
    ? new Socket({ fd, readable: true, writable: false })
    : createReadStream(path, { fd, highWaterMark: BUFFER_BYTES });
  return { source: fromReadable(stream), bytes: null };
}

/** A redirected file is read like a file, from where its descriptor stands. */
export function openStdin(): OpenFile {
  const stat = fstatSync(0);
  if (!stat.isFile()) return { source: fromReadable(process.stdin), bytes: null };
  return { source: new FileBytes('stdin', new Descriptor(0, false)), bytes: stat.size };
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

/** A descriptor that is read from where it stands. */
class Descriptor {
  private readonly fd: number;
  private isOurs: boolean;

  constructor(fd: number, isOurs: boolean) {
    this.fd = fd;
    this.isOurs = isOurs;
  }

  async read(buffer: Buffer): Promise<number> {
    return (await readFd(this.fd, buffer, 0, buffer.length, null)).bytesRead;
  }

  async close(): Promise<void> {
    const isOurs = this.isOurs;
    this.isOurs = false;
    if (isOurs) await closeFd(this.fd);
  }
}

class FileBytes implements ByteSource {
  private readonly path: string;
  private readonly file: Descriptor;
  private buffer: Buffer;
  private other: Buffer;
  private reading: Promise<number> | null = null;
  private ended = false;

  constructor(path: string, file: Descriptor, bufferBytes = BUFFER_BYTES) {
    this.path = path;
    this.file = file;
    this.buffer = Buffer.allocUnsafeSlow(bufferBytes);
    this.other = Buffer.allocUnsafeSlow(bufferBytes);
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
    const reading = this.file.read(buffer);
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
