/** A format under test: its slow reader, traces as they should be, and the options that change what is read. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { OpenOptions } from '../../../src/trace/open.ts';
import { type SlowOptions, type SlowRead, type SlowReader, TooMuch } from '../slow/slow.ts';
import { type Read, readBytes, trickle } from '../support.ts';

export interface FormatCase {
  /** `--format`. */
  readonly format: string;
  readonly unit: 'line' | 'record';
  /** If what the page says leaves open which, any of them may be right. */
  readonly slow: SlowReader | readonly SlowReader[];
  readonly traces: fc.Arbitrary<Uint8Array>;
  /** The first one is used where one must do. */
  readonly options?: readonly (OpenOptions & SlowOptions)[];
  /** Are the words of messages those of the page of the format? */
  readonly hasMessages?: boolean;
  /** Facts that the slow reader knows. */
  readonly facts?: readonly string[];
}

/** How many random traces each property looks at. */
export const RUNS = process.env['SOAK'] === '1' ? 3000 : 40;
export const PIECES = fc.oneof(
  fc.constant([1]),
  fc.constant([1 << 20]),
  fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
);

/** A trace with up to four bytes changed, taken out or put in, or with its end cut off. */
export function damaged(traces: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({ place: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), kind: fc.nat({ max: 5 }) });
  return fc.tuple(traces, fc.array(edit, { minLength: 1, maxLength: 4 })).map(([trace, edits]) => {
    const bytes = [...trace];
    for (const { place, byte, kind } of edits) {
      const at = place % (bytes.length + 1);
      if (kind === 0) bytes.splice(at, 0, byte);
      else if (kind === 1) bytes.splice(at, 1);
      else if (kind === 2) bytes.length = at;
      else if (kind === 3) bytes.splice(at, 1, (bytes[at] ?? 0) ^ (1 << (byte & 7)));
      else bytes.splice(at, 1, byte);
    }
    return Uint8Array.from(bytes);
  });
}

/** Reads with the reader under test, in pieces, and compares with the slow one. */
export async function compare(
  { format, unit, slow, hasMessages = false, facts = [] }: FormatCase,
  trace: Uint8Array,
  lenient: boolean,
  options: OpenOptions & SlowOptions = {},
  pieces: readonly number[] = [1 << 20],
): Promise<void> {
  const all = (Array.isArray(slow) ? slow : [slow]) as SlowReader[];
  const expected = expectedOf(all, trace, lenient, options);
  if (expected === null) return;
  let read: Read;
  try {
    read = await readBytes(trickle(trace, pieces), { ...options, format, lenient, name: 't' });
  } catch (thrown) {
    // Columns that the header does not name are a wrong call.
    if (thrown instanceof RangeError && options.columns !== undefined) return;
    // What is wrong with the head of a trace is found when it is opened.
    if (expected.every(({ faults }) => faults.length === 0)) throw thrown;
    expect(thrown).toMatchObject({ name: 'TraceError' });
    return;
  }
  const same = (one: SlowRead): void => expectSame(read, one, lenient, unit, hasMessages);
  const right = expected.slice(1).find((one) => passes(() => same(one))) ?? expected[0]!;
  same(right);
  if (right.faults.length > 0) return;
  for (const fact of facts) expect(read.info.facts[fact], fact).toEqual(right.facts[fact]);
}

/** Null if that is more than a slow reader can gather. */
function expectedOf(
  all: readonly SlowReader[],
  trace: Uint8Array,
  lenient: boolean,
  options: SlowOptions,
): SlowRead[] | null {
  try {
    return all.map((read) => read(trace, lenient, options));
  } catch (thrown) {
    if (thrown instanceof TooMuch) return null;
    throw thrown;
  }
}

function passes(expectation: () => void): boolean {
  try {
    expectation();
    return true;
  } catch {
    return false;
  }
}

function expectSame(read: Read, expected: SlowRead, lenient: boolean, unit: string, hasMessages: boolean): void {
  const [fault] = expected.faults;
  const place = fault && { [unit]: fault.place, byte: fault.byte };
  const words = fault && hasMessages ? new RegExp(`: (bad ${fault.what} '|no ${fault.what}: |${fault.what}: )`) : /./;
  expect(read.records).toEqual(expected.records);
  expect(read.info.accesses).toBe(expected.records.length);
  if (lenient && read.error === null) {
    expect(read.info.skipped).toBe(expected.faults.length);
    if (fault !== undefined) {
      expect(read.info.firstSkipped).toContain(
        `t:${unit === 'line' ? `${fault.place}:` : ` record ${fault.place}:`} byte ${fault.byte}: `,
      );
      expect(read.info.firstSkipped).toMatch(words);
    } else expect(read.info.firstSkipped).toBeNull();
    expect(read.info.truncatedTail).toBe(expected.tail);
  } else if (lenient) {
    // Nothing was left, or what is wrong cannot be skipped.
    if (expected.records.length > 0) expect(read.error).toMatchObject(place ?? {});
  } else if (fault !== undefined) {
    expect(read.error).toMatchObject(place!);
    expect(read.error?.message).toMatch(words);
    return;
  } else if (expected.records.length > 0) expect(read.error).toBeNull();
  else expect(read.error?.message).toContain('holds no access');
  expect(read.info.leftOut).toEqual(expected.leftOut);
}
