import { eventsOn } from '../event/event-ring';
import { C_IFETCHES, C_READS, C_TOUCHES, C_WRITES } from '../gen/counters';
import { STOP_BAD_RECORD, STOP_EVENTS_FULL, STOP_NONE } from '../gen/stops';
import { Machine, Unwatched } from '../machine';
import { bump } from '../space/processes';
import { NONE, OP_IFETCH, OP_WRITE, Vpn } from '../types';

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
 * Touching the page that was used last of its set in the first-level TLB needs no lookup and changes no TLB (`AssocCache.recent`). That
 * shortcut is exact and carries most of a real trace. With events, verification or a policy that counts repeats,
 * each touch takes the long way, which must come to the same counters.
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
    const eachTouch = eventsOn || machine.verifying || machine.repeats;
    return eachTouch ? this.runWatched(first, count) : this.runFast(first, count);
  }

  /** Alternates between stretches of plain records of one process and single records of any other kind. */
  private runFast(first: u32, count: u32): u32 {
    const start = this.chunk + <usize>first * RECORD;
    const end = start + <usize>count * RECORD;
    let at = start;
    while (at < end) {
      at = this.runPlain(at, end);
      if (at < end && !this.runOther(at)) break;
      if (at < end) at += RECORD;
    }
    return <u32>((at - start) / RECORD);
  }

  /**
   * Runs records of the current process that touch one page each and reach no tick, up to the first other one; returns its address. The inner
   * loop, for pages that need no lookup, calls nothing, so that its variables can stay in registers.
   */
  private runPlain(from: usize, end: usize): usize {
    const machine = this.machine;
    if (machine.current == NONE) return from;
    const shift = machine.pageShift;
    const pageSize = this.offsetMask + 1;
    const ref = machine.frames.ref;
    const recency = machine.keepsRecency;
    const nextTick = machine.nextTick;
    // The meta word of an unfolded read by the current process: others are this plus op and FOLDED.
    const plain = machine.processes.pid.get(machine.current) << PID_SHIFT;
    const code = machine.firstFor(OP_IFETCH);
    const data = machine.firstFor(OP_WRITE);
    const codeRecent = code.recent.at(0);
    const dataRecent = data.recent.at(0);
    const codeMask = code.setMask;
    const dataMask = data.setMask;
    const pageMask = machine.pageMask;
    const asidTag = machine.asidTag;
    const bias = machine.bias;
    // A policy that must be called on each hit, and sets that are no bits of the page number, always take the long way.
    const shortcut = (!machine.everyAccess || recency) && code.masked && data.masked;
    const span = shortcut ? machine.span : 0;
    const before = machine.clock.touches;
    let touches = before;
    let writes: u64 = 0;
    let ifetches: u64 = 0;
    let at = from;
    for (;;) {
      let lastFrame = NONE;
      let op: u32 = 0;
      let n: u64 = 0;
      let page: Vpn = 0;
      let isPlain = false;
      for (; at < end; at += RECORD) {
        const kind = load<u32>(at, 12) - plain;
        const address = load<u64>(at);
        n = load<u32>(at, 8);
        op = kind & ~FOLDED;
        isPlain = op <= OP_IFETCH;
        if (kind < FOLDED) {
          isPlain = isPlain && (address & (pageSize - 1)) + n <= pageSize;
          n = 1;
        }
        isPlain = isPlain && touches + n < nextTick;
        page = address >> shift;
        const isCode = op == OP_IFETCH;
        if (!isPlain || address + bias >= span) break;
        const recent = (isCode ? codeRecent : dataRecent) + ((<usize>(page & (isCode ? codeMask : dataMask))) << 4);
        if (load<u64>(recent) != (asidTag | (page & pageMask))) break;
        const frame = load<u32>(recent, 8);
        ref.set(frame, 1);
        if (op == OP_WRITE) {
          machine.write(frame);
          writes += n;
        }
        if (recency && frame != lastFrame) machine.recency.moveToFront(0, frame);
        lastFrame = frame;
        touches += n;
        ifetches += isCode ? n : 0;
      }
      if (at >= end || !isPlain) break;
      machine.clock.touches = touches + 1;
      machine.touchPage<Unwatched>(page, op);
      if (n > 1) this.touchAgain(page, op, n - 1);
      if (machine.stop != STOP_NONE) break;
      touches += n;
      writes += op == OP_WRITE ? n : 0;
      ifetches += op == OP_IFETCH ? n : 0;
      at += RECORD;
    }
    machine.clock.touches = touches;
    this.count(touches - before, writes, ifetches);
    return at;
  }

  /** The touches of a folded record after its first one, which reach no tick. */
  private touchAgain(page: Vpn, op: u32, count: u64): void {
    const machine = this.machine;
    const frame = machine.known(op, page);
    if (frame != NONE) {
      machine.frames.ref.set(frame, 1);
      return;
    }
    for (let t: u64 = 0; t < count && machine.stop == STOP_NONE; t++) {
      machine.clock.touches++;
      machine.touchPage<Unwatched>(page, op);
    }
  }

  /** One record of any kind; false if the machine stopped at it. */
  private runOther(at: usize): bool {
    const machine = this.machine;
    const meta = load<u32>(at, 12);
    const op = meta & OP_MASK;
    if (op > OP_IFETCH) return machine.stopFor(STOP_BAD_RECORD, op, 0, 0, 0);
    if (!this.switchTo(meta >> PID_SHIFT)) return false;
    const address = load<u64>(at);
    const extent = load<u32>(at, 8);
    const page: Vpn = address >> machine.pageShift;
    const folded = (meta & FOLDED) != 0;
    const n: u64 = folded ? extent : 1;
    if (folded) this.touchFolded(page, op, extent);
    else {
      const pages = this.pagesOf(address, extent);
      for (let t: u64 = 0; t < pages && machine.stop == STOP_NONE; t++) machine.touch(this.nth(page, t), op);
      this.extra(op, pages - 1);
    }
    if (machine.stop != STOP_NONE) return false;
    this.count(n, op == OP_WRITE ? n : 0, op == OP_IFETCH ? n : 0);
    return true;
  }

  /** Every touch by itself, with its events and its stamps. */
  private runWatched(first: u32, count: u32): u32 {
    const machine = this.machine;
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
      if (!this.switchTo(meta >> PID_SHIFT)) return i;
      const folded = (meta & FOLDED) != 0;
      const n: u64 = folded ? extent : 1;
      const total = folded ? n : this.pagesOf(address, extent);
      const page: Vpn = address >> machine.pageShift;
      for (; this.partial < total; this.partial++) {
        if (eventsOn && !machine.events.hasRoom()) {
          machine.stopFor(STOP_EVENTS_FULL, 0, 0, 0, 0);
          return i;
        }
        if (machine.foresight && (!folded || this.partial == 0)) this.foresee();
        if (!this.watch(folded ? page : this.nth(page, this.partial), op, address)) return i;
      }
      this.partial = 0;
      this.count(n, op == OP_WRITE ? n : 0, op == OP_IFETCH ? n : 0);
      this.extra(op, total - n);
    }
    return count;
  }

  private watch(page: Vpn, op: u32, address: u64): bool {
    const machine = this.machine;
    if (eventsOn) machine.beginEvents(page, op, address);
    const frame = machine.touch(page, op);
    if (eventsOn) machine.endEvents(frame);
    if (machine.stop != STOP_NONE) return false;
    return frame == NONE || !machine.verifying || machine.verify(page, op, frame);
  }

  private touchFolded(page: Vpn, op: u32, count: u32): void {
    const machine = this.machine;
    for (let t: u32 = 0; t < count && machine.stop == STOP_NONE; t++) {
      const frame = t == 0 ? NONE : machine.known(op, page);
      if (frame != NONE) {
        machine.repeat(op, frame, count - t);
        return;
      }
      machine.touch(page, op);
    }
  }

  private switchTo(pid: u32): bool {
    const machine = this.machine;
    if (machine.current != NONE && machine.processes.pid.get(machine.current) == pid) return true;
    return machine.switchTo(pid);
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
    const block = this.machine.processes.block(this.machine.current);
    bump(block, C_READS, accesses - writes - ifetches);
    bump(block, C_WRITES, writes);
    bump(block, C_IFETCHES, ifetches);
  }

  /** Touches of an access beyond its first. */
  private extra(op: u32, touches: u64): void {
    if (touches == 0) return;
    bump(this.machine.processes.block(this.machine.current), C_TOUCHES, touches);
    if (op == OP_IFETCH) this.machine.extraIfetches += touches;
  }
}
