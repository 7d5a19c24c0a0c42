import { C_READS, C_TOUCHES } from '../gen/counters';
import { STOP_BAD_RECORD, STOP_EVENTS_FULL, STOP_NONE } from '../gen/stops';
import { Machine } from '../machine';
import { NONE, NONE64, OP_IFETCH, OP_WRITE, Vpn } from '../types';

/** A record of a trace: @0 u64 address, @8 u32 extent, @12 u32 meta (bits 0..3 op, 4 folded, 8..31 pid). */
const RECORD: usize = 16;
export const CHUNK_RECORDS: u32 = 65_536;
const OP_MASK: u32 = 15;
const FOLDED: u32 = 16;
const PID_SHIFT: u32 = 8;
/** Not canonical at any width up to 57 bits, and above any `vspace`. */
const NOWHERE: u64 = 1 << 62;

/**
 * Feeds records to the machine. An extent is the size of an access, which may span several pages, or in a folded record the number of
 * accesses to one page that it stands for.
 *
 * Touching the page that was touched last needs no lookup: its TLB entry is the most recent one, and so is its page for any policy that
 * does not count repeats. That shortcut is exact and carries most of a real trace. With events or verification each touch takes the long
 * way, which must come to the same counters.
 */
export class Runner {
  chunk: usize;
  nextUses: usize;
  private machine: Machine;
  /** Next value to take from `nextUses`. */
  private cursor: u32 = 0;
  /** Touches already done of the record at which the event ring was full. */
  private partial: u64 = 0;
  private offsetMask: u64;
  /** Work of the current process in this call that is not in its counters yet. */
  private accesses: u64 = 0;
  private writes: u64 = 0;
  private ifetches: u64 = 0;

  constructor(machine: Machine, chunk: usize, nextUses: usize) {
    this.machine = machine;
    this.chunk = chunk;
    this.nextUses = nextUses;
    this.offsetMask = ((<u64>1) << machine.pageShift) - 1;
  }

  /** Runs records `first` … and returns how many were consumed; fewer than `count` only with a reason in `machine.stop`. */
  run(first: u32, count: u32): u32 {
    const machine = this.machine;
    machine.stop = STOP_NONE;
    if (first == 0 && this.partial == 0) this.cursor = 0;
    const done = machine.events.on || machine.verifying ? this.runWatched(first, count) : this.runFast(first, count);
    this.flush();
    return done;
  }

  private runFast(first: u32, count: u32): u32 {
    const machine = this.machine;
    const clock = machine.clock;
    const ref = machine.frames.ref;
    const shift = machine.pageShift;
    const offsetMask = this.offsetMask;
    const pageSize = offsetMask + 1;
    const split = machine.caches.split;
    const repeats = machine.repeats;
    const foresight = machine.foresight;
    const start = this.chunk + <usize>first * RECORD;
    const end = start + <usize>count * RECORD;
    let pid = machine.current == NONE ? u32.MAX_VALUE : machine.processes.pid.get(machine.current);
    let touches = clock.touches;
    let lastPage = machine.lastPage;
    let lastSide = machine.lastSide;
    let lastFrame = machine.lastFrame;
    let nextTick = machine.nextTick;
    let repeated: u64 = 0;
    let repeatedData: u64 = 0;
    let accesses: u64 = 0;
    let writes: u64 = 0;
    let ifetches: u64 = 0;
    let at = start;
    for (; at < end; at += RECORD) {
      const meta = load<u32>(at, 12);
      const address = load<u64>(at);
      const extent = load<u32>(at, 8);
      if (meta >> PID_SHIFT != pid) {
        pid = meta >> PID_SHIFT;
        this.count(accesses, writes, ifetches);
        this.flush();
        accesses = writes = ifetches = 0;
        if (!machine.switchTo(pid)) break;
        lastPage = NONE64;
      }
      const op = meta & OP_MASK;
      const page: Vpn = address >> shift;
      const side = split & u32(op != OP_IFETCH);
      const single = (meta & FOLDED) == 0 && (address & offsetMask) + extent <= pageSize;
      if (page == lastPage && side == lastSide && single && op <= OP_IFETCH) {
        touches++;
        repeated++;
        repeatedData += side;
        ref.set(lastFrame, 1);
        if (op == OP_WRITE) machine.write(lastFrame);
        if (repeats) {
          if (foresight) this.foresee();
          machine.policy.onHit(lastFrame);
        }
        if (touches == nextTick) {
          machine.tick();
          nextTick = machine.nextTick;
        }
      } else {
        if (op > OP_IFETCH) {
          machine.stopFor(STOP_BAD_RECORD, op, 0, 0, 0);
          break;
        }
        clock.touches = touches;
        if (single) {
          if (foresight) this.foresee();
          machine.touch(page, op);
        } else this.touchAll(page, op, address, extent, (meta & FOLDED) != 0);
        if (machine.stop != STOP_NONE) {
          touches = clock.touches;
          break;
        }
        touches = clock.touches;
        lastPage = machine.lastPage;
        lastSide = machine.lastSide;
        lastFrame = machine.lastFrame;
        nextTick = machine.nextTick;
      }
      const n: u64 = (meta & FOLDED) != 0 ? extent : 1;
      accesses += n;
      writes += op == OP_WRITE ? n : 0;
      ifetches += op == OP_IFETCH ? n : 0;
    }
    clock.touches = touches;
    machine.caches.data.hits += repeatedData;
    machine.caches.first.hits += repeated - repeatedData;
    this.count(accesses, writes, ifetches);
    return <u32>((at - start) / RECORD);
  }

