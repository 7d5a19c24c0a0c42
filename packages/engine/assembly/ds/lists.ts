import { Column, columnOfNone } from './column';

/**
 * Intrusive doubly linked lists over the items 0 … items-1: each item is in one list at most, and list operations move no memory.
 * Every list is a ring through a sentinel of its own (index items + list), so no operation has a special case for the ends.
 * An item's two links lie side by side, one cache line for both.
 */
export class Lists {
  /** next of item i at 2i, previous at 2i + 1. */
  private links: Column<u32>;
  private items: u32;

  constructor(items: u32, lists: u32) {
    this.items = items;
    const links = columnOfNone<u32>((items + lists) * 2);
    this.links = links;
    for (let s = items; s < items + lists; s++) {
      links.set(s * 2, s);
      links.set(s * 2 + 1, s);
    }
  }

  /** Items that there are, in lists or not. */
  get capacity(): u32 {
    return this.items;
  }

  /** First item, or the sentinel of the list when it is empty. */
  front(list: u32): u32 {
    return this.next(this.items + list);
  }

  back(list: u32): u32 {
    return this.prev(this.items + list);
  }

  /** The item after `item`; the sentinel (>= items) after the last one. */
  after(item: u32): u32 {
    return this.next(item);
  }

  before(item: u32): u32 {
    return this.prev(item);
  }

  isEmpty(list: u32): bool {
    return this.front(list) >= this.items;
  }

  isEnd(item: u32): bool {
    return item >= this.items;
  }

  /** Whether the item is in any list. */
  holds(item: u32): bool {
    return this.next(item) != u32.MAX_VALUE;
  }

  pushFront(list: u32, item: u32): void {
    this.link(this.items + list, item);
  }

  pushBack(list: u32, item: u32): void {
    this.link(this.prev(this.items + list), item);
  }

  /** Puts `item`, which is in no list, behind `place`, an item of a list. */
  insertAfter(place: u32, item: u32): void {
    this.link(place, item);
  }

  remove(item: u32): void {
    const n = this.next(item);
    const p = this.prev(item);
    this.setNext(p, n);
    this.setPrev(n, p);
    this.setNext(item, u32.MAX_VALUE);
  }

  @inline
  moveToFront(list: u32, item: u32): void {
    const head = this.items + list;
    const first = this.next(head);
    if (first == item) return;
    const n = this.next(item);
    const p = this.prev(item);
    this.setNext(p, n);
    this.setPrev(n, p);
    this.setNext(item, first);
    this.setPrev(item, head);
    this.setPrev(first, item);
    this.setNext(head, item);
  }

  private link(place: u32, item: u32): void {
    const n = this.next(place);
    this.setNext(item, n);
    this.setPrev(item, place);
    this.setPrev(n, item);
    this.setNext(place, item);
  }

  private next(item: u32): u32 {
    return this.links.get(item * 2);
  }

  private prev(item: u32): u32 {
    return this.links.get(item * 2 + 1);
  }

  private setNext(item: u32, to: u32): void {
    this.links.set(item * 2, to);
  }

  private setPrev(item: u32, to: u32): void {
    this.links.set(item * 2 + 1, to);
  }
}
