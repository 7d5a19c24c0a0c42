import { Column, column } from './ds/column';
import { Lists } from './ds/lists';
import { EventRing, eventsOn } from './event/event-ring';
import { Unwatched, Watched, watched } from './event/watched';
import { FaultHandler } from './fault/fault-handler';
import { Reclaimer } from './fault/reclaimer';
import { CLEAN_IN_SWAP, DIRTY, Frames } from './frame/frames';
import { CFG_PAGE_SHIFT, CFG_POLICY, CFG_SPACE, CFG_TAGGED, CFG_VA_BITS, CFG_VERIFY, CFG_VSPACE } from './gen/config';
import {
  C_CONTEXT_SWITCHES,
  C_IFETCHES,
  C_SEGFAULTS,
  C_TLB_FLUSHES,
  C_TLB_MISSES,
  C_VERIFIED_READS,
  C_WALK_REFS,
} from './gen/counters';
import { EV_ACCESS, EV_DONE, EV_FAULT, EV_LOOKUP, FAULT_SEGFAULT } from './gen/events';
import { hitsByLast, needsTheFuture, observesEveryAccess, releasesPages } from './gen/policies';
import { STOP_MEMORY_EXHAUSTED, STOP_TOO_MANY_PROCESSES, STOP_VERIFY_FAILED } from './gen/stops';
import { PTE_PRESENT, PTE_TARGET, PTE_USER, PTE_WRITABLE, RadixShape } from './pagetable/radix';
import { TableArena } from './pagetable/table-arena';
import { WalkCaches } from './pagetable/walk-caches';
import { Walker } from './pagetable/walker';
import { Parts } from './parts';
import { Future, Policy } from './policy/policy';
import { bump, Processes } from './space/processes';
import { Space } from './space/space';
import { Slots } from './swap/slots';
import { TELL_ALWAYS, TELL_ONCE, tellingOf } from './telling';
import { Clock } from './time/clock';
import { VirtualTime } from './time/virtual-time';
import { AssocCache } from './tlb/assoc-cache';
import { Cpus } from './tlb/cpus';
import { TranslationCaches } from './tlb/translation-caches';
import { Asid, Frame, NONE, OP_IFETCH, OP_WRITE, Pte, Vpn } from './types';
import { FlatOracle } from './verify/flat-oracle';

/**
 * The machine, and the life of one touch: translate → (walk → fault) → account.
 */
export class Machine {
  pageShift: u64;
  /** A page is valid if (address + bias) < span: canonical addresses with bias, those below `vspace` without. */
  bias: u64;
  span: u64;

  frames: Frames;
  slots: Slots;
  shape: RadixShape;
  walkCaches: WalkCaches;
  caches: TranslationCaches;
  /** All cpus; the walk caches and TLBs above are those of the first, the only one of a machine without them. */
  cpus: Cpus;
  processes: Processes;
  policy: Policy;
  future: Future;
  clock: Clock;
  events: EventRing;
  space: Space;

  everyAccess: bool;
  /** One of the words of telling.ts. */
  tells: u32;
  /** By its row: hits may be told by the order of the last of each page. */
  byLastHit: bool;
  foresight: bool;
  releases: bool;
  verifying: bool;
  /** The slot of the running process; NONE before the first. Its counter block, root table and the ASID part of its tags with it. */
  current: Asid = NONE;
  private block: usize = 0;
  private root: usize = 0;
  asidTag: u64 = 0;
  /** Walks of all processes that are in their counters already. */
  private settledWalks: u64 = 0;
  /** The touch after which the policy's next tick is due. */
  nextTick: u64;

  /** Instruction fetches among the touches that an access made beyond its first, and among those that failed with a segfault. */
  extraIfetches: u64 = 0;
  segfaultIfetches: u64 = 0;

  stop: u32 = 0;
  stopDetail: Column<u64>;

