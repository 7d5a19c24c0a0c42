/**
 * Readers of lines that are written here: for formats of which there is never much, or whose lines need more than trace.wasm can do.
 * A format gives what one line means; splitting, the limit of a line, counts and messages are as those of the readers in trace.wasm.
 */
import type { ReaderParts } from './formats/format.ts';
import { HostSource } from './host-source.ts';
import type { Misreading } from './operations/read.ts';
import { quote } from './quote.ts';
import type { RecordSink } from './record-sink.ts';
import type { TraceSource } from './source.ts';

export type { Misreading } from './operations/read.ts';
export { type RecordSink, STEP_RECORDS } from './record-sink.ts';

/** Lines of one trace, one after the other. */
export interface HostLines {
  /**
   * Reads a line (a character for each byte, no line end, never blank and no # comment), puts at most STEP_RECORDS records or none, and
   * answers what is wrong with it. One that stands for more answers steps: each puts as many.
   */
  read(line: string, sink: RecordSink): Misreading | Iterator<unknown> | undefined;
  /** At the end of the trace; as `read`. */
  end?(sink: RecordSink): Iterator<unknown> | undefined;
}

export const LINE_BYTES = 4096;
const NEWLINE = 0x0a;
/** Makes one character of each byte, if not always the one of its number. */
const LATIN1 = new TextDecoder('latin1');
const BLANK = /^[ \t]*(#|$)/;

export function hostReader(parts: ReaderParts, lines: HostLines): TraceSource {
  return new HostReader(parts, lines);
}

/** The characters `from` … `to` - 1 of a line are bad; none are if something is missing there. */
export function misread(from: number, to: number, what: string, expected: string): Misreading {
  return { from, to, what, expected };
}

/** The 64-bit number of hex digits, behind 0x or not. */
export function hexNumber(word: string): bigint | undefined {
  const { length } = word;
  let at = length > 2 && word[0] === '0' && (word[1] === 'x' || word[1] === 'X') ? 2 : 0;
  if (at === length) return undefined;
  while (at < length - 1 && word[at] === '0') at++;
  if (length - at > 16) return undefined;
  let value = 0;
  for (let place = at; place < length; place++) {
    const digit = hexDigit(word.charCodeAt(place));
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return length - at < 14 ? BigInt(value) : BigInt(`0x${word.slice(at)}`);
}

/** Below 0 if the character is none. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The number of decimal digits, at most `most`. */
export function decimalNumber(word: string, most = 2n ** 64n - 1n): bigint | undefined {
  if (!/^\d+$/.test(word)) return undefined;
  const value = BigInt(word);
  return value <= most ? value : undefined;
}

class HostReader extends HostSource {
  private readonly lines: HostLines;
  /** Bytes of which the lines begin at `at`; `origin` is their place in the input. */
  private bytes: Uint8Array = new Uint8Array(0);
  /** A character for each of the bytes. */
  private text = '';
  private at = 0;
  private origin = 0;
  private last = false;
  /** In the rest of a line that is too long. */
  private dropping = false;
  /** Of a line that stands for more than fits into a chunk. */
  private steps: Iterator<unknown> | null = null;
  private closing = false;

  constructor(parts: ReaderParts, lines: HostLines) {
    super(parts);
    this.lines = lines;
  }

  protected take(piece: Uint8Array | null): void {
    if (piece === null) {
      this.last = true;
      return;
    }
    const rest = this.bytes;
    if (rest.length === 0) this.bytes = piece;
    else {
      this.bytes = new Uint8Array(rest.length + piece.length);
      this.bytes.set(rest);
      this.bytes.set(piece, rest.length);
    }
    this.text = LATIN1.decode(this.bytes);
  }

  protected read(): void {
    while (this.sink.hasRoom) {
      if (this.steps !== null) {
        if (this.steps.next().done === true) this.steps = null;
      } else if (this.closing) {
        this.end();
        return;
      } else if (!this.line()) return;
    }
  }

  /** Reads the next line; false if there is none, or a fault. */
  private line(): boolean {
    const { bytes, at } = this;
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    if (this.dropping || end - at > LINE_BYTES) return this.tooLong(end, newline >= 0);
    if (newline < 0 && !this.last) return this.keepRest();
    if (at >= bytes.length) return this.finish();
    const cut = end > at && bytes[end - 1] === 0x0d ? end - 1 : end;
    const text = this.text.slice(at, cut);
    const read = BLANK.test(text) ? undefined : this.lines.read(text, this.sink);
    if (read !== undefined) {
      if ('next' in read) this.steps = read;
      else if (!this.misreading(read, newline < 0 ? end - at : 0)) return false;
    }
    this.pass(newline < 0 ? end : newline + 1);
    return true;
  }

  private misreading({ from, to, what, expected }: Misreading, tail: number): boolean {
    const found = this.bytes.subarray(this.at + from, this.at + to);
    const byte = this.origin + this.at + from;
    const quoted = quote(found);
    const problem = found.length > 0 ? `bad ${what} ${quoted}` : `no ${what}`;
    return this.fault({ line: this.sink.line, byte, problem, expected, found: quoted }, tail);
  }

  private tooLong(end: number, terminated: boolean): boolean {
    if (!this.dropping) {
      const bad = misread(0, LINE_BYTES, 'line', `a line of at most ${LINE_BYTES} bytes`);
      if (!this.misreading(bad, 0)) return false;
    }
    this.dropping = !terminated;
    if (terminated) this.pass(end + 1);
    else this.at = end;
    return terminated || (this.last ? this.finish() : this.keepRest());
  }

  private pass(next: number): void {
    this.at = next;
    this.sink.line++;
  }

  /** The piece that the line begins in may be gone when the next one is there. */
  private keepRest(): boolean {
    this.origin += this.at;
    this.text = this.text.slice(this.at);
    // Not by slice: that of a Buffer copies nothing.
    this.bytes = new Uint8Array(this.bytes.subarray(this.at));
    this.at = 0;
    return false;
  }

  /** Behind the last line. */
  private finish(): boolean {
    this.closing = true;
    this.steps = this.lines.end?.(this.sink) ?? null;
    return true;
  }
}
