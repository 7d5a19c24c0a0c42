import { PID_SHIFT, put, RECORD_BYTES } from '../records';
import { MOST_COUNT, SHORT_COUNT } from '../run-layout';
import { pages } from './pages';
import { COUNTS, STEPS, slotsOf, writeRun } from './run-builder';

/** The run that is being decoded. All its members are of one process. */
class Run {
  /** Where the next record goes. */
  out: usize = 0;
  /** A bit for each slot that it has used, and for each that it can: those of its process. */
  used: u32 = 0;
  usable: u32 = 0;
  steps: u32 = 0;
  end: usize = STEPS;
  private pid: u32 = 0;
  private isLong: bool = false;

  begin(out: usize, pid: u32): void {
    this.out = out;
    this.clear();
    this.follow(pid);
  }

  /** The slots have changed, or the process. What there was must have been written if it has. */
  follow(pid: u32): void {
    this.pid = pid;
    this.usable = slotsOf(pid);
  }

  /** A slot has a member of this process now. */
  admit(slot: u32, pid: u32): void {
    if (pid == this.pid) this.usable |= 1 << slot;
    else this.follow(pid);
  }

  /** Can a member with this meta word, which gets this slot, be added? */
  takes(slot: u32, meta: u32): bool {
    return ((this.used >> slot) & 1) == 0 && (this.steps == 0 || meta >> PID_SHIFT == this.pid);
  }

  step(slot: u32, count: u32): void {
    // The count could not be read: the block is bad, and as a step it would be one whose count follows.
    if (count == 0) return;
    let to = this.end;
    if (count <= SHORT_COUNT) store<u8>(to++, (slot << 4) | count);
    else {
      store<u8>(to++, slot << 4);
      let rest = count;
      for (; rest >= 0x80; rest >>= 7) store<u8>(to++, rest | 0x80);
      store<u8>(to++, rest);
      this.isLong = true;
    }
    this.end = to;
    const counted = COUNTS + ((<usize>slot) << 2);
    store<u32>(counted, load<u32>(counted) + count);
    this.used |= 1 << slot;
    this.steps++;
  }

  /** Writes it; `order` of the slots is still that of its last step. */
  flush(order: v128): void {
    if (this.steps == 0) return;
    pages.order = order;
    this.out = writeRun(this.out, this.used, this.steps, this.end, this.isLong);
    this.clear();
  }

  put(address: u64, extent: u32, meta: u32): void {
    put(this.out, address, extent, meta);
    this.out += RECORD_BYTES;
  }

  private clear(): void {
    this.used = 0;
    this.steps = 0;
    this.end = STEPS;
    this.isLong = false;
    memory.fill(COUNTS, 0, 64);
  }
}

export const run = new Run();

/** Is a count one that a run may have? */
export function fits(count: u32): bool {
  return count < MOST_COUNT;
}
