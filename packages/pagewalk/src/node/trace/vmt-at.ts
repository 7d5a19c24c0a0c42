import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from '../../trace/bytes.ts';
import { TraceError, type TraceSource } from '../../trace/source.ts';
import { type RandomBytes, type SeekOptions, vmtAt } from '../../trace/vmt/seek.ts';

const PIECE_BYTES = 256 * 1024;

/**
 * Opens a .vmt file at access number `access` (from 0), without reading what is before it but the beginning of its frame.
 *
 * @throws TraceError if it cannot be read, or has no index; RangeError if there is no such access.
 */
export async function openVmtAt(path: string, access: number, options: SeekOptions = {}): Promise<TraceSource> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw new TraceError({ file: path, problem: `cannot be read (${(error as Error).message})` });
  }
  try {
    const { size } = await file.stat();
    const source = await vmtAt(randomBytes(file, size), access, { name: path, ...options });
    const close = source.close.bind(source);
    source.close = async () => {
      await close();
      await file.close();
    };
    return source;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function randomBytes(file: FileHandle, size: number): RandomBytes {
  return { size, from: (at) => stream(file, at) };
}

/** The file stays open. */
function stream(file: FileHandle, from: number): ByteSource {
  let at = from;
  let reading: Promise<unknown> = Promise.resolve();
  let closed = false;
  return {
    async read() {
      if (closed) return null;
      const buffer = new Uint8Array(PIECE_BYTES);
      const read = file.read(buffer, 0, buffer.length, at);
      reading = read.catch(() => {});
      const { bytesRead } = await read;
      at += bytesRead;
      return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
    },
    async close() {
      closed = true;
      await reading;
    },
  };
}