  /** Every touch by itself, with its events and its stamps. */
  private runWatched(first: u32, count: u32): u32 {
    const machine = this.machine;
    let pid = machine.current == NONE ? u32.MAX_VALUE : machine.processes.pid.get(machine.current);
    for (let i: u32 = 0; i < count; i++) {
      const at = this.chunk + <usize>(first + i) * RECORD;
      const meta = load<u32>(at, 12);
      const address = load<u64>(at);
      const extent = load<u32>(at, 8);
      const op = meta & OP_MASK;
      if (op > OP_IFETCH) {
        machine.stopFor(STOP_BAD_RECORD, op, 0, 0, 0);
        return i;
      }
      if (meta >> PID_SHIFT != pid) {
        pid = meta >> PID_SHIFT;
        this.flush();
        if (!machine.switchTo(pid)) return i;
      }
      const folded = (meta & FOLDED) != 0;
      const n: u64 = folded ? extent : 1;
      const total = folded ? n : this.pagesOf(address, extent);
      const page: Vpn = address >> machine.pageShift;
      for (; this.partial < total; this.partial++) {
        if (machine.events.on && !machine.events.hasRoom()) {
          machine.stopFor(STOP_EVENTS_FULL, 0, 0, 0, 0);
          return i;
        }
        if (machine.foresight && (!folded || this.partial == 0)) this.foresee();
        if (!this.watch(folded ? page : this.nth(page, this.partial), op, address)) return i;
      }
      this.partial = 0;
      this.count(n, op == OP_WRITE ? n : 0, op == OP_IFETCH ? n : 0);
      this.extra(total - n);
    }
    return count;
  }

  private watch(page: Vpn, op: u32, address: u64): bool {
    const machine = this.machine;
    const events = machine.events.on;
    if (events) machine.beginEvents(page, op, address);
    const frame = machine.touch(page, op);
    if (events) machine.endEvents(frame);
    if (machine.stop != STOP_NONE) return false;
    return frame == NONE || !machine.verifying || machine.verify(page, op, frame);
  }

  /** A record that spans pages or stands for several accesses. */
  private touchAll(page: Vpn, op: u32, address: u64, extent: u32, folded: bool): void {
    const machine = this.machine;
    if (!folded) {
      const total = this.pagesOf(address, extent);
      for (let t: u64 = 0; t < total && machine.stop == STOP_NONE; t++) {
        if (machine.foresight) this.foresee();
        machine.touch(this.nth(page, t), op);
      }
      this.extra(total - 1);
      return;
    }
    if (machine.foresight) this.foresee();
    for (let t: u32 = 0; t < extent && machine.stop == STOP_NONE; t++) {
      if (t != 0 && machine.lastPage == page) {
        machine.repeat(op, extent - t);
        return;
      }
      machine.touch(page, op);
    }
  }

  /** Pages that an access touches. */
  private pagesOf(address: u64, size: u32): u64 {
    return ((address & this.offsetMask) + size - 1) / (this.offsetMask + 1) + 1;
  }

  /** The t-th page from `page` on; past the end of 64-bit addresses, one that is valid in no address space. */
  private nth(page: Vpn, t: u64): Vpn {
    const shift = this.machine.pageShift;
    return page + t <= u64.MAX_VALUE >> shift ? page + t : NOWHERE >> shift;
  }

  private foresee(): void {
    this.machine.future.next = load<u64>(this.nextUses + ((<usize>this.cursor) << 3));
    this.cursor++;
  }

  private count(accesses: u64, writes: u64, ifetches: u64): void {
    this.accesses += accesses;
    this.writes += writes;
    this.ifetches += ifetches;
  }

  private extra(touches: u64): void {
    if (touches != 0) this.machine.processes.add64(this.machine.current, C_TOUCHES, touches);
  }

  private flush(): void {
    if (this.accesses == 0) return;
    const processes = this.machine.processes;
    const slot = this.machine.current;
    processes.add64(slot, C_READS, this.accesses - this.writes - this.ifetches);
    processes.add64(slot, C_READS + 1, this.writes);
    processes.add64(slot, C_READS + 2, this.ifetches);
    this.accesses = this.writes = this.ifetches = 0;
  }
}
