import { FORMATS, type TextFormat } from './formats/index.ts';
import { quote } from './quote.ts';
import { TraceError } from './source.ts';

/** As much of the text as is looked at. */
export const SNIFF_BYTES = 64 * 1024;
const SNIFF_LINES = 64;
const NEWLINE = 0x0a;

interface Line {
  number: number;
  byte: number;
  text: string;
}

/**
 * The format that most of the first lines look like. A damaged line among good ones does not change the answer, so that the reader can
 * say what is wrong with it. Null if there is nothing but blank lines and comments.
 *
 * @throws TraceError if the lines look like no format, or like two equally.
 */
export function sniff(file: string, head: Uint8Array): TextFormat | null {
  const lines = linesOf(head);
  const first = lines[0];
  if (first === undefined) {
    if (head.length < SNIFF_BYTES) return null;
    throw new TraceError({ file, problem: `no line of a trace in the first ${head.length} bytes`, expected: shapes() });
  }
  const scores = FORMATS.map((format) => ({ format, lines: lines.filter((line) => format.resembles.test(line.text)) }));
  const most = Math.max(...scores.map((score) => score.lines.length));
  const best = scores.filter((score) => score.lines.length === most);
  if (most > 0 && best.length === 1) return best[0]!.format;
  const { number, byte } = first;
  if (most === 0) {
    const found = quote(head.subarray(byte, endOfLine(head, byte)));
    throw new TraceError({ file, line: number, byte, problem: `unknown format ${found}`, expected: shapes(), found });
  }
  const places = best.map((score) => `${score.format.name} in line ${score.lines[0]!.number}`);
  throw new TraceError({ file, problem: `ambiguous format (${places.join(', ')})`, expected: 'one format; name it' });
}

function shapes(): string {
  return `${FORMATS.map((format) => `${format.name} (${format.shape})`).join(' or ')}; a format can be named`;
}

/** The first lines that are not blank and no comment; a last one that is cut only if it is the first. */
function linesOf(head: Uint8Array): Line[] {
  const lines: Line[] = [];
  let number = 1;
  for (let byte = 0; byte < head.length && lines.length < SNIFF_LINES; number++) {
    const end = endOfLine(head, byte);
    const cut = end === head.length && head.length >= SNIFF_BYTES;
    if (cut && lines.length > 0) break;
    const text = String.fromCharCode(...head.subarray(byte, Math.min(end, byte + 256))).replace(/\r$/, '');
    if (!/^[ \t]*(#|$)/.test(text)) lines.push({ number, byte, text });
    byte = end + 1;
  }
  return lines;
}

function endOfLine(head: Uint8Array, from: number): number {
  const end = head.indexOf(NEWLINE, from);
  return end < 0 ? head.length : end;
}
