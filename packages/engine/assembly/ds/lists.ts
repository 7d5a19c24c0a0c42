import { Column, columnOfNone } from './column';

/**
 * Intrusive doubly linked lists over the items 0 … items-1: each item is in one list at most, and list operations move no memory.
 * Every list is a ring through a sentinel of its own (index items + list), so no operation has a special case for the ends.
 */
export class Lists {
  private next: Column<u32>;
  private prev: Column<u32>;
  private items: u32;

  constructor(items: u32, lists: u32) {
    this.items = items;
    this.next = columnOfNone<u32>(items + lists);
    this.prev = columnOfNone<u32>(items + lists);
    for (let s = items; s < items + lists; s++) {
      this.next.set(s, s);
      this.prev.set(s, s);
    }
  }

  /** First item, or the sentinel of the list when it is empty. */
  front(list: u32): u32 {
    return this.next.get(this.items + list);
  }

  back(list: u32): u32 {
    return this.prev.get(this.items + list);
  }

  /** The item after `item`; the sentinel (>= items) after the last one. */
  after(item: u32): u32 {
    return this.next.get(item);
  }

  before(item: u32): u32 {
    return this.prev.get(item);
  }

  isEmpty(list: u32): bool {
    return this.front(list) >= this.items;
  }

  isEnd(item: u32): bool {
    return item >= this.items;
  }

  /** Whether the item is in any list. */
  holds(item: u32): bool {
    return this.next.get(item) != u32.MAX_VALUE;
  }

  pushFront(list: u32, item: u32): void {
    this.link(this.items + list, item);
  }

  pushBack(list: u32, item: u32): void {
    this.link(this.prev.get(this.items + list), item);
  }

  /** Puts `item`, which is in no list, behind `place`, an item of a list. */
  insertAfter(place: u32, item: u32): void {
    this.link(place, item);
  }

  remove(item: u32): void {
    const n = this.next.get(item);
    const p = this.prev.get(item);
    this.next.set(p, n);
    this.prev.set(n, p);
    this.next.set(item, u32.MAX_VALUE);
  }

  moveToFront(list: u32, item: u32): void {
    const head = this.items + list;
    const first = this.next.get(head);
    if (first == item) return;
    const n = this.next.get(item);
    const p = this.prev.get(item);
    this.next.set(p, n);
    this.prev.set(n, p);
    this.next.set(item, first);
    this.prev.set(item, head);
    this.prev.set(first, item);
    this.next.set(head, item);
  }

  private link(place: u32, item: u32): void {
    const n = this.next.get(place);
    this.next.set(item, n);
    this.prev.set(item, place);
    this.prev.set(n, item);
    this.next.set(place, item);
  }
}
