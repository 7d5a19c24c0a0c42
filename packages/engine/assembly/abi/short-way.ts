import { eventsOn } from '../event/event-ring';
import { DIRTY } from '../frame/frames';
import { Machine } from '../machine';
import { TELL_NOTHING } from '../telling';
import { NO_EXEC, READ_ONLY, RIGHTS } from '../tlb/translation-caches';
import { NONE, OP_IFETCH, OP_WRITE, Vpn } from '../types';
import { Feed, FOLDED, PID_SHIFT, RECORD } from './feed';

/**
 * The short way through records in a machine with regions: as long as one after another touches, with a right that the entry gives, the page
 * that was used last of its set in the first-level TLB of the cpu, nothing changes but ref and dirty bits, recency and counts, and no
 * lookup is needed (`AssocCache.recent`). Events, contents that are verified, policies that must be called and nodes to be told apart need the long way.
 */
export class ShortWay {
  private machine: Machine;
  private feed: Feed;
  private isOpen: bool;

  constructor(machine: Machine, feed: Feed) {
    this.machine = machine;
    this.feed = feed;
    const isTold = machine.tells != TELL_NOTHING || machine.releases;
    this.isOpen =
      !machine.verifying &&
      !isTold &&
      machine.space.kernel.supply.nodes.count == 1 &&
      machine.firstFor(OP_IFETCH).masked &&
      machine.firstFor(OP_WRITE).masked;
  }

  /** Runs records from the address `from` on; returns the address of the first that needs the long way, or `end`. */
  run(from: usize, end: usize): usize {
    const machine = this.machine;
    const process = machine.current;
    if (!this.isOpen || eventsOn || process == NONE || this.feed.partial != 0) return from;
    const space = machine.space;
    const kernel = space.kernel;
    if (!space.isRunning(process) || machine.processes.isOver(process)) return from;
    const shift = machine.pageShift;
    const pageSize = this.feed.offsetMask + 1;
    const frames = machine.frames;
    const ref = frames.ref;
    const dirty = frames.dirty;
    const zeroFrame = kernel.zeroFrame;
    const recency = machine.keepsRecency;
    const due = min<u64>(machine.nextTick, space.background.due);
    // The meta word of an unfolded read by the current process: others are this plus op and FOLDED.
    const plain = machine.processes.pid.get(process) << PID_SHIFT;
    const caches = kernel.cpus.caches(kernel.cpu);
    const code = caches.first;
    const data = caches.split != 0 ? caches.data : code;
    const codeRecent = code.recent.at(0);
    const dataRecent = data.recent.at(0);
    const codeMask = code.setMask;
    const dataMask = data.setMask;
    const pageMask = machine.pageMask;
    const asidTag = machine.asidTag;
    const bias = machine.bias;
    const span = machine.span;
    const before = machine.clock.touches;
    let touches = before;
    let writes: u64 = 0;
    let ifetches: u64 = 0;
    let lastFrame = NONE;
    let at = from;
    for (; at < end; at += RECORD) {
      const kind = load<u32>(at, 12) - plain;
      const address = load<u64>(at);
      let n: u64 = load<u32>(at, 8);
      const op = kind & ~FOLDED;
      if (op > OP_IFETCH || address + bias >= span) break;
      if (kind < FOLDED) {
        if ((address & (pageSize - 1)) + n > pageSize) break;
        n = 1;
      }
      if (touches + n >= due) break;
      const page: Vpn = address >> shift;
      const isCode = op == OP_IFETCH;
      const recent = (isCode ? codeRecent : dataRecent) + ((<usize>(page & (isCode ? codeMask : dataMask))) << 4);
      if (load<u64>(recent) != (asidTag | (page & pageMask))) break;
      const value = load<u32>(recent, 8);
      const frame = value & ~RIGHTS;
      const lacking = op == OP_WRITE ? READ_ONLY : isCode ? NO_EXEC : 0;
      if ((value & lacking) != 0 || frame == zeroFrame) break;
      ref.set(frame, 1);
      if (op == OP_WRITE) {
        if (dirty.get(frame) != DIRTY) kernel.makeDirty(frame, DIRTY);
        writes += n;
      }
      if (recency && frame != lastFrame) machine.recency.moveToFront(0, frame);
      lastFrame = frame;
      touches += n;
      ifetches += isCode ? n : 0;
    }
    if (touches == before) return at;
    const all = touches - before;
    machine.clock.touches = touches;
    code.hits += ifetches;
    data.hits += all - ifetches;
    this.feed.count(all, writes, ifetches);
    return at;
  }
}
