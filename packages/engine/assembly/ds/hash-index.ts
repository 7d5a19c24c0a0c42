import { NONE, NONE64 } from '../types';
import { Column, column, columnOfNone } from './column';

/**
 * Map from a u64 key (any but all ones) to a u64, of fixed capacity: open addressing with linear probing, multiplicative hashing
 * (Knuth, vol. 3, 6.4), and deletion by shifting back, so that no tombstones pile up.
 */
export class HashIndex {
  private keys: Column<u64>;
  private values: Column<u64>;
  private mask: u32;
  private shift: u64;
  size: u32 = 0;

  constructor(capacity: u32) {
    let bits: u64 = 4;
    while ((<u64>1) << bits < <u64>capacity * 2) bits++;
    const places = <u32>((<u64>1) << bits);
    this.keys = columnOfNone<u64>(places);
    this.values = column<u64>(places);
    this.mask = places - 1;
    this.shift = 64 - bits;
  }

  /** Place of the key for `valueAt`, or NONE. */
  find(key: u64): u32 {
    let i = this.home(key);
    let k = this.keys.get(i);
    while (k != key && k != NONE64) {
      i = (i + 1) & this.mask;
      k = this.keys.get(i);
    }
    return k == key ? i : NONE;
  }

  valueAt(place: u32): u64 {
    return this.values.get(place);
  }

  /** Places to look at with `keyAt`: 0 … places - 1. */
  get places(): u32 {
    return this.mask + 1;
  }

  /** The key at a place, all ones if there is none. */
  keyAt(place: u32): u64 {
    return this.keys.get(place);
  }

  set(key: u64, value: u64): void {
    let i = this.home(key);
    for (;;) {
      const k = this.keys.get(i);
      if (k == key) break;
      if (k == NONE64) {
        this.keys.set(i, key);
        this.size++;
        break;
      }
      i = (i + 1) & this.mask;
    }
    this.values.set(i, value);
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
      // A key may fill the hole unless its home lies after the hole (cyclically) on the way to where it stands.
      if (((i - this.home(k)) & this.mask) < ((i - hole) & this.mask)) continue;
      this.keys.set(hole, k);
      this.values.set(hole, this.values.get(i));
      hole = i;
    }
    this.keys.set(hole, NONE64);
  }

  private home(key: u64): u32 {
    return <u32>((key * 0x9e3779b97f4a7c15) >> this.shift);
  }
}
