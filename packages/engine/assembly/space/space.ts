import { Column } from '../ds/column';
import { eventsOn } from '../event/event-ring';
import { CLEAN_IN_SWAP, DIRTY, Frames } from '../frame/frames';
import { Nodes } from '../frame/nodes';
import { Traffic } from '../frame/traffic';
import { CFG_POLICY } from '../gen/config';
import { C_TABLE_REFILLS, C_WALK_REFS } from '../gen/counters';
import { EV_LOOKUP } from '../gen/events';
import { observesEveryAccess } from '../gen/policies';
import { PTE_NX, PTE_PRESENT, PTE_TARGET, PTE_WRITABLE } from '../pagetable/radix';
import { Walker } from '../pagetable/walker';
import { Slots } from '../swap/slots';
import { MISS, READ_ONLY, TranslationCaches } from '../tlb/translation-caches';
import { Asid, Frame, NONE, NONE64, OP_IFETCH, OP_WRITE, Pte, Vpn } from '../types';
import { Background } from './background';
import { Faults } from './faults';
import { classOf, Kernel, NO_EXEC, VALUE_FLAGS } from './kernel';
import { Large } from './large';
import { Mappings } from './mappings';
import { Operations } from './operations';
import { pagesOf } from './page-map';
import { Prefetching } from './prefetching';
import { bump } from './processes';
import { Reclaim } from './reclaim';
import { Region } from './regions';
import { SpaceWrites } from './space-writes';

/**
 * Memory as an operating system gives it: regions, sharing, files, several cpus, large pages. It is switched on when the machine is made
 * or by the first operation of a trace; until then the machine takes its shorter way, with the same outcome, and what it left is a
 * part of the state here.
 */
export class Space {
  on: bool = false;
  kernel: Kernel;
  operations: Operations;
  faults: Faults;
  private frames: Frames;
  private walker: Walker;
  traffic: Traffic;
  private nodes: Nodes;
  large: Large;
  background: Background;
  private prefetching: Prefetching;
  reclaim: Reclaim;
  private writes: SpaceWrites;
  private everyAccess: bool;

  constructor(
    config: Column<u64>,
    kernel: Kernel,
    operations: Operations,
    faults: Faults,
    walker: Walker,
    traffic: Traffic,
    nodes: Nodes,
    large: Large,
    background: Background,
    prefetching: Prefetching,
    reclaim: Reclaim,
    writes: SpaceWrites,
  ) {
    this.kernel = kernel;
    this.operations = operations;
    this.faults = faults;
    this.frames = kernel.frames;
    this.walker = walker;
    this.traffic = traffic;
    this.nodes = nodes;
    this.large = large;
    this.background = background;
    this.prefetching = prefetching;
    this.reclaim = reclaim;
    this.writes = writes;
    this.everyAccess = observesEveryAccess(<u32>config.get(CFG_POLICY)) || kernel.policy.everyAccess;
  }

  /** Switches on. What the machine knows so far are private pages of one process each. */
  open(current: Asid): void {
    this.on = true;
    const kernel = this.kernel;
    const frames = kernel.frames;
    kernel.writer.target = this.writes;
    openColumns(frames, kernel.slots, kernel.mappings, kernel);
    if (frames.freeCount == frames.count) kernel.supply.open();
    else kernel.supply.adopt();
    kernel.process = current;
    this.adoptTables();
  }

  /** The hardware table learns what is mapped. */
  private adoptTables(): void {
    const kernel = this.kernel;
    if (!kernel.hardware) return;
    for (let p: u32 = 0; p < kernel.processes.count; p++) {
      for (let page = kernel.pages.nextOfAll(p, 0); page != NONE64; ) {
        kernel.tell(p, page, 0, kernel.pages.pte(p, page));
        const next = kernel.pages.after(page);
        page = next == NONE64 ? NONE64 : kernel.pages.nextOfAll(p, next);
      }
    }
  }

  /** The process runs next, on its cpu; true if that cpu ran another before. */
  enter(process: Asid): bool {
    const kernel = this.kernel;
    const switched = kernel.cpus.enter(process);
    kernel.process = process;
    kernel.cpu = kernel.cpus.cpuOf(process);
    this.walker.caches = kernel.cpus.walk(kernel.cpu);
    return switched;
  }

  /** Whether the cpu of a process has its address space loaded. */
  isRunning(process: Asid): bool {
    const cpus = this.kernel.cpus;
    const cpu = cpus.cpuOf(process);
    return this.kernel.process == process && this.kernel.cpu == cpu && cpus.running.get(cpu) == process;
  }

