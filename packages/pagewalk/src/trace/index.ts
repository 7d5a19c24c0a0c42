/** Traces: read, made, folded, written; no machine. */

export type { Sha256 } from './bytes.ts';
export { EventHasher, eventHash } from './event-hash.ts';
export { fold } from './fold.ts';
export { FORMATS, type ReadOptions, type TraceFormat } from './formats/index.ts';
export * from './generators/index.ts';
export { limited, type Part } from './limited.ts';
export type { LineDoor } from './line-door.ts';
export { CHUNK_TOUCHES, NEVER, type NextUseChunk, type NextUseSource, withNextUse } from './next-use.ts';
export { type OpenOptions, type OpenParts, TraceOptionError, traceFromBytes } from './open.ts';
export type { Operations } from './operations/log.ts';
export { ObjectNames } from './operations/names.ts';
export type { Mapping, Protection, Size } from './operations/operating-system.ts';
export { packOperation } from './operations/operation.ts';
export { operationText } from './operations/write.ts';
export * from './record.ts';
export { type RecordsOptions, traceFromRecords } from './records-source.ts';
export { withoutRuns, withRuns } from './runs.ts';
export { isSampled, MOST_SAMPLE } from './sampled.ts';
export { setSha256 } from './sha256.ts';
export { type Chunk, NOTHING_TOLD, type Recognition, TraceError, type TraceInfo, type TraceSource } from './source.ts';
export { memorySpool, type Spool, type SpoolFactory, setSpool } from './spool.ts';
export { type SpooledTrace, spooled } from './spooled.ts';
export * from './syscalls/index.ts';
export { TextWriter, textHeader, textOf } from './text-writer.ts';
export type { VmtHost } from './vmt/codec.ts';
export { setVmtHost } from './vmt/host.ts';
export { type RandomBytes, type SeekOptions, vmtAt } from './vmt/seek.ts';
export { type ByteSink, type VmtOfOptions, type VmtOptions, VmtWriter, vmtOf } from './vmt/writer.ts';
export { setTraceModule } from './wasm.ts';
export {
  LOSSES,
  type Loss,
  LossError,
  type TraceWriterRow,
  WRITERS,
  type WriteOptions,
  type Written,
  write,
} from './writers/index.ts';
