/** The beginning of a trace, by which its format is told. */

/** As much of the decompressed input as is looked at. */
export const HEAD_BYTES = 64 * 1024;
const HEAD_LINES = 64;
const LINE_CHARACTERS = 256;
const NEWLINE = 0x0a;

export interface HeadLine {
  /** From 1. */
  readonly number: number;
  readonly byte: number;
  /** A character for each byte, at most 256, without the line end. */
  readonly text: string;
}

export interface Head {
  readonly bytes: Uint8Array;
  /** Is that the whole input? */
  readonly complete: boolean;
  /** Bytes of the whole input decompressed, if that is known. */
  readonly size: number | null;
  /** The first lines that are not blank and no # comment, at most 64; a last one that is cut only if it is the first. */
  readonly lines: readonly HeadLine[];
}

/** `size` of the whole input, if it is known. */
export function headOf(peeked: Uint8Array, size: number | null = null): Head {
  const bytes = peeked.subarray(0, HEAD_BYTES);
  const complete = peeked.length < HEAD_BYTES;
  return { bytes, complete, size: complete ? peeked.length : size, lines: linesOf(bytes, complete) };
}

export function endOfLine(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end < 0 ? bytes.length : end;
}

function linesOf(bytes: Uint8Array, complete: boolean): HeadLine[] {
  const lines: HeadLine[] = [];
  let number = 1;
  for (let byte = 0; byte < bytes.length && lines.length < HEAD_LINES; number++) {
    const end = endOfLine(bytes, byte);
    if (end === bytes.length && !complete && lines.length > 0) break;
    const text = String.fromCharCode(...bytes.subarray(byte, Math.min(end, byte + LINE_CHARACTERS))).replace(/\r$/, '');
    if (!/^[ \t]*(#|$)/.test(text)) lines.push({ number, byte, text });
    byte = end + 1;
  }
  return lines;
}

/** The likeness of a format of lines: a line that looks right counts 1, one that only begins right 0.5, by the number of lines. */
export function byLines(strict: RegExp, loose: RegExp): (head: Head) => number {
  return ({ lines }) => {
    if (lines.length === 0) return 0;
    const scores = lines.map(({ text }): number => (strict.test(text) ? 1 : loose.test(text) ? 0.5 : 0));
    return scores.reduce((sum, score) => sum + score, 0) / lines.length;
  };
}

/** Does the input begin with these bytes? */
export function beginsWith(head: Head, magic: readonly number[]): boolean {
  return magic.every((byte, place) => head.bytes[place] === byte);
}
