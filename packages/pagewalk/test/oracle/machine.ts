/**
 * The whole machine, one touch at a time. Read `touch`, `translate`, `walk` in this order; `Memory` serves the faults.
 *
 * Time: what every touch costs comes first, then the second-level TLB, then the fault with its waits, and at the end all references of the walk.
 */
import type { CounterName } from '@pagewalk/engine/catalog';
import { type MachineConfig, NO_TLB } from './config.ts';
import { type Counters, Tally } from './counts.ts';
import { NEVER } from './future.ts';
import { Memory } from './memory.ts';
import { WalkCaches } from './pwc.ts';
import { type Page, PageTable, type TableShape, tableShape } from './table.ts';
import { type CacheCounts, Tlb } from './tlb.ts';
import { type Access, type Touch, touchesOf } from './trace.ts';

const COUNTER_OF = { R: 'reads', W: 'writes', I: 'ifetches' } as const;

export class Machine {
  readonly config: MachineConfig;
  readonly tally = new Tally();
  readonly memory: Memory;
  readonly pids: number[] = [];
  readonly tables: PageTable[] = [];
  readonly firstLevel: Tlb[];
  readonly secondLevel: Tlb;
  readonly walkCaches: WalkCaches;
  /** Touches so far. */
  vtime = 0;
  private readonly shape: TableShape;
  private readonly future: readonly number[];
  private running: number | null = null;

  /** `future`: the next use of each touch, for OPT. */
  constructor(config: MachineConfig, future: readonly number[] = []) {
    this.config = config;
    this.future = future;
    this.shape = tableShape(config.levels, config.vaBits, config.pageShift);
    this.firstLevel = config.tlbs.map((shape, place) => new Tlb(shape, config.seed + 1n + BigInt(place)));
    this.secondLevel = new Tlb(config.stlb ?? NO_TLB, config.seed + 3n);
    this.walkCaches = new WalkCaches(this.shape, config.pwc);
    this.memory = this.makeMemory((page) => this.unmap(page));
  }

  run(trace: readonly Access[]): this {
    for (const access of trace) this.step(access);
    return this;
  }

  step(access: Access): void {
    const asid = this.switchTo(access.pid);
    const accesses = access.folded ? access.extent : 1;
    this.tally.count(asid, 'accesses', accesses);
    this.tally.count(asid, COUNTER_OF[access.op], accesses);
    for (const touch of touchesOf(access, this.config.pageShift)) this.touch(asid, touch);
  }

  protected makeMemory(onUnmap: (page: Page) => void): Memory {
    return new Memory(this.config, this.tally, onUnmap);
  }

  /** The ASID of a pid: its place in the order of first appearance. */
  private switchTo(pid: number): number {
    if (!this.pids.includes(pid)) {
      this.pids.push(pid);
      this.tables.push(new PageTable(this.tables.length, this.shape));
      this.tally.addProcess();
    }
    if (this.running !== null && this.running !== pid) {
      this.tally.whole.context_switches++;
      if (!this.config.tagged) this.flush();
    }
    this.running = pid;
    return this.pids.indexOf(pid);
  }

  private touch(asid: number, touch: Touch): void {
    this.vtime++;
    this.tally.count(asid, 'touches');
    this.tally.clock += this.config.ns.tlb + this.config.ns.memory;
    if (!this.isValid(touch)) this.tally.count(asid, 'segfaults');
    else if (this.translate(asid, touch) && this.config.verify && touch.op !== 'W') this.tally.whole.verified_reads++;
    this.memory.policy.onTouched(this.vtime);
    this.memory.release(asid);
    this.tally.whole.frame_touches += this.memory.inUse;
  }

  protected isValid({ address, page }: Touch): boolean {
    const { vaBits, vspace, pageShift } = this.config;
    if (page >= 1n << BigInt(64 - pageShift)) return false;
    if (vspace > 0n) return address < vspace;
    return BigInt.asUintN(64, BigInt.asIntN(vaBits, address)) === address;
  }

