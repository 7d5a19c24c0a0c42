import { NONE, NONE64 } from '../types';
import { Column, column } from './column';
import { HashIndex } from './hash-index';
import { Lists } from './lists';

/**
 * Pages that are remembered after they left memory, in a few lists, each page in one of them at most. An item is the place that a page
 * has while it is remembered, 0 … capacity - 1, so that a policy may keep columns of its own beside it. Whoever adds a page makes room first.
 */
export class GhostLists {
  capacity: u32;
  private items: HashIndex;
  /** List `lists` holds the unused items. */
  private order: Lists;
  private lists: u32;
  private page: Column<u64>;
  private list: Column<u8>;
  private sizes: Column<u32>;

  constructor(capacity: u32, lists: u32) {
    const order = new Lists(capacity, lists + 1);
    for (let i: u32 = 0; i < capacity; i++) order.pushBack(lists, i);
    this.capacity = capacity;
    this.lists = lists;
    this.items = new HashIndex(capacity);
    this.order = order;
    this.page = column<u64>(capacity);
    this.list = column<u8>(capacity);
    this.sizes = column<u32>(lists);
  }

  /** The item of a page, or NONE; NOWHERE is never remembered. */
  find(page: u64): u32 {
    if (page == NONE64) return NONE;
    const place = this.items.find(page);
    return place == NONE ? NONE : <u32>this.items.valueAt(place);
  }

  pageOf(item: u32): u64 {
    return this.page.get(item);
  }

  listOf(item: u32): u32 {
    return this.list.get(item);
  }

  size(list: u32): u32 {
    return this.sizes.get(list);
  }

  /** Pages in all lists. */
  get total(): u32 {
    return this.items.size;
  }

  /**
   * Remembers a page; there is room for it. One that is remembered already begins anew: two frames may have held the page by the same
   * name, when one of two processes that shared it got its own copy.
   */
  pushFront(list: u32, page: u64): u32 {
    const item = this.take(list, page);
    this.order.pushFront(list, item);
    return item;
  }

  pushBack(list: u32, page: u64): u32 {
    const item = this.take(list, page);
    this.order.pushBack(list, item);
    return item;
  }

  /** The page of an item moves to the front of a list. */
  moveToFront(list: u32, item: u32): void {
    this.order.remove(item);
    this.enter(list, item);
    this.order.pushFront(list, item);
  }

  moveToBack(list: u32, item: u32): void {
    this.order.remove(item);
    this.enter(list, item);
    this.order.pushBack(list, item);
  }

  /** Forgets the page of an item. */
  remove(item: u32): void {
    const list = this.list.get(item);
    this.sizes.set(list, this.sizes.get(list) - 1);
    this.items.remove(this.page.get(item));
    this.order.remove(item);
    this.order.pushBack(this.lists, item);
  }

  /** Forgets the page at the back of a list that is not empty. */
  removeBack(list: u32): void {
    this.remove(this.order.back(list));
  }

  front(list: u32): u32 {
    return this.order.front(list);
  }

  back(list: u32): u32 {
    return this.order.back(list);
  }

  /** The item behind `item`; `isEnd` after the last. */
  after(item: u32): u32 {
    return this.order.after(item);
  }

  before(item: u32): u32 {
    return this.order.before(item);
  }

  isEnd(item: u32): bool {
    return this.order.isEnd(item);
  }

  isEmpty(list: u32): bool {
    return this.sizes.get(list) == 0;
  }

  private take(list: u32, page: u64): u32 {
    const old = this.find(page);
    if (old != NONE) this.remove(old);
    const item = this.order.front(this.lists);
    this.order.remove(item);
    this.items.set(page, item);
    this.page.set(item, page);
    this.list.set(item, <u8>list);
    this.sizes.set(list, this.sizes.get(list) + 1);
    return item;
  }

  private enter(list: u32, item: u32): void {
    const old = this.list.get(item);
    this.sizes.set(old, this.sizes.get(old) - 1);
    this.sizes.set(list, this.sizes.get(list) + 1);
    this.list.set(item, <u8>list);
  }
}
