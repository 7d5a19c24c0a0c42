import { Column, column } from './column';
import { Lists } from './lists';

/** Lists that know how long they are, and in which of them an item is. */
export class SizedLists {
  private order: Lists;
  private list: Column<u8>;
  private sizes: Column<u32>;

  constructor(items: u32, lists: u32) {
    this.order = new Lists(items, lists);
    this.list = column<u8>(items);
    this.sizes = column<u32>(lists);
  }

  size(list: u32): u32 {
    return this.sizes.get(list);
  }

  /** The list of an item that is in one. */
  listOf(item: u32): u32 {
    return this.list.get(item);
  }

  holds(item: u32): bool {
    return this.order.holds(item);
  }

  front(list: u32): u32 {
    return this.order.front(list);
  }

  back(list: u32): u32 {
    return this.order.back(list);
  }

  after(item: u32): u32 {
    return this.order.after(item);
  }

  before(item: u32): u32 {
    return this.order.before(item);
  }

  isEnd(item: u32): bool {
    return this.order.isEnd(item);
  }

  pushFront(list: u32, item: u32): void {
    this.enter(list, item);
    this.order.pushFront(list, item);
  }

  pushBack(list: u32, item: u32): void {
    this.enter(list, item);
    this.order.pushBack(list, item);
  }

  /** Puts `item`, which is in no list, behind `place`, an item of a list. */
  insertAfter(place: u32, item: u32): void {
    this.enter(this.list.get(place), item);
    this.order.insertAfter(place, item);
  }

  /** From whatever list it is in. */
  moveToFront(list: u32, item: u32): void {
    this.remove(item);
    this.pushFront(list, item);
  }

  moveToBack(list: u32, item: u32): void {
    this.remove(item);
    this.pushBack(list, item);
  }

  remove(item: u32): void {
    const list = this.list.get(item);
    this.sizes.set(list, this.sizes.get(list) - 1);
    this.order.remove(item);
  }

  private enter(list: u32, item: u32): void {
    this.list.set(item, <u8>list);
    this.sizes.set(list, this.sizes.get(list) + 1);
  }
}
