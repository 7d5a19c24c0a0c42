/**
 * Frames, swap, and what happens between them: `load` brings a page in, and takes a frame from another page when none is free.
 * A dirty page is written to a new slot when it is evicted, or ahead of that when the policy schedules it; a page read from swap, or
 * written and not changed since, keeps its slot until it is written to.
 */
import type { MachineConfig } from './config.ts';
import type { Tally } from './counts.ts';
import { Limits } from './limits.ts';
import { makePolicy } from './policies/index.ts';
import { type Frame as FrameBits, NONE, type Policy, type World } from './policy.ts';
import { Device, Slots } from './swap.ts';
import type { Page, PageTable } from './table.ts';

export class Frame implements FrameBits {
  resident = false;
  ref = false;
  dirty = false;
  page: Page | null = null;
  /** The swap slot that holds the same contents, or will when `writtenAt` has come. */
  slot: number | null = null;
  writtenAt = 0;
  private readonly memory: Memory;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  get writing(): boolean {
    return this.writtenAt > this.memory.time;
  }

  get owner(): number | null {
    return this.page?.asid ?? null;
  }

  get evictable(): boolean {
    return this.resident && this.memory.isInScope(this);
  }
}

export class Memory implements World {
  readonly frames: Frame[];
  readonly policy: Policy;
  readonly slots: Slots;
  readonly seed: bigint;
  private readonly config: MachineConfig;
  private readonly tally: Tally;
  private readonly device: Device;
  private readonly onUnmap: (page: Page) => void;
  /** Free frames, the next to be used last. */
  private readonly free: number[];
  private readonly limits: Limits;
  /** The process that is running. */
  private current = 0;
  /** The only process whose pages may be taken; null: all may. */
  private scope: number | null = null;
  private cleanHand = 0;

  /** `onUnmap` is told of each page that loses its frame. */
  constructor(config: MachineConfig, tally: Tally, onUnmap: (page: Page) => void) {
    this.config = config;
    this.seed = config.seed;
    this.tally = tally;
    this.onUnmap = onUnmap;
    this.frames = Array.from({ length: config.frames }, () => new Frame(this));
    this.free = [...this.frames.keys()].reverse();
    this.slots = new Slots(config.swapSlots);
    const { swapChannels: channels, writeQueue, ns } = config;
    this.device = new Device({ channels, writeQueue, readNs: ns.swapRead, writeNs: ns.swapWrite });
    this.limits = new Limits(config, tally);
    this.policy = makePolicy(config.policy, config.params, this);
  }

  get time(): number {
    return this.tally.clock;
  }

  now(): number {
    return this.tally.whole.touches;
  }

  timeOf(owner: number): number {
    return this.tally.of(owner).touches;
  }

  running(): number {
    return this.current;
  }

  processes(): number {
    return this.tally.each.length;
  }

  /** Bits 0..48 the page number without the bits that only repeat the sign of an address, 49..63 the process. */
  keyOf(page: string): bigint {
    const [process = '', number = ''] = page.split(':');
    return (BigInt(process) << 49n) | BigInt.asUintN(this.config.vaBits - this.config.pageShift, BigInt(number));
  }

  isInScope({ owner }: Frame): boolean {
    return this.scope === null || owner === this.scope;
  }

  get inUse(): number {
    return this.frames.length - this.free.length;
  }

  pendingWrites(): number {
    return this.device.pending(this.time);
  }

  schedule(place: number): boolean {
    const frame = this.frames[place] as Frame;
    if (!frame.dirty || this.slots.full || !this.device.hasRoom(this.time)) return false;
    frame.slot = this.slots.take();
    frame.dirty = false;
    frame.writtenAt = this.device.schedule(frame.slot, this.time);
    this.tally.count(this.current, 'scheduled_writes');
    this.tally.count(this.current, 'swap_outs');
    return true;
  }

  /** After each touch: pages that the policy gives back, up to the first that cannot go. */
  release(asid: number): void {
    this.current = asid;
    for (const place of this.policy.surplus()) {
      if ((this.frames[place] as Frame).dirty && this.slots.full) return;
      this.vacate(asid, place);
      this.tally.count(asid, 'released_pages');
    }
  }

  /** A touch of a page that is in a frame. */
  use(place: number, write: boolean, nextUse: number): void {
    const frame = this.frames[place] as Frame;
    frame.ref = true;
    this.policy.onHit(place, nextUse);
    if (write) this.dirty(frame);
  }