  /** One touch of a valid page by the process that runs; the frame of the base page, or NONE if it failed. */
  touch(page: Vpn, op: u32): Frame {
    const kernel = this.kernel;
    const process = kernel.process;
    const caches = kernel.cpus.caches(kernel.cpu);
    const side = caches.split & u32(op != OP_IFETCH);
    if (!eventsOn) {
      const frame = caches.recall(side, process, page);
      if (frame != MISS) {
        this.hit(frame);
        return this.account(frame, 0, op, 1);
      }
    }
    const found = caches.lookup(side, process, page, op == OP_WRITE);
    if (eventsOn) this.emitLookups(caches, side, page, found);
    if (found == MISS) return this.walk(caches, side, page, op);
    if (caches.level == 2) kernel.clock.secondHits++;
    if (op == OP_IFETCH && (found & NO_EXEC) != 0) {
      this.faults.refuse(process, page, kernel.regions.find(process, page));
      return NONE;
    }
    const frame = found & ~VALUE_FLAGS;
    const k = caches.sizeClass;
    this.hit(kernel.headOf(frame, k));
    return this.account(frame, k, op, 1);
  }

  /** `count` more touches of the page touched last, whose translation is in the first level, by the same op; no tick is among them. */
  again(frame: Frame, op: u32, count: u64): void {
    const kernel = this.kernel;
    const caches = kernel.cpus.caches(kernel.cpu);
    caches.hitAgain(caches.split & u32(op != OP_IFETCH), count);
    const k = caches.sizeClass;
    this.hit(kernel.headOf(frame, k));
    this.account(frame, k, op, count);
  }

  private walk(caches: TranslationCaches, side: u32, page: Vpn, op: u32): Frame {
    const kernel = this.kernel;
    const clock = kernel.clock;
    const process = kernel.process;
    const walker = this.walker;
    const isRadix = !kernel.hardware;
    const leaf = kernel.pages.leaf(process, page);
    // Where all levels are read and nobody watches, there is nothing to record.
    const isPlain = isRadix && leaf != 0 && !walker.caches.enabled && !eventsOn;
    if (isRadix && !isPlain) walker.walk(process, page);
    let pte = leaf == 0 ? 0 : load<Pte>(leaf);
    let refs: u32 = isPlain ? walker.levels : isRadix ? 0 : this.search(page, pte);
    kernel.placed = NONE;
    this.prefetching.begin();
    if (!isReady(pte, op)) {
      clock.extra += clock.secondNs;
      const served = this.faults.serve(process, page, op);
      clock.extra -= clock.secondNs;
      pte = served ? kernel.pages.pte(process, page) : 0;
      if (served && isRadix && !isPlain && walker.pte == 0) walker.resume(process, page);
    }
    const k = classOf(pte);
    if (isRadix) refs = (isPlain ? refs : walker.refs) - k;
    const saved = <u64>walker.levels - <u64>refs;
    bump(kernel.processes.block(process), C_WALK_REFS, saved);
    clock.savedRefs += saved;
    clock.walks++;
    if (pte == 0) {
      caches.firstFor(side, 0).failedFills++;
      return NONE;
    }
    if (isRadix && !isPlain) walker.learn(process, page, k);
    const frame = <Frame>(pte >> PTE_TARGET);
    const head = kernel.headOf(frame, k);
    if (kernel.placed != head) this.hit(head);
    if (k != 0) kernel.cpus.useClass(k);
    caches.fill(side, process, page, k, translationOf(pte, head));
    this.account(frame, k, op, 1);
    if (this.prefetching.on) this.prefetching.follow(process, page, head);
    return frame;
  }

  /** Searches the hardware table; returns its memory references. A mapping that it has lost is put in again, at the price of a fault. */
  private search(page: Vpn, pte: Pte): u32 {
    const kernel = this.kernel;
    const hardware = kernel.hardware!;
    // The size of a page that became large since the last walk is in use, too.
    const own: u32 = (pte & PTE_PRESENT) != 0 ? 1 << classOf(pte) : 0;
    const classes = kernel.cpus.caches(kernel.cpu).classesInUse | own;
    const index = page & kernel.pages.shape.pageMask;
    let refs: u32 = 0;
    for (let k: u32 = 0; k < 3; k++) {
      if (((classes >> k) & 1) == 0) continue;
      const found = hardware.find(kernel.process, index, k);
      refs += hardware.refs;
      if (found != 0) return refs;
    }
    if ((pte & PTE_PRESENT) != 0) {
      kernel.processes.inc(kernel.process, C_TABLE_REFILLS);
      kernel.clock.extra += kernel.faultNs;
      const k = classOf(pte);
      const base = page & ~(pagesOf(k) - 1);
      kernel.tell(kernel.process, base, k, kernel.pages.pte(kernel.process, base));
    }
    return refs;
  }

