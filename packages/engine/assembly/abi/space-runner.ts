import { eventsOn } from '../event/event-ring';
import {
  OPERATION_EXIT,
  OPERATION_FORK,
  OPERROR_PROCESS_EXISTS,
  OPERROR_PROCESS_EXITED,
  OPERROR_TOO_MANY_PROCESSES,
  OPERROR_UNKNOWN_PROCESS,
} from '../gen/operations';
import { STOP_BAD_OPERATION, STOP_BAD_RECORD, STOP_EVENTS_FULL, STOP_NONE } from '../gen/stops';
import { Machine } from '../machine';
import { Operations } from '../space/operations';
import { TELL_CHANGES } from '../telling';
import { Asid, NONE, NONE64, OP_IFETCH, OP_WRITE, Vpn } from '../types';
import { Feed, FOLDED, OP_MASK, OP_OPERAND, OP_OPERATION, PID_SHIFT, RECORD } from './feed';
import { OP_RUN, RunCursor } from './run-cursor';
import { Player, Runs } from './runs';
import { ShortWay } from './short-way';
import { SpaceRuns } from './space-runs';

/** Feeds records to a machine with regions: accesses touch by touch, and operations. */
export class SpaceRunner extends Player {
  private machine: Machine;
  private feed: Feed;
  private operations: Operations;
  private shortWay: ShortWay;
  private runs: Runs;

  constructor(machine: Machine, feed: Feed, cursor: RunCursor) {
    super();
    this.machine = machine;
    this.feed = feed;
    this.operations = machine.space.operations;
    this.shortWay = new ShortWay(machine, feed);
    this.runs = new SpaceRuns(machine, feed, cursor);
  }

  play(from: usize, end: usize): usize {
    const machine = this.machine;
    for (let at = this.shortWay.run(from, end); at < end; at = this.shortWay.run(at, end)) {
      const meta = load<u32>(at, 12);
      const op = meta & OP_MASK;
      const pid = meta >> PID_SHIFT;
      const word = load<u64>(at);
      const extent = load<u32>(at, 8);
      let done: bool;
      if (op <= OP_IFETCH) done = this.access(pid, op, word, extent, (meta & FOLDED) != 0);
      else if (op == OP_OPERATION) done = this.operate(pid, extent, word);
      else if (op == OP_RUN) {
        const next = this.runs.play(at, end, this);
        if (next == at) return at;
        at = next;
        continue;
      } else
        done = (op == OP_OPERAND && this.operations.operand(word)) || machine.stopFor(STOP_BAD_RECORD, op, 0, 0, 0);
      if (!done) return at;
      at += RECORD;
    }
    return end;
  }

  one(at: usize): bool {
    const meta = load<u32>(at, 12);
    return this.access(meta >> PID_SHIFT, meta & OP_MASK, load<u64>(at), load<u32>(at, 8), (meta & FOLDED) != 0);
  }

  private access(pid: u32, op: u32, address: u64, extent: u32, folded: bool): bool {
    const machine = this.machine;
    const feed = this.feed;
    if (!this.switchTo(pid)) return false;
    const n: u64 = folded ? extent : 1;
    const total = folded ? n : feed.pagesOf(address, extent);
    const page: Vpn = address >> machine.pageShift;
    while (feed.partial < total) {
      if (eventsOn && !machine.events.hasRoom()) return machine.stopFor(STOP_EVENTS_FULL, 0, 0, 0, 0);
      if (machine.foresight) feed.foresee(folded ? total - 1 - feed.partial : 0);
      const frame = this.touch(folded ? page : feed.nth(page, feed.partial), op, address);
      if (machine.stop != STOP_NONE) return false;
      feed.partial++;
      if (folded && frame != NONE) feed.partial += this.repeat(frame, op, total - feed.partial);
    }
    feed.partial = 0;
    feed.count(n, op == OP_WRITE ? n : 0, op == OP_IFETCH ? n : 0);
    feed.extra(op, total - n);
    return true;
  }

