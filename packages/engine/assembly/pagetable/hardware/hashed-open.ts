import { Column, column } from '../../ds/column';
import { Pte } from '../../types';
import { TableArena } from '../table-arena';
import { bucketOf } from './hash';
import { HardwareTable } from './table';

/** A mapping: tag 8 bytes, PTE 8; a PTE of 0 is an empty entry. */
const ENTRY_BYTES: u32 = 16;

/**
 * Hashed page table with open addressing: the entries lie in the table itself, a lookup reads on from the key's home until it finds the key or
 * an empty entry. Deletion shifts entries back (Knuth, vol. 3, 6.4, algorithm R), so that no chain of probes is ever cut and no
 * tombstone is left. The table is doubled in one step when it would be more than three quarters full; with a number of entries that
 * was asked for, only when a single one is left, as a search must end somewhere.
 * Yaniv and Tsafrir, Hash, don't cache (the page table), SIGMETRICS 2016.
 */
export class HashedOpen extends HardwareTable {
  private entries: Column<u64>;
  private places: u32;
  private used: u32 = 0;
  private hash: u32;
  private grows: bool;
  private arena: TableArena;

  constructor(places: u32, hash: u32, grows: bool, arena: TableArena) {
    super(0);
    this.places = places;
    this.hash = hash;
    this.grows = grows;
    this.entries = column<u64>(places * 2);
    this.arena = arena;
  }

  count(): u32 {
    return this.used;
  }

  nodes(): u32 {
    return this.used;
  }

  buckets(): u32 {
    return this.places;
  }

  entryBytes(): u64 {
    return <u64>this.places * ENTRY_BYTES;
  }

  protected lookup(key: u64): Pte {
    return this.pteAt(this.placeOf(key));
  }

  protected put(key: u64, pte: Pte): bool {
    let place = this.placeOf(key);
    if (this.pteAt(place) == 0) {
      if (this.isFull()) {
        if (!this.arena.reserve(this.places * 2 * ENTRY_BYTES)) return false;
        this.resize(this.places * 2);
        place = this.placeOf(key);
      }
      this.used++;
    }
    this.write(place, key, pte);
    return true;
  }

  protected drop(key: u64): void {
    let hole = this.placeOf(key);
    if (this.pteAt(hole) == 0) return;
    this.used--;
    let place = hole;
    for (;;) {
      place = this.after(place);
      const pte = this.pteAt(place);
      if (pte == 0) break;
      // An entry may fill the hole unless its home lies after the hole (cyclically) on the way to where it stands.
      const tag = this.entries.get(place * 2);
      if (this.distance(this.homeOf(tag), place) < this.distance(hole, place)) continue;
      this.write(hole, tag, pte);
      hole = place;
    }
    this.write(hole, 0, 0);
  }

  /** The entry of a key, or the empty one where the search for it ended. Sets `read`. */
  private placeOf(key: u64): u32 {
    let read: u32 = 1;
    let place = this.homeOf(key);
    while (this.pteAt(place) != 0 && this.entries.get(place * 2) != key) {
      place = this.after(place);
      read++;
    }
    this.read = read;
    return place;
  }

  /** Whether one more entry would be one too many. */
  private isFull(): bool {
    const used = this.used + 1;
    return this.grows ? <u64>used * 4 > <u64>this.places * 3 : used >= this.places;
  }

  private resize(places: u32): void {
    const old = this.entries;
    const before = this.places;
    this.entries = changetype<Column<u64>>(this.arena.need(places * ENTRY_BYTES));
    this.places = places;
    this.resizes++;
    this.moves += this.used;
    for (let p: u32 = 0; p < before; p++) {
      const pte = old.get(p * 2 + 1);
      if (pte == 0) continue;
      const tag = old.get(p * 2);
      this.write(this.placeOf(tag), tag, pte);
    }
    this.arena.give(old.at(0), before * ENTRY_BYTES);
  }

  private pteAt(place: u32): Pte {
    return this.entries.get(place * 2 + 1);
  }

  private write(place: u32, tag: u64, pte: Pte): void {
    this.entries.set(place * 2, tag);
    this.entries.set(place * 2 + 1, pte);
  }

  private after(place: u32): u32 {
    return place + 1 == this.places ? 0 : place + 1;
  }

  /** Steps from one place on to another, around the end. */
  private distance(from: u32, to: u32): u32 {
    return to >= from ? to - from : to + this.places - from;
  }

  private homeOf(key: u64): u32 {
    return bucketOf(key, this.hash, this.places);
  }
}
