/**
 * One input of the fuzzer through trace.wasm in Node, with what fuzz/harness.c checks. The host passes over every line of a log that is handed to it, and refuses every other, from
 * its second word on.
 */
import { expect } from 'vitest';
import type { Reading } from '../../../../../fuzz/input.ts';
import type { FuzzedReader } from '../../../../../fuzz/readers.ts';
import { CHUNK_RECORDS, RECORD_BYTES, unpackTrace } from '../../../src/trace/record.ts';
import { stringAt, type TraceExports } from '../../../src/trace/wasm.ts';
import type { SlowRecord } from '../slow/slow.ts';

export interface Outcome {
  readonly records: SlowRecord[];
  readonly faulted: boolean;
  readonly skipped: number;
  readonly tail: number;
  readonly accesses: number;
  /** The first one; null if there is none. */
  readonly fault: { place: number; byte: number; what: string; expected: string; found: string } | null;
}

/** Reads all of a trace, in pieces or as far as possible at once. */
export function replay(
  wasm: TraceExports,
  { name, number, hasHeader }: FuzzedReader,
  trace: Uint8Array,
  reading: Reading,
  inPieces: boolean,
): Outcome {
  new Uint32Array(wasm.memory.buffer, wasm.options(), reading.options.length).set(reading.options);
  wasm.beginReading(number, reading.lenient ? 1 : 0);
  const window = wasm.inputAt();
  const records: SlowRecord[] = [];
  let fault: Outcome['fault'] = null;
  let given = 0;
  let ended = false;
  let piece = 0;
  for (let calls = 0; ; calls++) {
    expect(calls, 'calls of read').toBeLessThanOrEqual(64 + 8 * trace.length + records.length);
    const count = wasm.read();
    if (fault === null && (wasm.skipped() > 0 || wasm.faulted())) fault = faultOf(wasm, trace);
    if (count > 0) records.push(...recordsOf(wasm, count));
    else if (wasm.waiting() && name === 'lackey') wasm.serveLine(0, 0);
    else if (wasm.waiting()) refuse(wasm);
    else if (wasm.faulted() || ended) break;
    else {
      ended = given === trace.length;
      const wanted = inPieces ? reading.pieces[piece++ % reading.pieces.length]! : trace.length;
      given += supply(
        wasm,
        trace.subarray(given, given + wanted),
        ended,
        inPieces ? (i, size) => reading.rubbish(given + size + i, i) : () => 0,
      );
    }
  }
  expect(wasm.read(), 'records behind the end').toBe(0);
  const inHeader = hasHeader && wasm.skipped() === 0 && records.length === 0;
  if (wasm.faulted()) expect(reading.lenient && !inHeader, 'lenient reading stopped at a fault').toBe(false);
  else expect(wasm.inputAt() - window, 'bytes left over').toBe(0);
  if (!reading.lenient) expect(wasm.skipped(), 'skipped').toBe(0);
  const counted = records.reduce((sum, { folded, extent }) => sum + (folded ? extent : 1), 0);
  expect(wasm.accesses(), 'accesses').toBe(counted);
  return {
    records,
    faulted: Boolean(wasm.faulted()),
    skipped: wasm.skipped(),
    tail: wasm.truncatedTail(),
    accesses: wasm.accesses(),
    fault,
  };
}

function recordsOf(wasm: TraceExports, count: number): SlowRecord[] {
  expect(count).toBeLessThanOrEqual(CHUNK_RECORDS);
  const bytes = new Uint8Array(wasm.memory.buffer, wasm.records(), count * RECORD_BYTES);
  return unpackTrace(bytes).map((record) => {
    if ('operation' in record) throw new Error('an operation that nobody wrote');
    if (record.op === undefined || record.extent < 1)
      throw new Error(`a bad record: ${JSON.stringify(record, String)}`);
    if (record.folded) expect(wasm.foldPage(), 'page size of a folded record').toBeGreaterThan(0);
    return record;
  });
}

function faultOf(wasm: TraceExports, trace: Uint8Array): NonNullable<Outcome['fault']> {
  const byte = wasm.faultByte();
  const found = new Uint8Array(wasm.memory.buffer, wasm.faultFound(), wasm.faultFoundBytes()).slice();
  expect(byte + found.length).toBeLessThanOrEqual(trace.length);
  expect(found, 'bytes found').toEqual(trace.slice(byte, byte + found.length));
  expect(wasm.faultLine()).toBeGreaterThan(0);
  return {
    place: wasm.faultLine(),
    byte,
    what: stringAt(wasm.memory, wasm.faultWhat()),
    expected: stringAt(wasm.memory, wasm.faultExpected()),
    found: String.fromCharCode(...found),
  };
}

function refuse(wasm: TraceExports): void {
  const [from, to] = [wasm.lineAt(), wasm.lineEnd()];
  const line = String.fromCharCode(...new Uint8Array(wasm.memory.buffer, from, to - from));
  const [, second] = [...line.matchAll(/[^ \t]+/g)];
  wasm.refuseLine(from + (second?.index ?? 0), to);
}

type Rubbish = (i: number, supplied: number) => number;

function supply(wasm: TraceExports, bytes: Uint8Array, last: boolean, rubbish: Rubbish): number {
  const at = wasm.inputAt();
  const room = wasm.inputEnd() - at;
  if (!last) expect(room, 'room in the window').toBeGreaterThan(0);
  const part = bytes.subarray(0, room);
  const window = new Uint8Array(wasm.memory.buffer, at, Math.min(room, part.length + 64));
  window.set(part);
  for (let i = part.length; i < window.length; i++) window[i] = rubbish(i - part.length, part.length);
  wasm.supply(part.length, last ? 1 : 0);
  return part.length;
}