  /** Whether the touch was served. */
  protected translate(asid: number, { op, page }: Touch): boolean {
    const first = this.firstLevel[op === 'I' || this.firstLevel.length === 1 ? 0 : 1] as Tlb;
    const cached = this.lookup(first, asid, page);
    if (cached !== null) {
      this.tally.count(asid, 'tlb_hits');
      this.memory.use(cached, op === 'W', this.nextUse());
      return true;
    }
    this.tally.count(asid, 'tlb_misses');
    const frame = this.walk(asid, page, op === 'W');
    if (frame === null) return false;
    this.secondLevel.fill(asid, page, frame);
    first.fill(asid, page, frame);
    return true;
  }

  /** First level, then second; a page found only in the second is filled into the first. */
  protected lookup(first: Tlb, asid: number, page: bigint): number | null {
    const frame = first.lookup(asid, page);
    if (frame !== null || this.secondLevel.shape.entries === 0) return frame;
    this.tally.clock += this.config.ns.stlb;
    const second = this.secondLevel.lookup(asid, page);
    if (second !== null) first.fill(asid, page, second);
    return second;
  }

  /** Reads the page table and brings in what is absent. Null: that failed, and the walk ended at the absent entry. */
  private walk(asid: number, number: bigint, write: boolean): number | null {
    const table = this.tables[asid] as PageTable;
    const skipped = this.walkCaches.lookup(asid, number);
    if (skipped > 0) this.tally.count(asid, 'pwc_hits');
    const readable = table.depthOf(number);
    const place = table.find(number)?.frame ?? null;
    if (place !== null) this.memory.use(place, write, this.nextUse());
    else if (!this.memory.load(asid, table, number, write, this.nextUse())) {
      this.chargeWalk(asid, readable - skipped);
      return null;
    }
    this.chargeWalk(asid, this.config.levels - skipped);
    this.walkCaches.fill(asid, number, skipped);
    return table.find(number)?.frame as number;
  }

  protected chargeWalk(asid: number, refs: number): void {
    this.tally.count(asid, 'walk_refs', refs);
    this.tally.clock += refs * this.config.ns.memory;
  }

  /** A page lost its frame. One that was never written has nothing to come back to: its PTE becomes empty. */
  protected unmap(page: Page): void {
    for (const tlb of this.tlbs.values())
      if (tlb.invalidate(page.asid, page.number)) this.tally.whole.tlb_invalidations++;
    this.walkCaches.dropProcess(page.asid);
    if (page.slot === null) (this.tables[page.asid] as PageTable).forget(page);
  }

  protected flush(): void {
    this.tally.whole.tlb_flushes++;
    for (const tlb of this.tlbs.values()) tlb.flush();
    this.walkCaches.flush();
  }

  /** All TLBs by their index: 0 tlb or itlb, 1 dtlb, 2 stlb. */
  get tlbs(): Map<number, Tlb> {
    return new Map([...this.firstLevel.entries(), [2, this.secondLevel]]);
  }

  private nextUse(): number {
    return this.future[this.vtime - 1] ?? NEVER;
  }

  /** Counters of the machine, or of one process. */
  counters(asid: number | null = null): Counters {
    const { memory, tally } = this;
    const asids = asid === null ? [...this.tables.keys()] : [asid];
    const sum = (of: (table: PageTable, asid: number) => number) =>
      asids.reduce((total, one) => total + of(this.tables[one] as PageTable, one), 0);
    const counters = {
      ...(asid === null ? tally.whole : tally.of(asid)),
      resident_pages: sum((_, one) => memory.residentPages(one)),
      swapped_pages: sum((table) => table.swappedPages),
      table_nodes: sum((table) => table.nodeCount),
      table_bytes: sum((table) => table.bytes),
    } satisfies Partial<Record<CounterName, number>>;
    if (asid !== null) return counters;
    const { policy, slots } = memory;
    const table_bytes_peak = counters.table_bytes;
    return {
      ...counters,
      table_bytes_peak,
      policy_steps: policy.steps,
      policy_fallbacks: policy.fallbacks,
      swap_slots_used: slots.inUse,
      swap_slots_peak: slots.peak,
    };
  }

  /** Counters of the caches by their index: TLBs, then from 3 on the page-walk cache of each inner level. */
  cacheCounters(): Map<number, CacheCounts> {
    const counts = new Map([...this.tlbs].map(([index, tlb]) => [index, tlb.counts]));
    for (const [level, cache] of this.walkCaches.levels.entries()) counts.set(3 + level, cache.counts);
    return counts;
  }
}