  /** Shortcuts into the parts for the hot path. */
  private split: u32;
  private first: AssocCache;
  private data: AssocCache;
  private second: AssocCache;
  pageMask: u64;
  keepsRecency: bool;
  recency: Lists;
  private ref: Column<u8>;

  private arena: TableArena;
  private walker: Walker;
  private faults: FaultHandler;
  private reclaimer: Reclaimer;
  private time: VirtualTime;
  private oracle: FlatOracle;
  private tagged: bool;
  private opensAtOnce: bool;

  /** `nodeNs` and `nodeWeights`: frame/nodes.ts. */
  constructor(config: Column<u64>, nodeNs: Column<u64>, nodeWeights: Column<u64>) {
    const parts = new Parts(config, nodeNs, nodeWeights);
    const frames = parts.frames;
    const slots = parts.slots;
    const caches = parts.caches;
    const policy = parts.policy;
    this.arena = parts.arena;
    this.events = parts.events;
    this.clock = parts.clock;
    this.frames = frames;
    this.slots = slots;
    this.processes = parts.processes;
    this.shape = parts.shape;
    this.walkCaches = parts.walkCaches;
    this.walker = parts.walker;
    this.caches = caches;
    this.cpus = parts.cpus;
    this.future = parts.future;
    this.policy = policy;
    this.faults = parts.faults;
    this.reclaimer = parts.reclaimer;
    this.time = parts.time;
    this.space = parts.space;
    this.opensAtOnce = config.get(CFG_SPACE) != 0;

    const vaBits = config.get(CFG_VA_BITS);
    const vspace = config.get(CFG_VSPACE);
    this.pageShift = config.get(CFG_PAGE_SHIFT);
    this.span = vspace != 0 ? vspace : (<u64>1) << vaBits;
    this.bias = vspace != 0 ? 0 : (<u64>1) << (vaBits - 1);
    this.tagged = config.get(CFG_TAGGED) != 0;

    const kind = <u32>config.get(CFG_POLICY);
    const everyAccess = observesEveryAccess(kind) || policy.everyAccess;
    this.everyAccess = everyAccess;
    this.tells = tellingOf(kind, policy, everyAccess);
    this.byLastHit = hitsByLast(kind);
    this.foresight = needsTheFuture(kind);
    this.releases = releasesPages(kind);
    this.keepsRecency = policy.keepsRecency;
    this.recency = policy.recency;
    this.nextTick = policy.tick == 0 ? u64.MAX_VALUE : policy.tick;

    this.split = caches.split;
    this.first = caches.first;
    this.data = caches.data;
    this.second = caches.second;
    this.pageMask = parts.shape.pageMask;
    this.ref = frames.ref;

    const verifying = config.get(CFG_VERIFY) != 0;
    this.verifying = verifying;
    this.oracle = new FlatOracle(verifying ? frames.count + slots.count : 0);
    this.stopDetail = column<u64>(4);
  }

  /** Called once, when everything else is allocated: page tables take the rest of the memory. */
  openTables(): void {
    this.arena.open();
    if (this.opensAtOnce) this.openSpace();
  }

  /** Goes over to regions, sharing and all that. */
  openSpace(): void {
    this.space.open(this.current);
    this.handOver();
    if (!this.verifying) return;
    this.oracle.handOver(this.space.kernel.oracle);
  }

  /** Makes the process with this pid the running one; false if there is no slot or no memory for it. */
  switchTo(pid: u32): bool {
    let slot = this.processes.slotOf(pid);
    if (slot == NONE) {
      slot = this.addProcess(pid);
      if (slot == NONE) return false;
    }
    if (this.space.on) {
      if (this.space.enter(slot)) this.countSwitch();
    } else if (this.current != NONE) {
      this.countSwitch();
      if (!this.tagged) {
        this.caches.flush();
        this.walkCaches.flush();
      }
    }
    this.settle();
    this.time.switchTo(slot);
    this.current = slot;
    this.block = this.processes.block(slot);
    this.root = this.processes.root.get(slot);
    this.asidTag = (<u64>slot) << 49;
    return true;
  }

