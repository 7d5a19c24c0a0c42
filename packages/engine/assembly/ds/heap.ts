import { NONE } from '../types';
import { Column, column, columnOfNone } from './column';

/**
 * Binary heap over the items 0 … items-1, the smallest key on top. A key is two numbers, compared one after the other; equal keys stand in
 * order of item, so that the order does not depend on how it came about. A key that rises costs nothing: the item stays where it stands,
 * under a key that is too small, and is moved when it comes to the top.
 */
export class Heap {
  private size: u32 = 0;
  /** By place: the item, and the key under which it stands. */
  private items: Column<u32>;
  private standing: Column<u64>;
  /** By item: its key, and its place (NONE: not in the heap). */
  private keys: Column<u64>;
  private place: Column<u32>;
  /** Items set aside by `pass`, from the last place down: there is one for each item. */
  private passed: u32 = 0;
  private capacity: u32;

  constructor(items: u32) {
    this.capacity = items;
    this.items = column<u32>(items);
    this.standing = column<u64>(items * 2);
    this.keys = column<u64>(items * 2);
    this.place = columnOfNone<u32>(items);
  }

  holds(item: u32): bool {
    return this.place.get(item) != NONE;
  }

  first(item: u32): u64 {
    return this.keys.get(item * 2);
  }

  second(item: u32): u64 {
    return this.keys.get(item * 2 + 1);
  }

  add(item: u32, first: u64, second: u64): void {
    this.setKey(item, first, second);
    this.up(this.size++, item, first, second);
  }

  /** Gives an item a key that is not below the one it has. */
  raise(item: u32, first: u64, second: u64): void {
    this.setKey(item, first, second);
  }

  remove(item: u32): void {
    const hole = this.place.get(item);
    this.place.set(item, NONE);
    const end = --this.size;
    if (hole == end) return;
    const last = this.items.get(end);
    const first = this.standing.get(end * 2);
    const second = this.standing.get(end * 2 + 1);
    if (hole > 0 && this.stands(last, first, second, (hole - 1) / 2)) this.up(hole, last, first, second);
    else this.down(hole, last, first, second);
  }

  /** The item with the smallest key, NONE if there is none. */
  top(): u32 {
    if (this.size == 0) return NONE;
    let item = this.items.get(0);
    while (this.standing.get(0) != this.first(item) || this.standing.get(1) != this.second(item)) {
      this.down(0, item, this.first(item), this.second(item));
      item = this.items.get(0);
    }
    return item;
  }

  /** Sets the top aside, so that the next one comes up, until `restore`. */
  pass(): void {
    const item = this.items.get(0);
    this.remove(item);
    this.passed++;
    this.items.set(this.capacity - this.passed, item);
  }

  /** Puts back what was set aside. */
  restore(): void {
    for (; this.passed > 0; this.passed--) {
      const item = this.items.get(this.capacity - this.passed);
      this.up(this.size++, item, this.first(item), this.second(item));
    }
  }

  private setKey(item: u32, first: u64, second: u64): void {
    this.keys.set(item * 2, first);
    this.keys.set(item * 2 + 1, second);
  }

  /** Whether an item belongs before the one that stands in a place. */
  private stands(item: u32, first: u64, second: u64, place: u32): bool {
    const otherFirst = this.standing.get(place * 2);
    if (first != otherFirst) return first < otherFirst;
    const otherSecond = this.standing.get(place * 2 + 1);
    if (second != otherSecond) return second < otherSecond;
    return item < this.items.get(place);
  }

  private put(place: u32, item: u32, first: u64, second: u64): void {
    this.items.set(place, item);
    this.standing.set(place * 2, first);
    this.standing.set(place * 2 + 1, second);
    this.place.set(item, place);
  }

  private move(from: u32, to: u32): void {
    this.put(to, this.items.get(from), this.standing.get(from * 2), this.standing.get(from * 2 + 1));
  }

  private up(start: u32, item: u32, first: u64, second: u64): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) / 2;
      if (!this.stands(item, first, second, parent)) break;
      this.move(parent, place);
      place = parent;
    }
    this.put(place, item, first, second);
  }

  private down(start: u32, item: u32, first: u64, second: u64): void {
    let place = start;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= this.size) break;
      const right = child + 1;
      if (
        right < this.size &&
        this.stands(this.items.get(right), this.standing.get(right * 2), this.standing.get(right * 2 + 1), child)
      )
        child = right;
      if (this.stands(item, first, second, child)) break;
      this.move(child, place);
      place = child;
    }
    this.put(place, item, first, second);
  }
}
