/** The cpus of a machine with their TLBs and their invalidation, without the rest of the machine. */
import { CONFIG_FIELDS, COUNTERS, type ConfigField, type ConfigRow, type CounterName } from '@pagewalk/engine/catalog';
import { assembly } from './assembly.ts';

interface Abi {
  readonly memory: WebAssembly.Memory;
  configure(): number;
  create(): void;
  enter(process: number): number;
  move(process: number, cpu: number): void;
  mayHold(process: number): bigint;
  lookup(side: number, process: number, page: bigint, isWrite: boolean): number;
  level(process: number): number;
  fill(side: number, process: number, page: bigint, k: number, value: number): void;
  begin(cpu: number): void;
  add(process: number, page: bigint, k: number): void;
  addAll(process: number): void;
  finish(): number;
  flushProcess(process: number, cpu: number): number;
  counter(row: number): bigint;
  extraNs(): bigint;
  firstPageOf(tag: bigint): bigint;
  classOf(tag: bigint): number;
  tagOf(process: number, page: bigint, k: number): bigint;
  places(cpu: number, cache: number): number;
  tag(cpu: number, cache: number, entry: number): bigint;
  value(cpu: number, cache: number, entry: number): number;
  order(cpu: number, cache: number, entry: number): number;
  recent(cpu: number, cache: number, set: number): bigint;
  hits(cpu: number, cache: number): bigint;
  misses(cpu: number, cache: number): bigint;
  fills(cpu: number, cache: number): bigint;
}

export type Words = Partial<Record<ConfigField, number>>;

/** A translation in a TLB or page-walk cache (4 and more, `page` is a prefix there). */
export interface Entry {
  readonly cpu: number;
  readonly cache: number;
  readonly process: number;
  readonly k: number;
  readonly page: bigint;
  readonly value: number;
  /** Place in the order of its set; where there is none, 0. */
  readonly order: number;
}

const NONE = 0xffffffff;
const NONE64 = (1n << 64n) - 1n;
export const READ_ONLY = 0x8000_0000;

const instance = assembly<Abi>('tlbs');

const BASE: Words = {
  page_shift: 12,
  va_bits: 48,
  levels: 4,
  tlb0_entries: 64,
  tlb0_ways: 4,
  tagged: 1,
  max_processes: 8,
};

export class Tlbs {
  readonly abi = instance();
  readonly words: Words;

  constructor(words: Words = {}) {
    this.words = { ...BASE, ...words };
    const block = new BigUint64Array(this.abi.memory.buffer, this.abi.configure(), CONFIG_FIELDS.length);
    for (const [place, { name, off = 0 }] of (CONFIG_FIELDS as readonly ConfigRow[]).entries()) {
      block[place] = BigInt(this.words[name as ConfigField] ?? off);
    }
    this.abi.create();
  }

  get cpus(): number {
    return this.words.cpus ?? 1;
  }

  /** A touch: `hit` or `second` level, or a `miss` that fills. The frame of a page is the low bits of its number, on any cpu. */
  touch(process: number, page: number | bigint, { k = 0, readOnly = false, write = false, side = 0 } = {}): string {
    this.abi.enter(process);
    const found = this.abi.lookup(side, process, BigInt(page), write) >>> 0;
    const frame = Number(BigInt(page) & 0xfff_ffffn);
    if (found === NONE) {
      const head = Number((BigInt(frame) >> BigInt(9 * k)) << BigInt(9 * k));
      this.abi.fill(side, process, BigInt(page), k, head + (readOnly ? READ_ONLY : 0));
      return 'miss';
    }
    if (found % READ_ONLY !== frame) throw new Error(`page ${page} in frame ${frame}: a TLB says ${found % READ_ONLY}`);
    return this.abi.level(process) === 1 ? 'hit' : 'second';
  }

  /** Invalidates pages [process, page, size class?] on behalf of a cpu; returns the entries dropped. */
  invalidate(cpu: number, pages: readonly (readonly [process: number, page: number | bigint, k?: number])[]): number {
    this.abi.begin(cpu);
    for (const [process, page, k = 0] of pages) this.abi.add(process, BigInt(page), k);
    return this.abi.finish();
  }

  entries(): Entry[] {
    const found: Entry[] = [];
    const { abi } = this;
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      for (let cache = 0; cache < 7; cache++) {
        for (let e = 0; e < abi.places(cpu, cache); e++) {
          const tag = BigInt.asUintN(64, abi.tag(cpu, cache, e));
          if (tag === NONE64) continue;
          const isTlb = cache < 4;
          found.push({
            cpu,
            cache,
            process: Number(tag >> 49n),
            k: isTlb ? abi.classOf(tag) : 0,
            page: isTlb ? BigInt.asUintN(64, abi.firstPageOf(tag)) : BigInt.asUintN(49, tag),
            value: isTlb ? abi.value(cpu, cache, e) >>> 0 : 0,
            order: isTlb ? abi.order(cpu, cache, e) : 0,
          });
        }
      }
    }
    return found;
  }

  counter(name: CounterName): number {
    return Number(this.abi.counter(COUNTERS.findIndex((row) => row.name === name)));
  }

  counters(...names: CounterName[]): Record<string, number> {
    return Object.fromEntries(names.map((name) => [name, this.counter(name)]));
  }
}