  /** The slot of a new process; NONE if there is none, or no memory for it: then the machine has stopped. */
  addProcess(pid: u32): Asid {
    if (this.processes.count == this.processes.capacity) {
      this.stopFor(STOP_TOO_MANY_PROCESSES, pid, 0, 0, 0);
      return NONE;
    }
    if (!this.arena.reserve(this.shape.pathBytes)) {
      this.stopFor(STOP_MEMORY_EXHAUSTED, pid, 0, 0, 0);
      return NONE;
    }
    const slot = this.processes.add(pid, this.walker.newRoot());
    this.walker.countTable(slot, 0);
    return slot;
  }

  private countSwitch(): void {
    this.processes.inc(this.processes.machine, C_CONTEXT_SWITCHES);
    if (!this.tagged) this.processes.inc(this.processes.machine, C_TLB_FLUSHES);
  }

  /** One touch of a page by the running process; the frame, or NONE if it failed. `op` is a read, a write or an ifetch. */
  touch(page: Vpn, op: u32): Frame {
    this.clock.touches++;
    let frame: Frame;
    if (this.space.on) frame = this.isValid(page) ? this.space.touch(page, op) : this.segfault(op);
    else frame = eventsOn ? this.touchPage<Watched>(page, op) : this.touchPage<Unwatched>(page, op);
    if (this.clock.touches == this.nextTick) this.tick();
    return frame;
  }

  /**
   * A touch whose time is counted and whose tick is watched by the caller. `W` says whether it leaves events: the path without them is
   * compiled without a check for them.
   */
  touchPage<W>(page: Vpn, op: u32): Frame {
    if (!this.isValid(page)) return this.segfault(op);
    const side = this.split & u32(op != OP_IFETCH);
    const cache = side != 0 ? this.data : this.first;
    const tag = this.tagOf(page);
    const set = cache.setOf(page);
    const entry = cache.find(tag, set);
    if (watched<W>()) this.emitLookup(side, cache, entry, set);
    let frame: Frame;
    if (entry != NONE) {
      frame = cache.use(entry, set);
      this.hit(frame);
    } else {
      frame = this.translate<W>(tag, page);
      cache.misses++;
      if (frame == NONE) {
        cache.failedFills++;
        return NONE;
      }
      if (cache.entries == 0) {
        if (op == OP_WRITE) this.write(frame);
        return frame;
      }
      cache.fill(tag, set, frame);
    }
    if (op == OP_WRITE) this.write(frame);
    cache.remember(set, tag, frame);
    return frame;
  }

  /** The frame of a page if it is the one used last of its set in the first-level TLB for this op, else NONE. */
  known(op: u32, page: Vpn): Frame {
    const cache = this.firstFor(op);
    const recent = cache.setOf(page) * 2;
    if (!this.isValid(page) || cache.recent.get(recent) != this.tagOf(page)) return NONE;
    return <Frame>cache.recent.get(recent + 1);
  }

  /** The first-level TLB that an op looks into. */
  firstFor(op: u32): AssocCache {
    return (this.split & u32(op != OP_IFETCH)) != 0 ? this.data : this.first;
  }

  @inline
  tagOf(page: Vpn): u64 {
    return this.asidTag | (page & this.pageMask);
  }

  /** `count` more touches of a page by an op that knows it. */
  repeat(op: u32, frame: Frame, count: u64): void {
    if (op == OP_WRITE) this.write(frame);
    let left = count;
    while (left > 0 && (this.tells == TELL_ALWAYS || (this.tells == TELL_ONCE && left == count))) {
      this.frames.ref.set(frame, 1);
      this.clock.touches++;
      this.policy.onHit(frame);
      left--;
      if (this.clock.touches == this.nextTick) this.tick();
    }
    while (left > 0) {
      const untilTick = this.nextTick - this.clock.touches;
      const part = left < untilTick ? left : untilTick;
      this.frames.ref.set(frame, 1);
      this.clock.touches += part;
      left -= part;
      if (this.clock.touches == this.nextTick) this.tick();
    }
  }

