/** Bytes, varints (LEB128) and strings into a buffer that grows. */
export class ByteWriter {
  private buffer = new Uint8Array(256);
  length = 0;

  byte(value: number): void {
    this.room(1);
    this.buffer[this.length++] = value;
  }

  varint(value: number | bigint): void {
    let rest = BigInt(value);
    for (; rest > 0x7fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    this.byte(Number(rest));
  }

  u32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 0xff);
  }

  u64(value: number | bigint): void {
    const whole = BigInt(value);
    this.u32(Number(whole & 0xffff_ffffn));
    this.u32(Number(whole >> 32n));
  }

  bytes(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** UTF-8 behind its length. */
  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  clear(): void {
    this.length = 0;
  }

  /** What was written, until more is. */
  get written(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private room(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const longer = new Uint8Array(Math.max(this.buffer.length * 2, this.length + bytes));
    longer.set(this.written);
    this.buffer = longer;
  }
}

/** What a `ByteReader` throws; `at` is the place in its bytes. */
export class BadBytes extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

export class ByteReader {
  at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    if (this.isAtEnd) throw new BadBytes(this.at, 'it ends too early');
    return this.bytes[this.at++]!;
  }

  varint(): bigint {
    const from = this.at;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value >> 64n !== 0n) break;
        return value;
      }
    }
    throw new BadBytes(from, 'a number of more than 64 bits');
  }

  /** A varint that is at most `most`. */
  upTo(most: number, what: string): number {
    const from = this.at;
    const value = this.varint();
    if (value > BigInt(most)) throw new BadBytes(from, `${what} ${value}, more than ${most}`);
    return Number(value);
  }

  take(bytes: number, what: string): Uint8Array {
    const from = this.at;
    if (bytes > this.bytes.length - from) throw new BadBytes(from, `${what} of ${bytes} bytes, but the end is nearer`);
    this.at += bytes;
    return this.bytes.subarray(from, this.at);
  }

  /** UTF-8 behind its length. */
  string(what: string): string {
    const from = this.at;
    const bytes = this.take(this.upTo(2 ** 32, `length of ${what}`), what);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new BadBytes(from, `${what} that is not UTF-8`);
    }
  }
}