  /** A touch of a page that is not: zeroed, or read from swap. False: no frame could be had, and nothing happened. */
  load(asid: number, table: PageTable, number: bigint, write: boolean, nextUse: number): boolean {
    this.current = asid;
    const name = `${asid}:${number}`;
    this.tally.clock += this.config.ns.fault;
    this.limits.fault(asid);
    while (this.residentPages(asid) >= this.limits.of(asid)) {
      const own = this.within(asid, () => this.take(asid, name));
      if (own === null) break;
      this.vacate(asid, own);
      this.tally.count(asid, 'limit_evictions');
    }
    const place = this.obtain(asid, name);
    if (place === null) {
      this.tally.clock -= this.config.ns.fault;
      this.tally.count(asid, 'oom_failures');
      return false;
    }
    this.tally.count(asid, 'page_faults');
    const frame = this.frames[place] as Frame;
    if (frame.page !== null) this.evict(asid, place, frame, frame.page);

    const page = table.find(number) ?? table.add(number);
    if (page.slot === null) this.zero(asid);
    else this.read(asid, page.slot);
    const ref = this.policy.refOnLoad();
    Object.assign(frame, { resident: true, page, slot: page.slot, dirty: false, ref, writtenAt: 0 });
    page.frame = place;
    page.slot = null;
    this.policy.onLoad(place, name, nextUse);
    if (write) this.dirty(frame);
    this.notePeaks(asid);
    return true;
  }

  residentPages(asid: number): number {
    return this.frames.filter((frame) => frame.page?.asid === asid).length;
  }

  /** Swap holds old contents from now on: the slot is given back, and a write under way is for nothing. */
  protected dirty(frame: Frame): void {
    frame.dirty = true;
    frame.writtenAt = 0;
    if (frame.slot !== null) this.slots.release(frame.slot);
    frame.slot = null;
  }

  /** A free frame; else one of its own where replacement is local; else anyone's. */
  protected obtain(asid: number, page: string): number | null {
    const free = this.free.pop();
    if (free !== undefined) return free;
    if (!this.config.local) return this.take(asid, page);
    const own = this.within(asid, () => this.take(asid, page));
    if (own !== null) return own;
    const other = this.take(asid, page);
    if (other !== null) this.tally.count(asid, 'local_fallbacks');
    return other;
  }

  private within<T>(scope: number, search: () => T): T {
    this.scope = scope;
    const found = search();
    this.scope = null;
    return found;
  }

  /** The policy's victim; if that is dirty and swap is full, the next clean one; else none. */
  protected take(asid: number, page: string): number | null {
    const victim = this.policy.victim(page);
    if (victim === NONE) return null;
    if (!(this.frames[victim] as Frame).dirty || !this.slots.full) return victim;
    const frames = this.frames.length;
    for (let step = 0; step < frames; step++) {
      const candidate = (this.cleanHand + step) % frames;
      const { dirty, evictable } = this.frames[candidate] as Frame;
      if (dirty || !evictable) continue;
      this.cleanHand = (candidate + 1) % frames;
      this.tally.count(asid, 'clean_fallbacks');
      return candidate;
    }
    return null;
  }

  private vacate(cause: number, place: number): void {
    const frame = this.frames[place] as Frame;
    this.evict(cause, place, frame, frame.page as Page);
    Object.assign(frame, { resident: false, ref: false, dirty: false, page: null, slot: null, writtenAt: 0 });
    this.free.push(place);
  }

  protected evict(cause: number, place: number, frame: Frame, page: Page): void {
    this.policy.onEvict(place);
    this.tally.count(cause, 'evictions');
    this.tally.count(cause, frame.dirty ? 'dirty_evictions' : 'clean_evictions');
    if (!frame.dirty) this.tally.count(cause, frame.slot === null ? 'zero_drops' : 'swap_clean_drops');
    if (frame.writing) this.tally.waitUntil(cause, 'swap_write_wait_ns', frame.writtenAt);
    page.frame = null;
    page.slot = frame.dirty ? this.writeBack(cause) : frame.slot;
    this.onUnmap(page);
  }

  private writeBack(cause: number): number {
    const slot = this.slots.take();
    this.tally.count(cause, 'swap_outs');
    this.tally.waitUntil(cause, 'swap_write_wait_ns', this.device.write(slot, this.tally.clock));
    return slot;
  }

  private zero(asid: number): void {
    this.tally.count(asid, 'minor_faults');
    this.tally.count(asid, 'demand_zero_faults');
    this.tally.count(asid, 'anon_minor_faults');
    this.tally.clock += this.config.ns.zero;
  }

  private read(asid: number, slot: number): void {
    this.tally.count(asid, 'major_faults');
    this.tally.count(asid, 'swap_in_faults');
    this.tally.count(asid, 'anon_major_faults');
    this.tally.count(asid, 'swap_ins');
    this.tally.waitUntil(asid, 'swap_read_wait_ns', this.device.read(slot, this.tally.clock));
  }

  private notePeaks(asid: number): void {
    const { whole } = this.tally;
    const each = this.tally.of(asid);
    each.resident_peak = Math.max(each.resident_peak, this.residentPages(asid));
    whole.resident_peak = Math.max(whole.resident_peak, this.frames.filter((frame) => frame.resident).length);
  }
}
