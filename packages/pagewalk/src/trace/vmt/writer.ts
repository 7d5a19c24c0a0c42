import type { Sha256 } from '../bytes.ts';
import { ObjectNames } from '../operations/names.ts';
import { OperationGatherer } from '../operations/operation.ts';
import { OP_MASK, OP_OPERAND, RECORD_BYTES } from '../record.ts';
import type { Chunk, TraceSource } from '../source.ts';
import { instantiate, type TraceExports } from '../wasm.ts';
import type { Packer, VmtHost } from './codec.ts';
import { type Facts, noteName, writeFacts, writeHead } from './head.ts';
import { vmtHost } from './host.ts';
import {
  BLOCK_EVENTS,
  BLOCK_HEAD,
  type BlockHead,
  FRAME_STARTS,
  MAGIC,
  MOST_FRAME,
  PAGES,
  START_BYTES,
  STORED,
  TAGS,
  type Totals,
  VERSION,
  WHOLE,
  writeBlockHead,
  ZSTD,
} from './layout.ts';
import { OperationWriter } from './operations.ts';
import { Crc, section } from './sections.ts';
import { ByteWriter } from './varints.ts';

/** Takes the bytes over; the next come when it is done. */
export type ByteSink = (bytes: Uint8Array) => Promise<void> | void;

export interface VmtOptions {
  /** Of the folded records; null if there are none. */
  readonly foldedPage?: number | null;
  readonly facts?: Facts;
  /** Names of the objects in operations. */
  readonly names?: ObjectNames | undefined;
  /** trace.wasm, if not the host's. */
  readonly module?: WebAssembly.Module | undefined;
  /** Compression and hash, if not the host's. */
  readonly host?: VmtHost;
  /** The most events of a block: 1 … 65 536, which is the default. */
  readonly blockEvents?: number;
  /** The most bytes, before compression, of a frame, unless a single block has more: at most 8 MiB; 4 MiB by default. */
  readonly frameBytes?: number;
}

/**
 * A frame begins anew behind so many bytes: farther back there is little to find, and who seeks has to decompress from the frame's
 * beginning.
 */
const FRAME_BYTES = 4 << 20;
/** Blocks that are being compressed. */
const AHEAD = 4;

/** Records to a .vmt file. Whatever is written can be read even if `finish` never comes, up to the last whole block. */
export class VmtWriter {
  private readonly wasm: TraceExports;
  private readonly sink: ByteSink;
  private readonly names: ObjectNames;
  private readonly host: VmtHost;
  private readonly crc: Crc;
  private readonly gatherer = new OperationGatherer();
  private readonly hash: Sha256 | null;
  private readonly index = new ByteWriter();
  private readonly scratch = new ByteWriter();
  private objects = new OperationWriter();
  private packer: Packer | null = null;
  private readonly frameBytes: number;
  /** Bytes of the frame so far. */
  private frame = 0;
  private waiting: Promise<void>[] = [];
  /** Settled when all blocks so far are with the sink. */
  private tail: Promise<void>;
  private place = 0;
  /** Place behind the last block of the index. */
  private indexed = 0;
  private blocks = 0;
  private events = 0;
  private accesses = 0;
  private operations = 0;

  static async create(sink: ByteSink, options: VmtOptions = {}): Promise<VmtWriter> {
    return new VmtWriter(sink, options, await instantiate(options.module));
  }

  private constructor(sink: ByteSink, options: VmtOptions, wasm: TraceExports) {
    const { foldedPage = null, facts = {}, names = new ObjectNames(), host = vmtHost() } = options;
    const { blockEvents = BLOCK_EVENTS, frameBytes = FRAME_BYTES } = options;
    expect('blockEvents', blockEvents, BLOCK_EVENTS);
    expect('frameBytes', frameBytes, MOST_FRAME);
    this.frameBytes = frameBytes;
    this.sink = sink;
    this.wasm = wasm;
    this.names = names;
    this.host = host;
    this.hash = host.sha256?.() ?? null;
    wasm.vmtEncode(foldedPage === null ? WHOLE : PAGES, Math.log2(foldedPage ?? 1), blockEvents);
    // The payload is out of there before anything else is put in.
    this.crc = new Crc(wasm, () => wasm.vmtPayload(), 1 << 20);
    const start = new Uint8Array(START_BYTES);
    start.set(MAGIC);
    start[8] = VERSION;
    const head = section(TAGS.head, this.crc, writeHead({ foldedPage, facts }));
    this.tail = this.out(start).then(() => this.out(head));
    this.tail.catch(() => {});
  }

