import { NONE } from '../types';
import { Column, column } from './column';
import { Lists } from './lists';

/**
 * Items by how often each was used, the least used first; among equals the one used longest ago, or lately if `latestFirst`. Items of one count
 * form a list, and the lists in use are chained in order of count, so that one use more moves an item to the neighbouring list: O(1).
 * Shah, Mitra, Matani 2010, An O(1) algorithm for implementing the LFU cache eviction scheme.
 */
export class FrequencyLists {
  private latestFirst: bool;
  /** One list per bucket, a bucket for each count that occurs. */
  private items: Lists;
  /** List 0: buckets in use by ascending count; list 1: unused ones. There is one more bucket than items, for the move in between. */
  private chain: Lists;
  private bucket: Column<u32>;
  private counts: Column<u64>;

  constructor(items: u32, latestFirst: bool) {
    const buckets = items + 1;
    const chain = new Lists(buckets, 2);
    for (let b: u32 = 0; b < buckets; b++) chain.pushBack(1, b);
    this.latestFirst = latestFirst;
    this.items = new Lists(items, buckets);
    this.chain = chain;
    this.bucket = column<u32>(items);
    this.counts = column<u64>(buckets);
  }

  /** An item that was used `uses` times, now for the last time. Its place is looked for from the least used on. */
  add(item: u32, uses: u64): void {
    let b = this.chain.front(0);
    while (!this.chain.isEnd(b) && this.counts.get(b) < uses) b = this.chain.after(b);
    this.enter(item, this.bucketAt(b, uses));
  }

  /** An item that was used as often as `other`. */
  addBeside(other: u32, item: u32): void {
    this.enter(item, this.bucket.get(other));
  }

  /** The item was used once more. */
  use(item: u32): void {
    const old = this.bucket.get(item);
    const uses = this.counts.get(old) + 1;
    const next = this.chain.after(old);
    // The most used items are alone with their counts: such a bucket takes the new count.
    if (this.isAlone(item, old) && !this.isOf(next, uses)) {
      this.counts.set(old, uses);
      return;
    }
    const b = this.bucketAt(next, uses);
    this.remove(item);
    this.enter(item, b);
  }

  remove(item: u32): void {
    const b = this.bucket.get(item);
    this.items.remove(item);
    if (!this.items.isEmpty(b)) return;
    this.chain.remove(b);
    this.chain.pushFront(1, b);
  }

  usesOf(item: u32): u64 {
    return this.counts.get(this.bucket.get(item));
  }

  holds(item: u32): bool {
    return this.items.holds(item);
  }

  /** The first item in order, or NONE. */
  first(): u32 {
    return this.firstFrom(this.chain.front(0));
  }

  /** The item behind `item`, or NONE. */
  after(item: u32): u32 {
    const next = this.items.after(item);
    return this.items.isEnd(next) ? this.firstFrom(this.chain.after(this.bucket.get(item))) : next;
  }

  private firstFrom(bucket: u32): u32 {
    return this.chain.isEnd(bucket) ? NONE : this.items.front(bucket);
  }

  private isAlone(item: u32, bucket: u32): bool {
    return this.items.front(bucket) == item && this.items.back(bucket) == item;
  }

  private isOf(bucket: u32, uses: u64): bool {
    return !this.chain.isEnd(bucket) && this.counts.get(bucket) == uses;
  }

  /** The bucket of a count, which is `next` or belongs before it. */
  private bucketAt(next: u32, uses: u64): u32 {
    if (this.isOf(next, uses)) return next;
    const b = this.chain.front(1);
    this.chain.remove(b);
    this.chain.insertAfter(this.chain.before(next), b);
    this.counts.set(b, uses);
    return b;
  }

  private enter(item: u32, bucket: u32): void {
    this.bucket.set(item, bucket);
    if (this.latestFirst) this.items.pushFront(bucket, item);
    else this.items.pushBack(bucket, item);
  }
}