  /** After a touch: the policy gives back what it does not want to keep. */
  giveBack(): void {
    const policy = this.policy;
    if (policy.releaseAt > this.clock.touches) return;
    for (let frame = policy.surplus(); frame != NONE; frame = policy.surplus()) if (!this.release(frame)) return;
  }

  private release(frame: Frame): bool {
    if (this.space.on) return this.space.reclaim.release(frame, this.current);
    return this.reclaimer.release(frame, this.current);
  }

  /** The cpus go on from where this machine stands, between two records. */
  handOver(): void {
    let segfaults: u64 = 0;
    let ifetches = this.extraIfetches - this.segfaultIfetches;
    for (let p: u32 = 0; p < this.processes.count; p++) {
      segfaults += this.processes.get(p, C_SEGFAULTS);
      ifetches += this.processes.get(p, C_IFETCHES);
    }
    const clock = this.clock;
    this.cpus.adopt(this.current, ifetches, clock.touches - segfaults - ifetches, clock.secondHits, clock.walks);
  }

  /** Adds to the running process what is counted for the whole machine since it runs. */
  settle(): void {
    if (this.current != NONE) bump(this.block, C_TLB_MISSES, this.clock.walks - this.settledWalks);
    this.settledWalks = this.clock.walks;
  }

  tick(): void {
    this.policy.onTick();
    this.nextTick += this.policy.tick;
  }

  /** First write to a page that has a copy in swap: the copy is out of date, its slot is free. */
  @inline
  write(frame: Frame): void {
    const before = this.frames.dirty.get(frame);
    if (before == DIRTY) return;
    this.frames.dirty.set(frame, DIRTY);
    if (before == CLEAN_IN_SWAP) this.slots.release(this.frames.record(frame).slot);
  }

  /** Opens the event records of the touch that comes next. */
  beginEvents(page: Vpn, op: u32, address: u64): void {
    this.events.begin(this.clock.touches + 1, page, this.processes.pid.get(this.current));
    this.events.emit(EV_ACCESS, 0, op, <u32>address, <u32>(address >> 32));
  }

  endEvents(frame: Frame): void {
    this.events.emit(EV_DONE, 0, u32(frame != NONE), frame, 0);
  }

  /** Compares (a read) or renews (a write) the content stamp of the page just touched; false on a mismatch. */
  verify(page: Vpn, op: u32, frame: Frame): bool {
    const isWrite = op == OP_WRITE;
    const stamp = this.space.on
      ? this.space.stampOf(page, isWrite)
      : this.oracle.stampOf(this.caches.tagOf(this.current, page), isWrite);
    if (isWrite) {
      this.frames.stamp.set(frame, stamp);
      return true;
    }
    this.processes.inc(this.processes.machine, C_VERIFIED_READS);
    const found = this.frames.stamp.get(frame);
    return stamp == found || this.stopFor(STOP_VERIFY_FAILED, this.clock.touches, page, stamp, found);
  }

  stopFor(reason: u32, a: u64, b: u64, c: u64, d: u64): bool {
    this.stop = reason;
    this.stopDetail.set(0, a);
    this.stopDetail.set(1, b);
    this.stopDetail.set(2, c);
    this.stopDetail.set(3, d);
    return false;
  }

  @inline
  isValid(page: Vpn): bool {
    return (page << this.pageShift) + this.bias < this.span;
  }

  private segfault(op: u32): Frame {
    this.processes.inc(this.current, C_SEGFAULTS);
    if (op == OP_IFETCH) this.segfaultIfetches++;
    if (eventsOn) this.events.emit(EV_FAULT, 0, FAULT_SEGFAULT, 0, NONE);
    return NONE;
  }

