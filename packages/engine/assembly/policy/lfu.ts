import { Column, column } from '../ds/column';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Least frequently used, counting from the load of a page (no history survives an eviction); among equals the one that was used least
 * recently. O(1): pages of one count form a list, and the lists in use are chained in order of count, so that a hit moves a page to the
 * neighbouring list. Shah, Mitra, Matani 2010, An O(1) algorithm for implementing the LFU cache eviction scheme.
 */
export class Lfu extends Policy {
  /** Pages of one count, in order of use, oldest in front; one list per bucket. */
  private pages: Lists;
  /** List 0: buckets in use by ascending count; list 1: unused ones. There is one more bucket than frames, for the move in between. */
  private chain: Lists;
  private bucket: Column<u32>;
  private uses: Column<u64>;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    const buckets = count + 1;
    this.pages = new Lists(count, buckets);
    const chain = new Lists(buckets, 2);
    for (let b: u32 = 0; b < buckets; b++) chain.pushBack(1, b);
    this.chain = chain;
    this.bucket = column<u32>(count);
    this.uses = column<u64>(buckets);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const first = this.chain.front(0);
    let b = first;
    if (this.chain.isEnd(first) || this.uses.get(first) != 1) {
      b = this.takeBucket(1);
      this.chain.pushFront(0, b);
    }
    this.enter(frame, b);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.enter(part, this.bucket.get(head));
  }

  onHit(frame: Frame): void {
    const old = this.bucket.get(frame);
    const uses = this.uses.get(old) + 1;
    let b = this.chain.after(old);
    if (this.chain.isEnd(b) || this.uses.get(b) != uses) {
      b = this.takeBucket(uses);
      this.chain.insertAfter(old, b);
    }
    this.leave(frame);
    this.enter(frame, b);
  }

  onEvict(frame: Frame): void {
    this.leave(frame);
  }

  victim(page: PageKey): Frame {
    let b = this.chain.front(0);
    for (; !this.chain.isEnd(b); b = this.chain.after(b)) {
      let f = this.pages.front(b);
      for (; !this.pages.isEnd(f); f = this.pages.after(f)) {
        this.steps++;
        if (this.frames.isEvictable(f)) return f;
      }
    }
    return NONE;
  }

  state(frame: Frame): u32 {
    return this.pages.holds(frame) ? <u32>min<u64>(this.uses.get(this.bucket.get(frame)), u32.MAX_VALUE) : 0;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.pages.holds(frame) == resident;
  }

  private takeBucket(uses: u64): u32 {
    const b = this.chain.front(1);
    this.chain.remove(b);
    this.uses.set(b, uses);
    return b;
  }

  private enter(frame: Frame, bucket: u32): void {
    this.bucket.set(frame, bucket);
    this.pages.pushBack(bucket, frame);
  }

  private leave(frame: Frame): void {
    const b = this.bucket.get(frame);
    this.pages.remove(frame);
    if (!this.pages.isEmpty(b)) return;
    this.chain.remove(b);
    this.chain.pushFront(1, b);
  }
}
