import { readFile } from 'node:fs/promises';
import { type OpenOptions, traceFromBytes } from '../../src/trace/open.ts';
import type { Op } from '../../src/trace/record.ts';
import { type AccessRecord, unpackRecords } from '../../src/trace/record.ts';
import { TraceError, type TraceInfo, type TraceSource } from '../../src/trace/source.ts';

export const traceWasm: Promise<WebAssembly.Module> = readFile(
  new URL('../../../engine/dist/trace.wasm', import.meta.url),
).then((bytes) => WebAssembly.compile(bytes));

export interface Read {
  readonly records: Required<AccessRecord>[];
  readonly info: TraceInfo;
  /** What ended the reading, if not the end of the trace. */
  readonly error: TraceError | null;
}

/** Reads to the end or to the error. */
export async function readAll(source: TraceSource): Promise<Read> {
  const records: Required<AccessRecord>[] = [];
  let error: TraceError | null = null;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      if (chunk.records < 1 || chunk.records > 8_192) throw new Error(`a chunk of ${chunk.records} records`);
      if (chunk.bytes.length !== chunk.records * 16) throw new Error('chunk length');
      records.push(...unpackRecords(chunk.bytes));
    }
  } catch (thrown) {
    if (!(thrown instanceof TraceError)) throw thrown;
    error = thrown;
  }
  const info = source.info();
  await source.close();
  return { records, info, error };
}

export async function readBytes(
  bytes: Uint8Array | ReadableStream<Uint8Array>,
  options: OpenOptions = {},
): Promise<Read> {
  return readAll(await traceFromBytes(bytes, { ...options, module: await traceWasm }));
}

/** A source of the text format; characters are bytes in UTF-8. */
export async function openText(
  text: string | ReadableStream<Uint8Array>,
  options: OpenOptions = {},
): Promise<TraceSource> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return traceFromBytes(bytes, { format: 'text', ...options, module: await traceWasm });
}

export function readText(text: string, options: OpenOptions = {}): Promise<Read> {
  return readBytes(latin1(text), options);
}

/** The error of opening or reading. */
export async function errorOf(text: string | Uint8Array, options: OpenOptions = {}): Promise<TraceError> {
  try {
    const { error } = await readBytes(typeof text === 'string' ? latin1(text) : text, options);
    if (error !== null) return error;
  } catch (thrown) {
    if (thrown instanceof TraceError) return thrown;
    throw thrown;
  }
  throw new Error('no error');
}

/** One byte for each character. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A stream that hands the bytes out in pieces of the given lengths, the last again and again. */
export function trickle(bytes: Uint8Array, lengths: readonly number[]): ReadableStream<Uint8Array> {
  let at = 0;
  let index = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      const length = lengths[Math.min(index++, lengths.length - 1)] ?? 1;
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
    },
  });
}

export function access(pid: number, op: Op, address: bigint, extent = 1, folded = false): Required<AccessRecord> {
  return { pid, op, address, extent, folded };
}
