/**
 * Where in the source a WebAssembly function was: the stack of an error has offsets into the module, the source map has the places in files that
 * instructions come from.
 */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Instructions from `offset` on, to that of the next. */
interface Segment extends Place {
  readonly offset: number;
  /** Whether it is of the policy's own file. */
  readonly own: boolean;
}

export interface Places {
  readonly segments: readonly Segment[];
  /** Offsets at which functions begin. */
  readonly functions: readonly number[];
}

const OFFSETS = /wasm-function\[\d+\]:0x([0-9a-f]+)/g;

/** The innermost place in the policy's own file; null if the stack has none, or no offsets. */
export function placeInStack(stack: string, { segments, functions }: Places): Place | null {
  const offsets = Array.from(stack.matchAll(OFFSETS), ([, hex]) => Number.parseInt(hex as string, 16));
  for (const offset of offsets) {
    const start = functions.findLast((begin) => begin <= offset) ?? 0;
    // What was inlined there comes from another file: then the place before it.
    const segment = segments.findLast((each) => each.own && each.offset <= offset && each.offset >= start);
    if (segment) return { line: segment.line, column: segment.column };
  }
  return null;
}

/** The innermost place in a file of JavaScript: `…/mine.js:12:5`. */
export function placeInScript(stack: string, file: string): Place | null {
  const name = file.replace(/^.*[/\\]/, '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [, line, column] = new RegExp(`[/\\\\]${name}(?:\\?[^:]*)?:(\\d+):(\\d+)`).exec(stack) ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column) };
}

/** The policy's file in source maps. */
export const POLICY_FILE = 'assembly/guarded/policy/brought.ts';

/** From a source map, and the bodies of functions in its module. */
export function placesOf(map: string, functions: readonly number[]): Places {
  const { sources, mappings } = JSON.parse(map) as { sources: readonly string[]; mappings: string };
  const segments: Segment[] = [];
  let [offset, source, line, column] = [0, 0, 0, 0];
  for (const text of mappings.split(',')) {
    const [dOffset = 0, dSource, dLine = 0, dColumn = 0] = numbersIn(text);
    offset += dOffset;
    if (dSource === undefined) continue;
    source += dSource;
    line += dLine;
    column += dColumn;
    segments.push({ offset, own: sources[source] === POLICY_FILE, line: line + 1, column: column + 1 });
  }
  return { segments, functions };
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base 64 VLQ: five bits a digit, the lowest first, a sixth says that there are more; bit 0 of the number is its sign. */
function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

const CODE_SECTION = 10;

/** Where the bodies in the code section of a module begin. */
export function bodiesIn(binary: Uint8Array): number[] {
  let at = 8;
  const number = (): number => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = binary[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
      shift += 7;
    }
  };
  while (at < binary.length) {
    const section = binary[at++];
    const length = number();
    if (section !== CODE_SECTION) {
      at += length;
      continue;
    }
    return Array.from({ length: number() }, () => {
      const size = number();
      const begin = at;
      at += size;
      return begin;
    });
  }
  return [];
}