  private hit(head: Frame): void {
    const kernel = this.kernel;
    if (head == kernel.zeroFrame) return;
    this.frames.ref.set(head, 1);
    if (!this.everyAccess) return;
    if (kernel.policy.keepsRecency) kernel.policy.recency.moveToFront(0, head);
    else kernel.policy.onHit(head);
  }

  /** What follows from touches of a frame that the process may make. */
  private account(frame: Frame, k: u32, op: u32, count: u64): Frame {
    const kernel = this.kernel;
    if (k != 0) this.large.touched(kernel.processes.block(kernel.process), frame, count);
    if (this.nodes.count > 1) {
      const from = this.nodes.nodeOfCpu(kernel.cpu);
      const to = frame == kernel.zeroFrame ? from : kernel.supply.nodeOf(frame);
      kernel.clock.extra += this.traffic.count(kernel.processes.block(kernel.process), from, to, count);
    }
    if (op == OP_WRITE) {
      const head = kernel.headOf(frame, k);
      if (this.frames.dirty.get(head) != DIRTY) kernel.makeDirty(head, DIRTY);
    }
    return frame;
  }

  /** Compares (a read) or renews (a write) the content stamp of the page just touched. Returns the stamp expected, for the report of a mismatch. */
  stampOf(page: Vpn, isWrite: bool): u64 {
    const kernel = this.kernel;
    const process = kernel.process;
    const tag = kernel.tagOf(process, page);
    const at = kernel.regions.find(process, page);
    let object = NONE64;
    let isPrivate: bool = true;
    if (at != 0 && changetype<Region>(at).object != NONE) {
      const region = changetype<Region>(at);
      object = kernel.objects.keyOf(region.object, region.indexOf(page));
      isPrivate = region.isPrivate;
    }
    if (isWrite) return kernel.oracle.write(tag, isPrivate ? NONE64 : object);
    return kernel.oracle.expected(tag, object, isPrivate);
  }

  private emitLookups(caches: TranslationCaches, side: u32, page: Vpn, found: u32): void {
    const events = this.kernel.events;
    const k = found == MISS ? 0 : caches.sizeClass;
    const first = caches.firstFor(side, k);
    const own = page >> (k * 9);
    const level = first === caches.large && caches.large.entries != 0 ? 3 : side;
    const inFirst = found != MISS && caches.level == 1;
    const frame = found == MISS ? NONE : found & ~VALUE_FLAGS;
    if (first.entries != 0) events.emit(EV_LOOKUP, level, u32(inFirst), first.setOf(own), inFirst ? frame : NONE);
    if (inFirst || caches.second.entries == 0) return;
    events.emit(EV_LOOKUP, 2, u32(found != MISS), caches.second.setOf(own), frame);
  }
}

/** Whether a PTE lets an op through. */
function isReady(pte: Pte, op: u32): bool {
  if ((pte & PTE_PRESENT) == 0) return false;
  if (op == OP_WRITE) return (pte & PTE_WRITABLE) != 0;
  return op != OP_IFETCH || (pte & PTE_NX) == 0;
}

/** What a TLB holds for a present PTE of a page that begins at `head`. */
function translationOf(pte: Pte, head: Frame): u32 {
  let value = head;
  if ((pte & PTE_WRITABLE) == 0) value |= READ_ONLY;
  if ((pte & PTE_NX) != 0) value |= NO_EXEC;
  return value;
}

/** Opens the columns that only sharing needs, in memory from the arena, and fills in what holds of a machine without it. */
function openColumns(frames: Frames, slots: Slots, mappings: Mappings, kernel: Kernel): void {
  const count = frames.count;
  frames.order = changetype<Column<u8>>(kernel.pages.need(count + 1));
  frames.marks = changetype<Column<u8>>(kernel.pages.need(count + 1));
  frames.object = changetype<Column<u64>>(kernel.pages.need((count + 1) * 8));
  memory.fill(frames.object.at(0), 0xff, (<usize>count + 1) * 8);
  mappings.open(changetype<Column<u32>>(kernel.pages.need((count + 1) * 4)));
  slots.references = changetype<Column<u32>>(kernel.pages.need(slots.count * 4 + 8));
  slots.cached = changetype<Column<u32>>(kernel.pages.need(slots.count * 4 + 8));
  memory.fill(slots.cached.at(0), 0xff, <usize>slots.count * 4);
  slots.object = changetype<Column<u64>>(kernel.pages.need(slots.count * 8 + 8));
  memory.fill(slots.object.at(0), 0xff, <usize>slots.count * 8);
  for (let s: u32 = 0; s < slots.count; s++) if (slots.isUsed(s)) slots.references.set(s, 1);
  for (let f: u32 = 0; f < count; f++) {
    if (frames.state.get(f) == 0 || frames.dirty.get(f) != CLEAN_IN_SWAP) continue;
    slots.cached.set(frames.record(f).slot, f);
  }
}
