import type { ByteSource } from '../bytes.ts';

/** Compressed bytes on their way into a decoder: as many at once as it asks for, and the place in the input where it stands. */
export class Intake {
  /** Of the next byte, from the start of the input. */
  byte = 0;
  ended = false;
  private readonly source: ByteSource;
  private buffer = new Uint8Array(1 << 16);
  private from = 0;
  private to = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** Bytes that are there to take. */
  get available(): number {
    return this.to - this.from;
  }

  /** Waits until `count` bytes are there; false if the input ends before. */
  async has(count: number): Promise<boolean> {
    while (this.available < count) if (!(await this.more())) return false;
    return true;
  }

  /** @throws Truncated if the input ends before `count` bytes. */
  async need(count: number): Promise<void> {
    if (!(await this.has(count))) throw new Truncated();
  }

  /** Waits for any bytes beyond those that are there; false at the end of the input. */
  async more(): Promise<boolean> {
    const piece = this.ended ? null : await this.source.read();
    if (piece === null) {
      this.ended = true;
      return false;
    }
    this.makeRoom(piece.length);
    this.buffer.set(piece, this.to);
    this.to += piece.length;
    return true;
  }

  /** What is there, without taking it: valid until more is waited for. */
  peek(count: number = this.available): Uint8Array {
    return this.buffer.subarray(this.from, Math.min(this.from + count, this.to));
  }

  /** Of bytes that are there: valid until more is waited for. */
  take(count: number): Uint8Array {
    const bytes = this.peek(count);
    this.from += bytes.length;
    this.byte += bytes.length;
    return bytes;
  }

  /** Leaves out as many, which need not be there at once. @throws Truncated */
  async pass(count: number): Promise<void> {
    for (let rest = count; rest > 0; ) {
      await this.need(1);
      rest -= this.take(rest).length;
    }
  }

  u16(at: number): number {
    return this.buffer[this.from + at]! | (this.buffer[this.from + at + 1]! << 8);
  }

  u32(at: number): number {
    return (this.u16(at) | (this.u16(at + 2) << 16)) >>> 0;
  }

  /** Above 2^53 rounded: no length of anything that exists. */
  u64(at: number): number {
    return this.u32(at) + this.u32(at + 4) * 2 ** 32;
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private makeRoom(bytes: number): void {
    if (this.to + bytes <= this.buffer.length) return;
    const { available } = this;
    const old = this.buffer;
    if (available + bytes > old.length) this.buffer = new Uint8Array(2 ** Math.ceil(Math.log2(available + bytes)));
    this.buffer.set(old.subarray(this.from, this.to));
    this.from = 0;
    this.to = available;
  }
}

/** The compressed data end where they should go on. */
export class Truncated extends Error {}

/** What is wrong with compressed data, and where, if it is not where the decoder stands. */
export class Damaged extends Error {
  readonly byte: number | null;

  constructor(reason: string, byte: number | null = null) {
    super(reason);
    this.byte = byte;
  }
}
