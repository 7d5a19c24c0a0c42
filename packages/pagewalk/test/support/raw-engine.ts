/** engine.wasm through its bare ABI: words of memory in, words of memory out, nothing of the library between the tests and the machine. */
import { readFileSync } from 'node:fs';
import {
  CACHE_COUNTERS,
  CONFIG_FIELDS,
  COUNTERS,
  CREATE_ERRORS,
  EVENT_BYTES,
  EVENTS,
  type EventName,
  PTE,
  STOPS,
  VIEWS,
  VIOLATIONS,
  type ViewName,
} from '@pagewalk/engine/catalog';
import type { MachineConfig } from '../oracle/config.ts';
import type { Counters } from '../oracle/counts.ts';
import { isForeseeing } from '../oracle/future.ts';
import type { CacheCounts } from '../oracle/tlb.ts';
import type { Access } from '../oracle/trace.ts';
import { wordsOf } from './config-words.ts';
import { CHUNK_RECORDS, CHUNK_TOUCHES, pack, RECORD_BYTES, recordUses } from './records.ts';

export interface Abi {
  readonly memory: WebAssembly.Memory;
  configure(): number;
  create(): number;
  chunk(): number;
  nextUses(): number;
  run(first: number, records: number): number;
  stopReason(): number;
  stopDetail(): number;
  clock(): number;
  processes(): number;
  pidOf(slot: number): number;
  slotOf(pid: number): number;
  counters(slot: number): number;
  cacheCounters(index: number): number;
  setEvents(on: number): void;
  eventRing(): number;
  eventsUsed(): number;
  drainEvents(): void;
  check(): number;
  checkDetail(): number;
  view(kind: number, index: number): number;
  viewLength(kind: number, index: number): number;
  viewStride(kind: number): number;
  cacheStride(index: number): number;
  nextPte(slot: number, pageLo: number, pageHi: number): number;
  policyHand(): number;
}

export interface Mapping {
  readonly page: bigint;
  readonly frame: number | null;
  readonly slot: number | null;
  readonly accessed: boolean;
  readonly dirty: boolean;
}

export interface FrameContents {
  readonly asid: number;
  /** The bits of the page number that index the table. */
  readonly page: bigint;
  readonly ref: boolean;
  readonly dirty: boolean;
  /** The swap slot that holds the same contents. */
  readonly slot: number | null;
}

export interface Event {
  readonly time: number;
  readonly page: bigint;
  readonly kind: EventName;
  readonly level: number;
  readonly flag: number;
  readonly pid: number;
  readonly a: number;
  readonly b: number;
}

export class Stopped extends Error {}

const WHOLE = 0xffffffff;
const NONE64 = (1n << 64n) - 1n;

const module = new WebAssembly.Module(readFileSync(new URL('../../../engine/dist/engine.wasm', import.meta.url)));

function standard(): Abi {
  return new WebAssembly.Instance(module, { env: { abort } }).exports as unknown as Abi;
}

export class RawEngine {
  readonly abi: Abi;
  private readonly trace: readonly Access[];
  private readonly pageBits: bigint;
  private readonly uses: bigint[][] | null;
  /** Records of the trace that were run. */
  private at = 0;

  /** `instantiate` makes another build of the engine. */
  constructor(config: MachineConfig, trace: readonly Access[] = [], instantiate = standard) {
    this.abi = instantiate();
    const words = wordsOf(config);
    const block = this.words(this.abi.configure(), CONFIG_FIELDS.length);
    for (const [place, { name }] of CONFIG_FIELDS.entries()) block[place] = BigInt(words[name]);
    const refused = CREATE_ERRORS[this.abi.create()];
    if (refused?.name !== 'none') throw new Stopped(`create: ${refused?.name}`);
    this.trace = trace;
    this.pageBits = BigInt(64 - config.pageShift);
    this.uses = isForeseeing(config.policy) ? recordUses(trace, config.pageShift) : null;
  }

  /** Runs the next records of the trace, all that are left unless told how many. */
  advance(records = this.trace.length - this.at): this {
    const end = this.at + records;
    while (this.at < end) this.at += this.runChunk(this.at, Math.min(end - this.at, CHUNK_RECORDS));
    return this;
  }

  private runChunk(from: number, records: number): number {
    const { abi } = this;
    const view = new DataView(abi.memory.buffer, abi.chunk(), records * RECORD_BYTES);
    for (let r = 0; r < records; r++) pack(view, r * RECORD_BYTES, this.trace[from + r] as Access);
    if (this.uses !== null) this.writeUses(this.uses.slice(from, from + records));
    let done = 0;
    while (done < records) {
      done += abi.run(done, records - done);
      const stop = STOPS[abi.stopReason()]?.name;
      if (stop === 'events_full') this.onEventsFull();
      else if (stop !== 'none')
        throw new Stopped(`${stop} at record ${from + done}: ${this.words(abi.stopDetail(), 4).join(' ')}`);
    }
    return done;
  }

  /** Replaced by tests that read events. */
  onEventsFull: () => void = () => this.abi.drainEvents();

  /** The next uses of all touches of these records, one after another. */
  private writeUses(uses: readonly bigint[][]): void {
    const values = uses.flat();
    if (values.length > CHUNK_TOUCHES) throw new Error(`${values.length} touches do not fit a chunk`);
    this.words(this.abi.nextUses(), values.length).set(values);
  }

  counters(slot: number | null = null): Counters {
    const block = this.words(this.abi.counters(slot ?? WHOLE), COUNTERS.length);
    return Object.fromEntries(COUNTERS.map(({ name }, place) => [name, Number(block[place])])) as Counters;
  }

