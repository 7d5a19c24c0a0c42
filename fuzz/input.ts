/** An input of the fuzzer: the trace behind eight bytes that say how it is read. The table is in harness.c. */
const HEADER = 8;
const PIECES = 3;

export interface Reading {
  readonly lenient: boolean;
  /** The byte that stands in the window behind the bytes supplied, `place` being where in the trace it would be, `i` how far behind. */
  rubbish(place: number, i: number): number;
  /** Lengths of the pieces, again and again. */
  readonly pieces: readonly number[];
  readonly options: readonly number[];
}

export interface FuzzInput {
  readonly reading: Reading;
  readonly trace: Uint8Array;
}

/** Null if it is too short to be one. */
export function unpackInput(bytes: Uint8Array, options: readonly (readonly number[])[]): FuzzInput | null {
  if (bytes.length < HEADER) return null;
  const [flags = 0, ...rest] = bytes;
  const chosen = options.map((values, i) => values[((bytes[4 + (i % 4)] ?? 0) >> (i >> 2)) % values.length] ?? 0);
  return {
    reading: {
      lenient: (flags & 1) === 1,
      rubbish: (place, i) => rubbish(bytes.subarray(HEADER), flags, place, i),
      pieces: rest.slice(0, PIECES).map(pieceOf),
      options: chosen,
    },
    trace: bytes.subarray(HEADER),
  };
}

/** `codes` are those of the pieces, all at once if left out; `choice` is of each option's values. */
export function packInput(trace: Uint8Array, lenient: boolean, codes: readonly number[] = [], choice = 0): Uint8Array {
  const bytes = new Uint8Array(HEADER + trace.length);
  bytes[0] = lenient ? 5 : 0;
  bytes.set(codes.slice(0, PIECES), 1);
  bytes.fill(choice, 1 + PIECES, HEADER);
  bytes.set(trace, HEADER);
  return bytes;
}

function rubbish(trace: Uint8Array, flags: number, place: number, i: number): number {
  const kind = (flags >> 1) & 3;
  if (kind === 0 || trace.length === 0) return flags & 0xf8;
  if (kind === 1) return trace[i % trace.length]!;
  const next = trace[place % trace.length]!;
  if (kind === 3) return next ^ 1;
  return next >= 0x30 && next <= 0x39 ? 0x69 - next : next;
}

function pieceOf(code: number): number {
  if (code === 0) return Number.POSITIVE_INFINITY;
  return code <= 200 ? code : (code - 200) * 128;
}
