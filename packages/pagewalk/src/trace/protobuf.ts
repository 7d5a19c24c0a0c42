/** What pbf does not check: it takes whatever it finds in a message, also behind its end. So messages are walked first. */

export interface Varint {
  readonly value: bigint;
  /** Place behind it. */
  readonly next: number;
}

/** `cut` if it goes on behind `end`, `long` if it has more than 10 bytes or 64 bits. */
export function varintAt(bytes: Uint8Array, at: number, end: number): Varint | 'cut' | 'long' {
  let low = 0;
  for (let place = at; place < at + 10; place++) {
    if (place >= end) return 'cut';
    const byte = bytes[place]!;
    const bits = 7 * (place - at);
    if (bits <= 42) low += (byte & 0x7f) * 2 ** bits;
    if (byte < 0x80) {
      if (bits <= 42) return { value: BigInt(low), next: place + 1 };
      return bits === 63 && byte > 1 ? 'long' : { value: wide(bytes, at, place), next: place + 1 };
    }
  }
  return 'long';
}

function wide(bytes: Uint8Array, at: number, last: number): bigint {
  let value = 0n;
  for (let place = last; place >= at; place--) value = (value << 7n) | BigInt(bytes[place]! & 0x7f);
  return value;
}

export interface Malformation {
  readonly kind: 'varint' | 'fields';
  readonly from: number;
  readonly to: number;
}

/** Is the message a sequence of whole fields, each number below 2^64? */
export function isWellFormed(message: Uint8Array): true | Malformation {
  const { length } = message;
  let at = 0;
  while (at < length) {
    const key = varintAt(message, at, length);
    if (key === 'long') return { kind: 'varint', from: at, to: at + 10 };
    if (key === 'cut' || key.value >> 3n === 0n || key.value > 0xffff_ffffn)
      return { kind: 'fields', from: at, to: length };
    const behind = valueEnd(message, key.next, Number(key.value & 7n));
    if (behind === 'long') return { kind: 'varint', from: key.next, to: key.next + 10 };
    if (behind === 'cut' || behind > length) return { kind: 'fields', from: at, to: length };
    at = behind;
  }
  return true;
}

/** Place behind a value of a wire type, which may be behind the message. */
function valueEnd(message: Uint8Array, at: number, type: number): number | 'cut' | 'long' {
  if (type === 1) return at + 8;
  if (type === 5) return at + 4;
  if (type !== 0 && type !== 2) return 'cut';
  const varint = varintAt(message, at, message.length);
  if (typeof varint === 'string') return varint;
  return type === 0 ? varint.next : varint.next + Number(varint.value);
}
