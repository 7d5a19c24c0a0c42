/** docs/formats/libcachesim.md: lcs. A bad header is the only fault of a trace. */
import { latin1, type SlowFault } from './slow.ts';

export const MAGIC = 0x123456789abcdef0n;
const LETTERS: Record<string, number> = {
  c: 1,
  b: 1,
  B: 1,
  h: 2,
  H: 2,
  i: 4,
  I: 4,
  l: 4,
  L: 4,
  f: 4,
  q: 8,
  Q: 8,
  d: 8,
};

export interface LcsField {
  readonly at: number;
  readonly letter: string;
}

export interface LcsHeader {
  readonly bytes: number;
  readonly record: number;
  readonly id: LcsField;
  readonly size: LcsField | null;
  readonly op: LcsField | null;
  readonly time: LcsField | null;
  readonly next: LcsField | null;
}

const FEATURES = [0, 1, 2, 4, 8, 16];

/** The layout of the requests, or what is wrong with the header. */
export function lcsHeader(bytes: Uint8Array): LcsHeader | SlowFault {
  const fault = (byte: number, what: string): SlowFault => ({ place: 1, byte, what, isInHeader: true });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16) return fault(0, 'truncated header');
  if (view.getBigUint64(0, true) !== MAGIC) return fault(0, 'magic number');
  const version = view.getBigUint64(8, true);
  if (version >= 1n && version <= 8n) {
    if (bytes.length < 8192) return fault(0, 'truncated header');
    if (view.getBigUint64(8184, true) !== MAGIC) return fault(8184, 'magic number');
    return ofVersion(Number(version));
  }
  if (bytes.length < 1024) return fault(0, 'truncated header');
  if (view.getBigUint64(1016, true) !== MAGIC) return fault(1016, 'magic number');
  return ofFormat(bytes, view, fault);
}

function ofVersion(version: number): LcsHeader {
  const features = FEATURES[version - 3] ?? 0;
  const record = [24, 28, 36 + 4 * features][Math.min(version, 3) - 1]!;
  return {
    bytes: 8192,
    record,
    id: { at: 4, letter: 'Q' },
    size: { at: 12, letter: version < 3 ? 'I' : 'q' },
    op: version === 1 ? null : { at: version === 2 ? 16 : 20, letter: 'B' },
    time: { at: 0, letter: 'I' },
    next: { at: [16, 20, 28][Math.min(version, 3) - 1]!, letter: 'q' },
  };
}

function ofFormat(
  bytes: Uint8Array,
  view: DataView,
  fault: (byte: number, what: string) => SlowFault,
): LcsHeader | SlowFault {
  const text = latin1(bytes.subarray(8, 248));
  const format = text.slice(0, text.indexOf('\0') < 0 ? 240 : text.indexOf('\0'));
  if (!format.startsWith('<')) return fault(8, 'format');
  const letters = format.slice(1).split('');
  const unknown = letters.findIndex((letter) => !(letter in LETTERS));
  if (unknown >= 0) return fault(9 + unknown, 'format');
  const places = letters.map((_, i) => letters.slice(0, i).reduce((sum, letter) => sum + LETTERS[letter]!, 0));
  const record = letters.reduce((sum, letter) => sum + LETTERS[letter]!, 0);
  const field = (at: number): LcsField | null | undefined => {
    const index = view.getUint8(at);
    if (index === 0) return null;
    const letter = letters[index - 1];
    return letter === undefined ? undefined : { at: places[index - 1]!, letter };
  };
  for (let at = 248; at <= 256; at++) if (field(at) === undefined) return fault(at, 'field');
  const [id, size, time, next, op] = [248, 249, 250, 252, 253].map(field);
  if (id === null || id === undefined || isFloat(id)) return fault(248, 'field of the id');
  if (size === undefined || isFloat(size)) return fault(249, 'field of the size');
  if (time === undefined) return fault(250, 'field of the time');
  if (next === undefined || isFloat(next)) return fault(252, 'field of the next access');
  if (op === undefined || isFloat(op)) return fault(253, 'field of the op');
  if (view.getUint32(1000, true) !== letters.length) return fault(1000, 'fields');
  if (view.getUint32(1004, true) !== record) return fault(1004, 'bytes');
  return { bytes: 1024, record, id, size, op, time: isFloat(time) ? null : time, next };
}

const isFloat = (field: LcsField | null): boolean => field !== null && /[fd]/.test(field.letter);