  /** Plain records, no runs. @throws what the sink throws, and RangeError at what is no operation. */
  async write({ bytes, records }: Chunk): Promise<void> {
    const { wasm } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, records * RECORD_BYTES);
    new Uint8Array(wasm.memory.buffer, wasm.recordsIn(), records * RECORD_BYTES).set(bytes);
    for (let at = 0; at < records; ) {
      at = wasm.vmtPut(at, records);
      if (wasm.vmtIsFull()) await this.endBlock();
      else if (at < records) this.operation(view, at++);
    }
  }

  /** Ends the file; `facts` are what was not known at its beginning. */
  async finish(facts: Facts = {}): Promise<Totals> {
    if (this.wasm.vmtEventsPut() > 0) await this.endBlock(true);
    await this.tail;
    this.packer?.close();
    if (Object.keys(facts).length > 0) await this.out(section(TAGS.facts, this.crc, writeFacts(facts)));
    const { blocks, events, accesses, operations } = this;
    const sha256 = this.hash?.hex() ?? null;
    const totals = new ByteWriter();
    for (const total of [blocks, events, accesses, operations]) totals.u64(total);
    totals.byte(sha256 === null ? 0 : 1);
    for (let byte = 0; byte < 32; byte++)
      totals.byte(Number.parseInt(sha256?.slice(byte * 2, byte * 2 + 2) ?? '0', 16));
    const indexPlace = this.place;
    await this.sink(section(TAGS.index, this.crc, totals.written, this.index.written));
    const end = new ByteWriter();
    end.u64(indexPlace);
    await this.sink(section(TAGS.end, this.crc, end.written));
    return { blocks, events, accesses, operations, sha256 };
  }

  /** Lets go of what is unfinished. */
  close(): void {
    this.packer?.close();
  }

  private operation(view: DataView, at: number): void {
    const { wasm, scratch } = this;
    const op = view.getUint32(at * RECORD_BYTES + 12, true) & OP_MASK;
    if (op > OP_OPERAND) throw new RangeError(`a record of op ${op}: expected accesses and operations`);
    const operation = this.gatherer.take(view, at * RECORD_BYTES);
    if (!operation) return;
    scratch.clear();
    this.objects.write(scratch, operation, this.names);
    new Uint8Array(wasm.memory.buffer, wasm.vmtOperationRoom(), scratch.length).set(scratch.written);
    wasm.vmtPutOperation(scratch.length);
    this.operations++;
  }

  /** Hands the block to the compressor, and waits if that has enough to do. */
  private async endBlock(isLast = false): Promise<void> {
    const { wasm } = this;
    const rawBytes = wasm.vmtEnd();
    const raw = new Uint8Array(wasm.memory.buffer, wasm.vmtPayload(), rawBytes).slice();
    const starts = this.startsFrame(rawBytes, isLast);
    const head: BlockHead = {
      codec: this.packer ? ZSTD : STORED,
      kind: wasm.vmtKind(),
      flags: starts || !this.packer ? FRAME_STARTS : 0,
      number: this.blocks++,
      firstAccess: this.accesses,
      accesses: wasm.vmtAccessesPut(),
      events: wasm.vmtEventsPut(),
      rawBytes,
    };
    this.accesses += head.accesses;
    this.events += head.events;
    this.objects = new OperationWriter();
    wasm.vmtNext();
    const packed = this.packer?.pack(raw) ?? Promise.resolve(raw);
    packed.catch(() => {});
    this.tail = this.tail.then(async () => this.block(head, await packed));
    this.tail.catch(() => {});
    this.waiting.push(this.tail);
    if (this.waiting.length > AHEAD) await this.waiting.shift();
  }

  private startsFrame(rawBytes: number, isLast: boolean): boolean {
    const starts = this.frame === 0 || this.frame + rawBytes > this.frameBytes;
    this.frame = starts ? rawBytes : this.frame + rawBytes;
    if (starts && this.host.packer) {
      if (this.packer) this.retire(this.packer);
      this.packer = this.host.packer(isLast ? rawBytes : undefined);
    }
    return starts;
  }

  /** Closes it when its blocks are done. */
  private retire(packer: Packer): void {
    this.tail.then(
      () => packer.close(),
      () => packer.close(),
    );
  }

  private async block(head: BlockHead, payload: Uint8Array): Promise<void> {
    const bytes = new Uint8Array(BLOCK_HEAD);
    writeBlockHead(new DataView(bytes.buffer), 0, head);
    const whole = section(TAGS.block, this.crc, bytes, payload);
    this.index.byte(head.flags);
    this.index.varint(this.place - this.indexed);
    this.index.varint(whole.length);
    this.indexed = this.place + whole.length;
    this.index.varint(head.accesses);
    this.index.varint(head.events);
    await this.out(whole);
  }

  private async out(bytes: Uint8Array): Promise<void> {
    this.place += bytes.length;
    this.hash?.update(bytes);
    await this.sink(bytes);
  }
}

function expect(name: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= most) return;
  throw new RangeError(`${name} ${count}: expected 1 to ${most}`);
}

export type VmtOfOptions = Omit<VmtOptions, 'foldedPage' | 'names'>;

/** What `info` tells beside the facts of the file. */
const TOLD = 'version';

/**
 * A whole trace as a .vmt file, piece by piece. The source stays open. The file keeps what the source says of itself, and which file it was unless that
 * was one of these.
 */
export async function* vmtOf(source: TraceSource, options: VmtOfOptions = {}): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let chunk = await source.next();
  const writer = await VmtWriter.create((bytes) => void pieces.push(bytes), {
    ...options,
    facts: { ...ownFacts(source), ...options.facts },
    foldedPage: source.foldedPage,
    names: source.operations?.names,
  });
  try {
    for (; chunk !== null; chunk = await source.next()) {
      await writer.write(chunk);
      yield* pieces.splice(0);
    }
    await writer.finish(sourceFacts(source));
    yield* pieces.splice(0);
  } finally {
    writer.close();
  }
}

/** What the source says of itself, how it was read, and what must be known to read results of it. */
function ownFacts(source: TraceSource): Facts {
  const { facts, settings, notes } = source.info();
  const own = Object.entries(facts).filter(([name]) => name !== TOLD);
  return Object.fromEntries([...own, ...Object.entries(settings), ...notes.map((note, at) => [noteName(at), note])]);
}

function sourceFacts(source: TraceSource): Facts {
  const { format, sha256 } = source.info();
  if (sha256 === null || format === 'vmt') return {};
  return { source: source.name, source_format: format, source_sha256: sha256 };
}