  private emitLookup(level: u32, cache: AssocCache, entry: u32, set: u32): void {
    if (cache.entries == 0) return;
    const frame = entry != NONE ? cache.values.get(entry) : NONE;
    this.events.emit(EV_LOOKUP, level, u32(entry != NONE), set, frame);
  }

  @inline
  private hit(frame: Frame): void {
    this.ref.set(frame, 1);
    if (this.everyAccess) this.observe(frame);
  }

  /** Tells an every-access policy of a hit; a recency list is kept without a call. */
  @inline
  observe(frame: Frame): void {
    if (this.keepsRecency) this.recency.moveToFront(0, frame);
    else this.policy.onHit(frame);
  }

  /** A miss in the first-level TLB: the second level, then the walk, which fills the second level. */
  private translate<W>(tag: u64, page: Vpn): Frame {
    const second = this.second;
    const set = second.setOf(page);
    const entry = second.find(tag, set);
    if (watched<W>()) this.emitLookup(2, second, entry, set);
    if (entry != NONE) {
      this.clock.secondHits++;
      const frame = second.use(entry, set);
      this.hit(frame);
      return frame;
    }
    const frame = this.walk<W>(tag, page);
    if (frame != NONE && second.entries != 0) second.fill(tag, set, frame);
    return frame;
  }

  /**
   * Walks the page table; a page that is not present is brought in by the fault handler. Where all levels are walked and nobody watches,
   * the walk is a loop; else the walker keeps a record of it.
   */
  @inline
  private walk<W>(tag: u64, page: Vpn): Frame {
    if (!watched<W>() && !this.walkCaches.enabled) {
      const leaf = this.shape.leaf(this.root, page);
      if (leaf != 0) {
        const pte = load<Pte>(leaf);
        const present = (pte & PTE_PRESENT) != 0;
        const frame = present ? <Frame>(pte >> PTE_TARGET) : this.serve(tag, pte);
        if (frame != NONE) {
          if (present) this.hit(frame);
          else this.map(leaf, frame);
        }
        this.clock.walks++;
        return frame;
      }
    }
    return this.walkRecorded(tag, page);
  }

  private walkRecorded(tag: u64, page: Vpn): Frame {
    const walker = this.walker;
    walker.walk(this.current, page);
    const pte = walker.pte != 0 ? load<Pte>(walker.pte) : 0;
    let frame: Frame;
    if ((pte & PTE_PRESENT) != 0) {
      frame = <Frame>(pte >> PTE_TARGET);
      this.hit(frame);
    } else {
      frame = this.fault(tag, page, pte);
    }
    const saved = this.shape.levels - walker.refs;
    bump(this.block, C_WALK_REFS, saved);
    this.clock.savedRefs += saved;
    this.clock.walks++;
    if (frame != NONE) walker.learn(this.current, page);
    return frame;
  }

  private fault(tag: u64, page: Vpn, pte: Pte): Frame {
    const walker = this.walker;
    if (walker.pte == 0 && !this.arena.reserve(this.shape.pathBytes)) {
      this.stopFor(STOP_MEMORY_EXHAUSTED, this.clock.touches, page, 0, 0);
      return NONE;
    }
    const frame = this.serve(tag, pte);
    if (frame == NONE) return NONE;
    if (walker.pte == 0) walker.complete(this.current, page);
    this.map(walker.pte, frame);
    return frame;
  }

  private serve(tag: u64, pte: Pte): Frame {
    // The second-level lookup has taken its time, the walk not yet.
    this.clock.extra += this.clock.secondNs;
    const frame = this.faults.serve(this.current, tag, pte);
    this.clock.extra -= this.clock.secondNs;
    return frame;
  }

  @inline
  private map(leaf: usize, frame: Frame): void {
    this.frames.record(frame).pte = <u32>leaf;
    store<Pte>(leaf, ((<u64>frame) << PTE_TARGET) | PTE_PRESENT | PTE_WRITABLE | PTE_USER);
  }
}
