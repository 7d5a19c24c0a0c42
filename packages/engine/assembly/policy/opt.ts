import { Column, column, columnOfNone } from '../ds/column';
import { Frame, NONE, PageKey } from '../types';
import { Future, Policy, PolicyContext } from './policy';

/**
 * Belady's optimum: the page whose next use is furthest away goes. No demand policy has fewer faults. A binary heap over the frames with
 * the furthest next use on top, O(log frames) per touch; among equals, which can only be pages never used again, the lowest frame.
 * Belady 1966, doi 10.1147/sj.52.0078; optimality: Mattson et al. 1970.
 */
export class Opt extends Policy {
  private future: Future;
  protected next: Column<u64>;
  /** Frames in heap order, and the place of each frame in it (NONE: not in it). */
  private heap: Column<Frame>;
  private place: Column<u32>;
  private size: u32 = 0;

  constructor(context: PolicyContext) {
    super(context);
    this.future = context.future;
    this.next = column<u64>(context.frames.count);
    this.heap = column<Frame>(context.frames.count);
    this.place = columnOfNone<u32>(context.frames.count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.next.set(frame, this.future.next);
    this.up(frame, this.size++);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.next.set(part, this.next.get(head));
    this.up(part, this.size++);
  }

  onHit(frame: Frame): void {
    this.next.set(frame, this.future.next);
    this.settle(frame, this.place.get(frame));
  }

  onEvict(frame: Frame): void {
    const hole = this.place.get(frame);
    this.place.set(frame, NONE);
    const last = this.heap.get(--this.size);
    if (last != frame) this.settle(last, hole);
  }

  victim(page: PageKey): Frame {
    if (this.size == 0) return NONE;
    const top = this.heap.get(0);
    this.steps++;
    if (this.frames.isEvictable(top)) return top;
    let best = NONE;
    for (let i: u32 = 0; i < this.size; i++) {
      const f = this.heap.get(i);
      this.steps++;
      if (this.frames.isEvictable(f) && (best == NONE || this.above(f, best))) best = f;
    }
    return best;
  }

  agrees(frame: Frame, resident: bool): bool {
    return (this.place.get(frame) != NONE) == resident;
  }

  private above(a: Frame, b: Frame): bool {
    const na = this.next.get(a);
    const nb = this.next.get(b);
    return na > nb || (na == nb && a < b);
  }

  private put(frame: Frame, place: u32): void {
    this.heap.set(place, frame);
    this.place.set(frame, place);
  }

  /** Puts a frame whose key changed near `place`, in whichever direction it must go. */
  private settle(frame: Frame, place: u32): void {
    if (place > 0 && this.above(frame, this.heap.get((place - 1) / 2))) this.up(frame, place);
    else this.down(frame, place);
  }

  private up(frame: Frame, start: u32): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) / 2;
      const other = this.heap.get(parent);
      if (!this.above(frame, other)) break;
      this.put(other, place);
      place = parent;
    }
    this.put(frame, place);
  }

  private down(frame: Frame, start: u32): void {
    let place = start;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.above(this.heap.get(child + 1), this.heap.get(child))) child++;
      const other = this.heap.get(child);
      if (!this.above(other, frame)) break;
      this.put(other, place);
      place = child;
    }
    this.put(frame, place);
  }
}
