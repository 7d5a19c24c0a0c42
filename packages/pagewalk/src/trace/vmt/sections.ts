/** Sections out of a stream of bytes, and into one. */
import type { ByteSource } from '../bytes.ts';
import type { TraceExports } from '../wasm.ts';
import { CRC_BYTES, SECTION_HEAD } from './layout.ts';

/** CRC-32, computed in trace.wasm through a window of its memory that nothing else uses meanwhile. */
export class Crc {
  private readonly wasm: TraceExports;
  private readonly window: () => number;
  private readonly room: number;

  constructor(wasm: TraceExports, window: () => number, room: number) {
    this.wasm = wasm;
    this.window = window;
    this.room = room;
  }

  of(bytes: Uint8Array, before = 0): number {
    const { wasm, room } = this;
    const at = this.window();
    let crc = before;
    for (let from = 0; from < bytes.length; from += room) {
      const part = bytes.subarray(from, from + room);
      new Uint8Array(wasm.memory.buffer, at, part.length).set(part);
      crc = wasm.vmtCrc(at, part.length, crc) >>> 0;
    }
    return crc;
  }
}

/** A whole section. */
export function section(tag: string, crc: Crc, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(SECTION_HEAD + length + CRC_BYTES);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < 4; index++) bytes[index] = tag.charCodeAt(index);
  view.setUint32(4, length, true);
  let at = SECTION_HEAD;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc.of(bytes.subarray(0, at)), true);
  return bytes;
}

/** So many bytes of a stream at a time. */
export class Bytes {
  /** Place of the next byte. */
  at: number;
  private readonly source: ByteSource;
  private piece: Uint8Array = new Uint8Array(0);
  private ended = false;

  /** `at`: where in the file the stream begins. */
  constructor(source: ByteSource, at = 0) {
    this.source = source;
    this.at = at;
  }

  /** A copy of the next `count` bytes; fewer if the stream ends before. Memory is taken as bytes come, whatever the count. */
  async take(count: number): Promise<Uint8Array> {
    if (this.piece.length >= count) return new Uint8Array(this.pass(count));
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < count && (await this.more())) {
      const part = this.pass(Math.min(count - length, this.piece.length));
      // Not slice: of a Node buffer that is a view.
      parts.push(new Uint8Array(part));
      length += part.length;
    }
    if (parts.length === 1) return parts[0]!;
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** The next bytes, at most `count`, valid until the next call; null at the end. */
  async some(count: number): Promise<Uint8Array | null> {
    if (!(await this.more())) return null;
    return this.pass(Math.min(count, this.piece.length));
  }

  private pass(count: number): Uint8Array {
    const part = this.piece.subarray(0, count);
    this.piece = this.piece.subarray(count);
    this.at += count;
    return part;
  }

  /** False at the end. */
  private async more(): Promise<boolean> {
    while (this.piece.length === 0 && !this.ended) {
      const piece = await this.source.read();
      if (piece === null) this.ended = true;
      else this.piece = piece;
    }
    return this.piece.length > 0;
  }
}
