/** docs/formats/gem5.md: binary */
import { Bad, Gathering, LIMIT, latin1, MAX_SIZE, type SlowReader } from './slow.ts';

interface Message {
  readonly numbers: Map<number, bigint>;
  readonly bytes: Map<number, Uint8Array>;
}

/** The value and the place behind it; null if the bytes end before it does. */
function varint(bytes: Uint8Array, from: number): { value: bigint; end: number } | null {
  let value = 0n;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - from));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return null;
}

/** A place in the file's bytes, or what is wrong with the length there. */
function lengthAt(bytes: Uint8Array, from: number, most: number): { from: number; to: number } | Bad {
  const length = varint(bytes.subarray(from, from + 10), 0);
  if (length === null) return new Bad(0, bytes.length - from >= 10 ? 'length' : 'truncated record');
  if (length.value > BigInt(most)) return new Bad(0, 'length');
  const start = from + length.end;
  const to = start + Number(length.value);
  return to > bytes.length ? new Bad(0, 'truncated record') : { from: start, to };
}

function message(bytes: Uint8Array): Message {
  const numbers = new Map<number, bigint>();
  const strings = new Map<number, Uint8Array>();
  const next = (from: number): { value: bigint; end: number } => {
    const number = varint(bytes, from);
    const length = (number?.end ?? bytes.length) - from;
    if (length > 10 || (number !== null && number.value >= LIMIT)) throw new Bad(0, 'varint');
    if (number === null) throw new Bad(0, 'message');
    return number;
  };
  for (let at = 0; at < bytes.length; ) {
    const key = next(at);
    if (key.value < 8n || key.value >= 1n << 32n) throw new Bad(0, 'message');
    const field = Number(key.value >> 3n);
    const type = Number(key.value & 7n);
    if (type === 0) {
      const number = next(key.end);
      numbers.set(field, number.value);
      at = number.end;
    } else if (type === 1 || type === 5) at = key.end + (type === 1 ? 8 : 4);
    else if (type === 2) {
      const length = next(key.end);
      const end = BigInt(length.end) + length.value;
      if (end > BigInt(bytes.length)) throw new Bad(0, 'message');
      at = Number(end);
      strings.set(field, bytes.subarray(length.end, at));
    } else throw new Bad(0, 'message');
    if (at > bytes.length) throw new Bad(0, 'message');
  }
  return { numbers, bytes: strings };
}

/** Faults of the magic number and the header end the reading in either case. */
export const slowGem5: SlowReader = (bytes, lenient) => {
  const out = new Gathering();
  if (bytes.length === 0) return out;
  if (latin1(bytes.subarray(0, 4)) !== 'gem5') {
    out.faults.push({ place: 1, byte: 0, what: 'magic number' });
    return out;
  }
  for (let at = 4, number = 1; at < bytes.length; number++) {
    const span = lengthAt(bytes, at, number === 1 ? 1_048_576 : 65_536);
    if (span instanceof Bad) {
      out.faults.push({ place: number, byte: at, what: span.what });
      if (lenient && number > 1) out.tail = bytes.length - at;
      return out;
    }
    const good = out.try(number, at, () => {
      const read = message(bytes.subarray(span.from, span.to));
      if (number === 1) header(read, out);
      else packet(read, out);
    });
    if (!good && (!lenient || number === 1)) return out;
    at = span.to;
  }
  return out;
};

function header({ numbers, bytes }: Message, out: Gathering): undefined {
  if (numbers.has(4)) throw new Bad(0, 'elastic trace');
  const name = bytes.get(1);
  if (name !== undefined) out.facts['object'] = new TextDecoder().decode(name);
}

function packet({ numbers }: Message, out: Gathering): undefined {
  const [tick, command, address, size] = [1, 2, 3, 4].map((field) => numbers.get(field));
  if (tick === undefined) throw new Bad(0, 'tick');
  if (command === undefined) throw new Bad(0, 'cmd');
  if (address === undefined) throw new Bad(0, 'addr');
  if (size === undefined) throw new Bad(0, 'size');
  if (command !== 1n && command !== 4n) return out.leave('other_commands');
  if (size < 1n || size > MAX_SIZE) throw new Bad(0, 'size');
  const isFetch = command === 1n && ((numbers.get(5) ?? 0n) & 0x100n) !== 0n;
  out.put(isFetch ? 'ifetch' : command === 1n ? 'read' : 'write', address, size);
}
