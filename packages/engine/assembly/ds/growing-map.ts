import { TableArena } from '../pagetable/table-arena';
import { NONE, NONE64 } from '../types';
import { Column } from './column';

const FIRST_BITS: u32 = 6;

/**
 * Map from a u64 key (any but all ones) to a u64 that grows with its contents: open addressing as in HashIndex, doubled when it is more
 * than half full, in memory from the arena. Places are valid until the next `set` or `remove`.
 */
export class GrowingMap {
  size: u32 = 0;
  private arena: TableArena;
  private keys: Column<u64>;
  private values: Column<u64>;
  private bits: u32 = 0;
  private mask: u32 = 0;

  constructor(arena: TableArena) {
    this.arena = arena;
    this.keys = changetype<Column<u64>>(0);
    this.values = changetype<Column<u64>>(0);
  }

  /** Places to look at with `keyAt`: 0 … places - 1. */
  get places(): u32 {
    return this.bits == 0 ? 0 : this.mask + 1;
  }

  /** The key at a place, all ones if there is none. */
  keyAt(place: u32): u64 {
    return this.keys.get(place);
  }

  valueAt(place: u32): u64 {
    return this.values.get(place);
  }

  has(key: u64): bool {
    return this.find(key) != NONE;
  }

  /** The value of a key, all ones if there is none. */
  get(key: u64): u64 {
    const place = this.find(key);
    return place == NONE ? NONE64 : this.values.get(place);
  }

  find(key: u64): u32 {
    if (this.bits == 0) return NONE;
    let i = this.home(key);
    let k = this.keys.get(i);
    while (k != key && k != NONE64) {
      i = (i + 1) & this.mask;
      k = this.keys.get(i);
    }
    return k == key ? i : NONE;
  }

  /** Any key of the range, all ones if there is none. A search through all. */
  firstIn(from: u64, to: u64): u64 {
    for (let p: u32 = 0; p < this.places; p++) {
      const key = this.keys.get(p);
      if (key != NONE64 && key >= from && key <= to) return key;
    }
    return NONE64;
  }

  set(key: u64, value: u64): void {
    const place = this.find(key);
    if (place != NONE) {
      this.values.set(place, value);
      return;
    }
    if (this.bits == 0 || this.size * 2 >= this.mask) this.grow();
    this.insert(key, value);
    this.size++;
  }

  remove(key: u64): void {
    let hole = this.find(key);
    if (hole == NONE) return;
    this.size--;
    let i = hole;
    for (;;) {
      i = (i + 1) & this.mask;
      const k = this.keys.get(i);
      if (k == NONE64) break;
      if (((i - this.home(k)) & this.mask) < ((i - hole) & this.mask)) continue;
      this.keys.set(hole, k);
      this.values.set(hole, this.values.get(i));
      hole = i;
    }
    this.keys.set(hole, NONE64);
  }

  private insert(key: u64, value: u64): void {
    let i = this.home(key);
    while (this.keys.get(i) != NONE64) i = (i + 1) & this.mask;
    this.keys.set(i, key);
    this.values.set(i, value);
  }

  private grow(): void {
    const oldKeys = this.keys;
    const oldValues = this.values;
    const old = this.places;
    this.bits = this.bits == 0 ? FIRST_BITS : this.bits + 1;
    const places: u32 = 1 << this.bits;
    this.mask = places - 1;
    this.keys = changetype<Column<u64>>(this.arena.need(places * 8));
    this.values = changetype<Column<u64>>(this.arena.need(places * 8));
    memory.fill(this.keys.at(0), 0xff, <usize>places * 8);
    for (let i: u32 = 0; i < old; i++) {
      const key = oldKeys.get(i);
      if (key != NONE64) this.insert(key, oldValues.get(i));
    }
    if (old == 0) return;
    this.arena.give(oldKeys.at(0), old * 8);
    this.arena.give(oldValues.at(0), old * 8);
  }

  private home(key: u64): u32 {
    return <u32>((key * 0x9e3779b97f4a7c15) >> (64 - <u64>this.bits));
  }
}
