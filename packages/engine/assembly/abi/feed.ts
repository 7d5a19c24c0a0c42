import { C_IFETCHES, C_READS, C_TOUCHES, C_WRITES } from '../gen/counters';
import { Machine } from '../machine';
import { bump } from '../space/processes';
import { NONE64, OP_IFETCH, Vpn } from '../types';

/** A record of a trace: @0 u64 address, @8 u32 extent, @12 u32 meta (bits 0..3 op, 4 folded, 8..31 pid). */
export const RECORD: usize = 16;
export const OP_MASK: u32 = 15;
export const FOLDED: u32 = 16;
export const PID_SHIFT: u32 = 8;
/** The records of an operation: its words but the first, and the operation itself. */
export const OP_OPERATION: u32 = 3;
export const OP_OPERAND: u32 = 4;
/** Not canonical at any width up to 57 bits, and above any `vspace`. */
const NOWHERE: u64 = 1 << 62;

/** Where the records come from, how far the machine has got in them, and what they are counted as. */
export class Feed {
  chunk: usize;
  nextUses: usize;
  /** Next value to take from `nextUses`. */
  cursor: u32 = 0;
  /** Touches that the machine had done when the trace began to which the next uses belong. */
  base: u64 = 0;
  /** Touches already done of the record at which the event ring was full. */
  partial: u64 = 0;
  /** Steps already done of the run at which it was. */
  steps: u64 = 0;
  offsetMask: u64;
  private machine: Machine;

  constructor(machine: Machine, chunk: usize, nextUses: usize) {
    this.machine = machine;
    this.chunk = chunk;
    this.nextUses = nextUses;
    this.offsetMask = ((<u64>1) << machine.pageShift) - 1;
  }

  /** Address of a record. */
  at(record: u32): usize {
    return this.chunk + <usize>record * RECORD;
  }

  /** Pages that an access touches. */
  pagesOf(address: u64, size: u32): u64 {
    return ((address & this.offsetMask) + size - 1) / (this.offsetMask + 1) + 1;
  }

  /** The t-th page from `page` on; past the end of 64-bit addresses, one that is valid in no address space. */
  nth(page: Vpn, t: u64): Vpn {
    const shift = this.machine.pageShift;
    return page + t <= u64.MAX_VALUE >> shift ? page + t : NOWHERE >> shift;
  }

  /**
   * A policy that needs the future learns when the page of the touch that comes next is touched again: after it `left` more touches of its
   * record are of the same page.
   */
  foresee(left: u64): void {
    const machine = this.machine;
    if (left != 0) {
      machine.future.next = machine.clock.touches + 2;
      return;
    }
    const next = load<u64>(this.nextUses + ((<usize>this.cursor) << 3));
    machine.future.next = next == NONE64 ? NONE64 : next + this.base;
    this.cursor++;
  }

  count(accesses: u64, writes: u64, ifetches: u64): void {
    const block = this.machine.processes.block(this.machine.current);
    bump(block, C_READS, accesses - writes - ifetches);
    bump(block, C_WRITES, writes);
    bump(block, C_IFETCHES, ifetches);
  }

  /** Touches of an access beyond its first. */
  extra(op: u32, touches: u64): void {
    if (touches == 0) return;
    bump(this.machine.processes.block(this.machine.current), C_TOUCHES, touches);
    if (op == OP_IFETCH) this.machine.extraIfetches += touches;
  }
}
