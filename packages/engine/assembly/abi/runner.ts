import { eventsOn } from '../event/event-ring';
import { Unwatched } from '../event/watched';
import { STOP_BAD_RECORD, STOP_EVENTS_FULL, STOP_NONE } from '../gen/stops';
import { Machine } from '../machine';
import { TELL_ALWAYS, TELL_CHANGES, TELL_NOTHING } from '../telling';
import { Frame, NONE, OP_IFETCH, OP_WRITE, Vpn } from '../types';
import { Feed, FOLDED, OP_MASK, OP_OPERAND, OP_OPERATION, PID_SHIFT, RECORD } from './feed';
import { PlainRuns } from './plain-runs';
import { OP_RUN, RunCursor } from './run-cursor';
import { Player, Runs } from './runs';
import { SpaceRunner } from './space-runner';

export const CHUNK_RECORDS: u32 = 65_536;

/**
 * Feeds records to the machine. An extent is the size of an access, which may span several pages, or in a folded record the number of
 * accesses to one page that it stands for.
 *
 * Touching the page that was used last of its set in the first-level TLB needs no lookup and changes no TLB (`AssocCache.recent`). That
 * shortcut is exact and carries most of a real trace. With events, verification, a policy that needs the future or one that gives pages back,
 * each touch takes the long way, which must come to the same counters.
 */
export class Runner extends Player {
  feed: Feed;
  private machine: Machine;
  private space: SpaceRunner;
  private runs: Runs;

  constructor(machine: Machine, chunk: usize, nextUses: usize) {
    super();
    const feed = new Feed(machine, chunk, nextUses);
    const cursor = new RunCursor();
    this.machine = machine;
    this.feed = feed;
    this.space = new SpaceRunner(machine, feed, cursor);
    this.runs = new PlainRuns(machine, feed, cursor);
  }

  /** Runs records `first` … and returns how many were consumed; fewer than `count` only with a reason in `machine.stop`. */
  run(first: u32, count: u32): u32 {
    const machine = this.machine;
    machine.stop = STOP_NONE;
    const feed = this.feed;
    if (first == 0 && feed.partial == 0 && feed.steps == 0) feed.cursor = 0;
    const start = feed.at(first);
    const end = start + <usize>count * RECORD;
    let at = machine.space.on ? start : this.play(start, end);
    if (at < end && (machine.space.on || this.isOperation(at))) {
      machine.stop = STOP_NONE;
      if (!machine.space.on) machine.openSpace();
      at = this.space.play(at, end);
    }
    return <u32>((at - start) / RECORD);
  }

  play(from: usize, end: usize): usize {
    const machine = this.machine;
    const eachTouch = eventsOn || machine.verifying || machine.foresight || machine.releases;
    return eachTouch ? this.runWatched(from, end) : this.runFast(from, end);
  }

  /** Alternates between stretches of plain records of one process, runs, and single records of any other kind. */
  private runFast(from: usize, end: usize): usize {
    const tells = this.machine.tells != TELL_NOTHING;
    let at = from;
    while (at < end) {
      at = tells ? this.runPlain<Told>(at, end) : this.runPlain<Untold>(at, end);
      if (at >= end) break;
      const next = isRun(at) ? this.runs.play(at, end, this) : this.one(at) ? at + RECORD : at;
      if (next == at) break;
      at = next;
    }
    return at;
  }

