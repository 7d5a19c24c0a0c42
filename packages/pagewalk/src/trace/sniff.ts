import { FORMATS, type TraceFormat } from './formats/index.ts';
import { endOfLine, type Head } from './head.ts';
import { quote } from './quote.ts';
import { type Recognition, TraceError } from './source.ts';

export interface Sniffed {
  readonly format: TraceFormat;
  readonly recognition: Recognition;
}

/** Below this nothing is recognised: a line or two of a long text may look like anything. */
const LEAST = 0.05;

/**
 * The format that the beginning looks like most. A damaged line among good ones does not change the answer, so that the reader can
 * say what is wrong with it. Null if there is nothing but blank lines and comments.
 *
 * @throws TraceError if it looks like no format, or like two equally.
 */
export function sniff(file: string, head: Head, formats: readonly TraceFormat[] = FORMATS): Sniffed | null {
  const scores = formats
    .map((format) => ({ format, likeness: format.likeness(head) }))
    .sort((a, b) => b.likeness - a.likeness);
  const [best, second] = scores;
  if (best === undefined || best.likeness < LEAST) {
    if (head.complete && head.lines.length === 0) return null;
    throw unknown(file, head, formats);
  }
  if (second !== undefined && second.likeness === best.likeness) {
    const names = scores.filter(({ likeness }) => likeness === best.likeness).map(({ format }) => format.name);
    const problem = `ambiguous format: as much ${names.join(' as ')}`;
    throw new TraceError({ file, problem, expected: 'one format; name it (--format)' });
  }
  const runnerUp =
    second && second.likeness >= LEAST ? { format: second.format.name, likeness: second.likeness } : null;
  return { format: best.format, recognition: { likeness: best.likeness, runnerUp } };
}

function unknown(file: string, head: Head, formats: readonly TraceFormat[]): TraceError {
  const expected = `${formats.map(({ name }) => name).join(', ')}; a format can be named (--format)`;
  const first = head.lines[0];
  if (first === undefined) {
    return new TraceError({ file, problem: `no line of a trace in the first ${head.bytes.length} bytes`, expected });
  }
  const { number: line, byte } = first;
  const found = quote(head.bytes.subarray(byte, endOfLine(head.bytes, byte)));
  return new TraceError({ file, line, byte, problem: `unknown format ${found}`, expected, found });
}
