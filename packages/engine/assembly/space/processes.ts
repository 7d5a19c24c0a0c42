import { Column, column } from '../ds/column';
import { HashIndex } from '../ds/hash-index';
import { C_RESIDENT_PAGES, C_RESIDENT_PEAK, COUNTER_COUNT } from '../gen/counters';
import { Asid, NONE } from '../types';

/**
 * The process table. A process gets the next slot when its pid appears first; the slot is its ASID. Each has a block of counters in the
 * order of the catalog; one more block, `machine`, holds what belongs to no process. In a block nothing is counted
 * that follows from other counters (abi/report.ts derives it), and `touches` holds only what an access touched beyond its first page.
 */
export class Processes {
  capacity: u32;
  count: u32 = 0;
  /** Processes that have not ended. */
  alive: u32 = 0;
  machine: u32;
  pid: Column<u32>;
  root: Column<usize>;
  /** 1: it has ended. Its slot and its counters stay. */
  private over: Column<u8>;
  private counters: Column<u64>;
  private slots: HashIndex;

  constructor(capacity: u32) {
    this.capacity = capacity;
    this.machine = capacity;
    this.pid = column<u32>(capacity);
    this.root = column<usize>(capacity);
    this.over = column<u8>(capacity);
    this.counters = column<u64>((capacity + 1) * COUNTER_COUNT);
    this.slots = new HashIndex(capacity);
  }

  /** Slot of a pid, or NONE. */
  slotOf(pid: u32): Asid {
    const place = this.slots.find(pid);
    return place == NONE ? NONE : <u32>this.slots.valueAt(place);
  }

  /** A slot for a new pid with the given root table; the caller has checked that there is room. */
  add(pid: u32, root: usize): Asid {
    const slot = this.count++;
    this.alive++;
    this.pid.set(slot, pid);
    this.root.set(slot, root);
    this.slots.set(pid, slot);
    return slot;
  }

  /** Takes back the process that was added last: it has nothing any more, and was never there. */
  takeBack(slot: Asid): void {
    this.slots.remove(this.pid.get(slot));
    memory.fill(this.block(slot), 0, COUNTER_COUNT * 8);
    this.count--;
    this.alive--;
  }

  end(slot: Asid): void {
    if (this.over.get(slot) == 0) this.alive--;
    this.over.set(slot, 1);
  }

  isOver(slot: Asid): bool {
    return this.over.get(slot) != 0;
  }

  /** Address of the counter block of a slot (or of `machine`). */
  block(slot: Asid): usize {
    return this.counters.at(slot * COUNTER_COUNT);
  }

  get(slot: Asid, counter: u32): u64 {
    return this.counters.get(slot * COUNTER_COUNT + counter);
  }

  add64(slot: Asid, counter: u32, amount: u64): void {
    bump(this.block(slot), counter, amount);
  }

  inc(slot: Asid, counter: u32): void {
    this.add64(slot, counter, 1);
  }

  dec(slot: Asid, counter: u32): void {
    this.add64(slot, counter, <u64>-1);
  }

  /** One more resident page. */
  gainPage(slot: Asid): void {
    const block = this.block(slot);
    bump(block, C_RESIDENT_PAGES, 1);
    const now = load<u64>(block + C_RESIDENT_PAGES * 8);
    if (now > load<u64>(block + C_RESIDENT_PEAK * 8)) store<u64>(block + C_RESIDENT_PEAK * 8, now);
  }
}

/** Adds to a counter of the block at `block`, for callers that touch several. */
export function bump(block: usize, counter: u32, amount: u64): void {
  const at = block + ((<usize>counter) << 3);
  store<u64>(at, load<u64>(at) + amount);
}