  /**
   * Runs records of the current process that touch one page each and reach no tick, up to the first other one; returns its address. The inner
   * loop, for pages that need no lookup, calls nothing unless the policy is told of hits (`T`), so that its variables can stay in registers.
   */
  private runPlain<T>(from: usize, end: usize): usize {
    const machine = this.machine;
    if (machine.current == NONE) return from;
    const shift = machine.pageShift;
    const pageSize = this.feed.offsetMask + 1;
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
    // Sets that are no bits of the page number always take the long way.
    const shortcut = code.masked && data.masked;
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
        if (told<T>()) this.tell(frame, touches, n, lastFrame);
        else if (recency && frame != lastFrame) machine.recency.moveToFront(0, frame);
        lastFrame = frame;
        touches += n;
        ifetches += isCode ? n : 0;
      }
      if (at >= end || !isPlain) break;
      machine.clock.touches = touches + 1;
      machine.touchPage<Unwatched>(page, op);
      if (n > 1) this.touchAgain(page, op, touches + 1, n - 1);
      if (machine.stop != STOP_NONE) break;
      touches += n;
      writes += op == OP_WRITE ? n : 0;
      ifetches += op == OP_IFETCH ? n : 0;
      at += RECORD;
    }
    machine.clock.touches = touches;
    this.feed.count(touches - before, writes, ifetches);
    return at;
  }

  /** Tells the policy of `count` touches in a row of a page, after `touches` others, as far as they change anything. */
  private tell(frame: Frame, touches: u64, count: u64, last: Frame): void {
    const machine = this.machine;
    const clock = machine.clock;
    if (machine.tells == TELL_ALWAYS) {
      for (let t: u64 = 1; t <= count; t++) {
        clock.touches = touches + t;
        machine.policy.onHit(frame);
      }
      return;
    }
    if (frame == last) return;
    clock.touches = touches + 1;
    machine.policy.onHit(frame);
  }

  /** The touches of a folded record after its first one, which reach no tick. */
  private touchAgain(page: Vpn, op: u32, touches: u64, count: u64): void {
    const machine = this.machine;
    const frame = machine.known(op, page);
    if (frame != NONE) {
      machine.frames.ref.set(frame, 1);
      if (machine.tells > TELL_CHANGES) this.tell(frame, touches, count, NONE);
      return;
    }
    for (let t: u64 = 0; t < count && machine.stop == STOP_NONE; t++) {
      machine.clock.touches++;
      machine.touchPage<Unwatched>(page, op);
    }
  }

  /** One record of any kind; false if the machine stopped at it. */
  one(at: usize): bool {
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
      const pages = this.feed.pagesOf(address, extent);
      for (let t: u64 = 0; t < pages && machine.stop == STOP_NONE; t++) machine.touch(this.feed.nth(page, t), op);
      this.feed.extra(op, pages - 1);
    }
    if (machine.stop != STOP_NONE) return false;
    this.feed.count(n, op == OP_WRITE ? n : 0, op == OP_IFETCH ? n : 0);
    return true;
  }

  /** Every touch by itself, with its events and its stamps. */
  private runWatched(from: usize, end: usize): usize {
    const machine = this.machine;
    const feed = this.feed;
    for (let at = from; at < end; at += RECORD) {
      while (at < end && isRun(at)) {
        const next = this.runs.play(at, end, this);
        if (next == at) return at;
        at = next;
      }
      if (at >= end) break;
      const meta = load<u32>(at, 12);
      const address = load<u64>(at);
      const extent = load<u32>(at, 8);
      const op = meta & OP_MASK;
      if (op > OP_IFETCH) {
        machine.stopFor(STOP_BAD_RECORD, op, 0, 0, 0);
        return at;
      }
      if (!this.switchTo(meta >> PID_SHIFT)) return at;
      const folded = (meta & FOLDED) != 0;
      const n: u64 = folded ? extent : 1;
      const total = folded ? n : feed.pagesOf(address, extent);
      const page: Vpn = address >> machine.pageShift;
      for (; feed.partial < total; feed.partial++) {
        if (eventsOn && !machine.events.hasRoom()) {
          machine.stopFor(STOP_EVENTS_FULL, 0, 0, 0, 0);
          return at;
        }
        if (machine.foresight) feed.foresee(folded ? total - 1 - feed.partial : 0);
        if (!this.watch(folded ? page : feed.nth(page, feed.partial), op, address)) return at;
      }
      feed.partial = 0;
      feed.count(n, op == OP_WRITE ? n : 0, op == OP_IFETCH ? n : 0);
      feed.extra(op, total - n);
    }
    return end;
  }

  private watch(page: Vpn, op: u32, address: u64): bool {
    const machine = this.machine;
    if (eventsOn) machine.beginEvents(page, op, address);
    const frame = machine.touch(page, op);
    if (eventsOn) machine.endEvents(frame);
    if (machine.stop != STOP_NONE) return false;
    if (frame != NONE && machine.verifying && !machine.verify(page, op, frame)) return false;
    if (machine.releases) machine.giveBack();
    return true;
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

  /** Whether the machine stopped at a record that only a machine with regions can run: it goes over to that. */
  private isOperation(at: usize): bool {
    const op = load<u32>(at, 12) & OP_MASK;
    return this.machine.stop == STOP_BAD_RECORD && (op == OP_OPERATION || op == OP_OPERAND);
  }

  switchTo(pid: u32): bool {
    const machine = this.machine;
    if (machine.current != NONE && machine.processes.pid.get(machine.current) == pid) return true;
    return machine.switchTo(pid);
  }
}

function isRun(at: usize): bool {
  return (load<u32>(at, 12) & OP_MASK) == OP_RUN;
}

/** Type arguments of the plain path: whether the policy is told of hits. */
class Told {}
class Untold {}

/** A constant for the compiler. */
function told<T>(): bool {
  return idof<T>() == idof<Told>();
}
