import { Vpn } from '../types';

/** Layout in catalog/events.ts. */
const BYTES: usize = 32;
export const EVENT_CAPACITY: u32 = 65_536;
/** More than the events of any one touch without prefetching. */
const HEADROOM: u32 = 64;

export let eventsOn: bool = false;

export function setEventsOn(on: bool): void {
  eventsOn = on;
}

/**
 * Buffer of event records. The machine stops in front of a touch that might not fit, and the host drains the buffer and goes on: no record
 * is ever lost. Whether events are on is the host's choice and no state of the machine, so it survives a restored snapshot; while they are
 * off, each place that could emit costs one predictable branch.
 */
export class EventRing {
  used: u32 = 0;
  /** Records that must be free before a touch. */
  headroom: u32 = HEADROOM;
  base: usize;
  private time: u64 = 0;
  private page: Vpn = 0;
  private pid: u32 = 0;

  constructor() {
    this.base = heap.alloc(BYTES * EVENT_CAPACITY);
  }

  hasRoom(): bool {
    return this.used + this.headroom <= EVENT_CAPACITY;
  }

  /** Sets what the records of the next touch share. */
  begin(time: u64, page: Vpn, pid: u32): void {
    this.time = time;
    this.page = page;
    this.pid = pid;
  }

  emit(kind: u32, level: u32, flag: u32, a: u32, b: u32): void {
    this.emitFor(this.page, this.pid, kind, level, flag, a, b);
  }

  /** A record about another page than the touched one: the evicted. */
  emitFor(page: Vpn, pid: u32, kind: u32, level: u32, flag: u32, a: u32, b: u32): void {
    const at = this.base + <usize>this.used * BYTES;
    this.used++;
    store<u64>(at, this.time);
    store<u64>(at, page, 8);
    store<u32>(at, kind | (level << 8) | (flag << 16), 16);
    store<u32>(at, pid, 20);
    store<u32>(at, a, 24);
    store<u32>(at, b, 28);
  }
}
