import { fault } from './fault';
import { find, input, LINE_BYTES } from './input';
import { nextLine, skipLine } from './lines';
import { option } from './options';
import { PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, RECORDS_END, tally } from './records';
import { number, skipBlanks, value, wordEnd } from './scan';

/**
 * Reference strings as textbooks print them: page numbers, one per line or, as in OSTEP, "1,2,3,4". Each becomes a read of one byte at
 * the page's start by pid 1. A line of numbers may be longer than the limit of a line: numbers are taken one by one.
 */

const META: u32 = READ | (1 << PID_SHIFT);
const COMMA: u8 = 0x2c;

class Reference {
  pageShift: u64 = 12;
  /** The byte before was a comma: a number must follow. */
  afterComma: bool = false;
}

const reference = new Reference();

/** Option 0: log2 of the page size. */
export function begin(): void {
  reference.pageShift = option(0);
}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  let out = RECORDS;
  while (out < RECORDS_END) {
    if (!input.dropping && input.at < input.end) {
      const comma = commaBehindNumber(input.at);
      if (comma != 0) {
        const good = page(input.at, comma, out);
        reference.afterComma = true;
        if (good) out += RECORD_BYTES;
        else if (!fault.skip()) break;
        input.at = comma + 1;
        continue;
      }
    }
    const number = input.line;
    const more = nextLine();
    // A line that was too long and skipped takes its open comma with it.
    if (input.line != number) reference.afterComma = false;
    if (!more) {
      if (reference.afterComma && input.last && input.at >= input.end) openEnd();
      break;
    }
    const p = skipBlanks(input.at, input.lineEnd);
    const empty = p >= input.lineEnd || load<u8>(p) == 0x23;
    const good = (empty && !reference.afterComma) || page(input.at, input.lineEnd, out);
    reference.afterComma = false;
    if (good) {
      input.pass();
      if (!empty) out += RECORD_BYTES;
    } else if (!skipLine()) break;
  }
  return <u32>((out - RECORDS) / RECORD_BYTES);
}

/** The stream ends behind a comma. */
function openEnd(): void {
  reference.afterComma = false;
  fault.at(input.at, input.at, 'page number', 'one behind each comma');
  fault.skip();
}

/** The comma that ends the number at `from`, or 0 if a comment or the line's end comes first. */
function commaBehindNumber(from: usize): usize {
  const end = min(from + LINE_BYTES, input.end);
  const comma = find(COMMA, from, end);
  if (comma == end || find(0x0a, from, comma) < comma || find(0x23, from, comma) < comma) return 0;
  return comma;
}

function page(from: usize, end: usize, out: usize): bool {
  const p = skipBlanks(from, end);
  const q = wordEnd(p, end);
  const most = u64.MAX_VALUE >> reference.pageShift;
  if (!number(p, q) || value > most) {
    return fault.at(p, q, 'page number', 'decimal or 0x and hex digits, its address below 2^64');
  }
  const rest = skipBlanks(q, end);
  if (rest < end && load<u8>(rest) != 0x23) {
    return fault.at(rest, wordEnd(rest, end), 'text', 'a comma, the end of the line or a # comment');
  }
  put(out, value << reference.pageShift, 1, META);
  tally.accesses++;
  return true;
}
