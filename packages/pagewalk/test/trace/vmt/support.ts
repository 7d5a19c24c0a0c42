/** Traces to .vmt files and back, as values. */
import { vmtWith } from '../../../src/node/trace/vmt-zstd.ts';
import { type OpenOptions, traceFromBytes } from '../../../src/trace/open.ts';
import { ObjectNames } from '../../../src/trace/operations/names.ts';
import { operationText } from '../../../src/trace/operations/write.ts';
import { type TraceRecord, unpackTrace } from '../../../src/trace/record.ts';
import { traceFromRecords } from '../../../src/trace/records-source.ts';
import { TraceError, type TraceInfo, type TraceSource } from '../../../src/trace/source.ts';
import { setVmtHost } from '../../../src/trace/vmt/host.ts';
import { type VmtOfOptions, vmtOf } from '../../../src/trace/vmt/writer.ts';
import { traceWasm } from '../support.ts';

/** Quick to set up: a test has hundreds of small files. */
setVmtHost(vmtWith(1, 17));

export interface Given {
  readonly records: readonly TraceRecord[];
  readonly foldedPage?: number;
  readonly names?: readonly string[];
}

export async function sourceBytes(source: TraceSource, options: VmtOfOptions = {}): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of vmtOf(source, { module: await traceWasm, ...options })) pieces.push(piece);
  return joined(pieces);
}

export function written({ records, foldedPage, names = [] }: Given, options: VmtOfOptions = {}): Promise<Uint8Array> {
  const page = foldedPage === undefined ? {} : { foldedPage };
  return sourceBytes(traceFromRecords(records, { ...page, objects: names }), options);
}

export interface ReadBack {
  /** Accesses as values, operations as their lines. */
  readonly events: unknown[];
  readonly info: TraceInfo;
  readonly error: TraceError | null;
}

/** Reads to the end or to the error, which opening may give too. */
export async function readBack(
  bytes: Uint8Array | ReadableStream<Uint8Array>,
  options: OpenOptions = {},
): Promise<ReadBack> {
  try {
    return await eventsOf(await traceFromBytes(bytes, { ...options, module: await traceWasm }));
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { events: [], info: null as unknown as TraceInfo, error };
  }
}

export async function eventsOf(source: TraceSource): Promise<ReadBack> {
  const pieces: Uint8Array[] = [];
  let error: TraceError | null = null;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      if (chunk.records < 1 || chunk.records > 8_192) throw new Error(`a chunk of ${chunk.records} records`);
      pieces.push(chunk.bytes.slice());
    }
  } catch (thrown) {
    if (!(thrown instanceof TraceError)) throw thrown;
    error = thrown;
  }
  const info = source.info();
  await source.close();
  return {
    events: eventsFrom(unpackTrace(joined(pieces)), source.operations?.names ?? new ObjectNames()),
    info,
    error,
  };
}

/** What `readBack` gives for these. */
export function eventsFrom(records: readonly TraceRecord[], names: ObjectNames): unknown[] {
  return records.map((record) =>
    'operation' in record ? `${record.pid} ${operationText(record, names)}` : { extent: 1, folded: false, ...record },
  );
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