  /** One touch and what falls due with it; the frame of the page, NONE if it failed or if its translation may have changed since. */
  private touch(page: Vpn, op: u32, address: u64): u32 {
    const machine = this.machine;
    if (eventsOn) machine.beginEvents(page, op, address);
    const frame = machine.touch(page, op);
    if (eventsOn) machine.endEvents(frame);
    if (frame != NONE && machine.verifying) machine.verify(page, op, frame);
    if (machine.releases) machine.giveBack();
    const background = machine.space.background;
    if (machine.clock.touches < background.due || machine.stop != STOP_NONE) return frame;
    background.run(machine.clock.touches, machine.current);
    // The page may be elsewhere now.
    return NONE;
  }

  /** Does so many of the further touches of one page at once that nothing can happen between; returns how many. */
  private repeat(frame: u32, op: u32, left: u64): u64 {
    const machine = this.machine;
    if (left == 0 || eventsOn || machine.verifying || machine.firstFor(op).entries == 0) return 0;
    if (machine.tells > TELL_CHANGES || machine.releases) return 0;
    const untilTick = min<u64>(machine.nextTick, machine.space.background.due) - machine.clock.touches - 1;
    const count = left < untilTick ? left : untilTick;
    if (count == 0) return 0;
    machine.clock.touches += count;
    machine.space.again(frame, op, count);
    return count;
  }

  switchTo(pid: u32): bool {
    const machine = this.machine;
    const current = machine.current;
    if (current != NONE && machine.processes.pid.get(current) == pid && !machine.processes.isOver(current)) {
      // It may have been moved to another cpu.
      if (machine.space.isRunning(current)) return true;
    }
    const slot = machine.processes.slotOf(pid);
    if (slot != NONE && machine.processes.isOver(slot)) return this.refuse(OPERROR_PROCESS_EXITED, pid);
    return machine.switchTo(pid);
  }

  private refuse(error: u32, pid: u32): bool {
    return this.machine.stopFor(STOP_BAD_OPERATION, error, pid, this.machine.processes.capacity, 0);
  }

  /** All that can be wrong is found before anything is changed; a process that is new comes into being with what it does first. */
  private operate(pid: u32, code: u32, word: u64): bool {
    const machine = this.machine;
    const processes = machine.processes;
    const operations = this.operations;
    operations.begin(word);
    const slot = processes.slotOf(pid);
    if (slot != NONE && processes.isOver(slot)) return this.refuse(OPERROR_PROCESS_EXITED, pid);
    if (slot == NONE && code == OPERATION_FORK) return this.refuse(OPERROR_UNKNOWN_PROCESS, pid);
    if (slot == NONE && processes.count == processes.capacity) return this.refuse(OPERROR_TOO_MANY_PROCESSES, pid);
    if (code == OPERATION_FORK && !this.canFork(<u32>word)) return false;
    if (!operations.isPossible(slot, code)) return this.refused();
    // One operation may leave more events than a touch: it begins with an empty ring.
    if (eventsOn && machine.events.used != 0) {
      operations.restore();
      return machine.stopFor(STOP_EVENTS_FULL, 0, 0, 0, 0);
    }
    if (!this.switchTo(pid)) return false;
    if (eventsOn) machine.events.begin(machine.clock.touches, NONE64, pid);
    let child: Asid = NONE;
    if (code == OPERATION_FORK) {
      child = machine.addProcess(<u32>word);
      if (child == NONE) return false;
    }
    const done = operations.perform(machine.current, code, child);
    if (code == OPERATION_FORK && !done) processes.takeBack(child);
    if (code == OPERATION_EXIT) processes.end(machine.current);
    return done || this.refused();
  }

  private canFork(child: u32): bool {
    const processes = this.machine.processes;
    const slot = processes.slotOf(child);
    if (slot != NONE) return this.refuse(OPERROR_PROCESS_EXISTS, child);
    return processes.count < processes.capacity || this.refuse(OPERROR_TOO_MANY_PROCESSES, child);
  }

  private refused(): bool {
    const call = this.operations.call;
    const details = call.details;
    return this.machine.stopFor(STOP_BAD_OPERATION, call.error, details.get(0), details.get(1), details.get(2));
  }
}