  cacheCounters(index: number): CacheCounts {
    const block = this.words(this.abi.cacheCounters(index), CACHE_COUNTERS.length);
    return Object.fromEntries(
      CACHE_COUNTERS.map(({ name }, place) => [name, Number(block[place])]),
    ) as unknown as CacheCounts;
  }

  get pids(): number[] {
    return Array.from({ length: this.abi.processes() }, (_, slot) => this.abi.pidOf(slot));
  }

  /** Touches so far, and simulated nanoseconds. */
  get clock(): { touches: number; ns: number } {
    const [touches, ns] = this.words(this.abi.clock(), 2);
    return { touches: Number(touches), ns: Number(ns) };
  }

  /** `none`, or the broken invariant with its details. */
  check(): string {
    const violation = VIOLATIONS[this.abi.check()];
    return violation?.name === 'none'
      ? 'none'
      : `${violation?.name} ${this.words(this.abi.checkDetail(), 4).join(' ')}`;
  }

  /** One column of the machine's state, as numbers (tags and stamps: as BigInt). */
  view(name: ViewName, index = 0): (number | bigint)[] {
    const { type, addresses } = this.column(name, index);
    const memory = new DataView(this.abi.memory.buffer);
    return addresses.map((address) => {
      if (type === 'u64') return memory.getBigUint64(address, true);
      return type === 'u8' ? memory.getUint8(address) : memory.getUint32(address, true);
    });
  }

  /** Breaks the machine: overwrites one element of a column. */
  poke(name: ViewName, index: number, at: number, value: number | bigint): void {
    const { type, addresses } = this.column(name, index);
    const memory = new DataView(this.abi.memory.buffer);
    const address = addresses[at] as number;
    if (type === 'u64') memory.setBigUint64(address, BigInt(value), true);
    else if (type === 'u8') memory.setUint8(address, Number(value));
    else memory.setUint32(address, Number(value), true);
  }

  private column(name: ViewName, index: number): { type: string; addresses: number[] } {
    const kind = VIEWS.findIndex((row) => row.name === name);
    const first = this.abi.view(kind, index) >>> 0;
    const stride = this.abi.viewStride(kind);
    const addresses = Array.from({ length: this.abi.viewLength(kind, index) }, (_, at) => first + at * stride);
    return { type: VIEWS[kind]?.type ?? 'u8', addresses };
  }

  /** What is in each frame; null: it is free. */
  frames(): (FrameContents | null)[] {
    const [state, ref, dirty, slot] = (['frame_state', 'frame_ref', 'frame_dirty', 'frame_slot'] as const).map((name) =>
      this.view(name),
    );
    return (this.view('frame_tag') as bigint[]).map((tag, at) =>
      state?.[at] === 0
        ? null
        : {
            ...splitTag(tag),
            ref: ref?.[at] === 1,
            dirty: dirty?.[at] === 1,
            slot: dirty?.[at] === 2 ? Number(slot?.[at]) : null,
          },
    );
  }

  /** Every page of a process that is mapped or swapped, in ascending order. */
  pages(slot: number): Mapping[] {
    const found: Mapping[] = [];
    for (let from = 0n; from < 1n << this.pageBits; ) {
      const [page, pte] = this.words(this.abi.nextPte(slot, Number(from & 0xffffffffn), Number(from >> 32n)), 2);
      if (page === NONE64 || page === undefined || pte === undefined) return found;
      if (page < from) return found;
      const has = (bit: number) => ((pte >> BigInt(bit)) & 1n) === 1n;
      const target = Number(pte >> BigInt(PTE.target));
      found.push({
        page,
        frame: has(PTE.present) ? target : null,
        slot: has(PTE.swap) ? target : null,
        accessed: has(PTE.accessed),
        dirty: has(PTE.dirty),
      });
      from = page + 1n;
    }
    return found;
  }

  /** The event records in the ring, oldest first; the ring is empty afterwards. */
  drain(): Event[] {
    const memory = new DataView(this.abi.memory.buffer);
    const first = this.abi.eventRing() >>> 0;
    const events = Array.from({ length: this.abi.eventsUsed() }, (_, place): Event => {
      const at = first + place * EVENT_BYTES;
      return {
        time: Number(memory.getBigUint64(at, true)),
        page: memory.getBigUint64(at + 8, true),
        kind: EVENTS[memory.getUint8(at + 16)]?.name as EventName,
        level: memory.getUint8(at + 17),
        flag: memory.getUint16(at + 18, true),
        pid: memory.getUint32(at + 20, true),
        a: memory.getUint32(at + 24, true),
        b: memory.getUint32(at + 28, true),
      };
    });
    this.abi.drainEvents();
    return events;
  }

  snapshot(): { memory: Uint8Array; at: number } {
    return { memory: new Uint8Array(this.abi.memory.buffer.slice(0)), at: this.at };
  }

  restore({ memory, at }: { memory: Uint8Array; at: number }): this {
    const missing = memory.length - this.abi.memory.buffer.byteLength;
    if (missing > 0) this.abi.memory.grow(missing / 65_536);
    const target = new Uint8Array(this.abi.memory.buffer);
    target.set(memory);
    target.fill(0, memory.length);
    this.at = at;
    return this;
  }

  words(address: number, count: number): BigUint64Array {
    return new BigUint64Array(this.abi.memory.buffer, address >>> 0, count);
  }
}

/** A tag of a frame, a TLB or a page-walk cache: bits 0..48 the page or a prefix of it, 49..63 the process slot. */
export function splitTag(tag: bigint): { asid: number; page: bigint } {
  return { asid: Number(tag >> 49n), page: BigInt.asUintN(49, tag) };
}

function abort(_message: number, _file: number, line: number, column: number): never {
  throw new Error(`the engine aborted at line ${line}, column ${column}`);
}
