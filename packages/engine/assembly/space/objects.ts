import { Column } from '../ds/column';
import { GrowingMap } from '../ds/growing-map';
import { Pool } from '../ds/pool';
import { TableArena } from '../pagetable/table-arena';
import { Frame, NONE, NONE64, Slot } from '../types';

/** Ids from here on are of objects without a name: shared anonymous memory. */
const UNNAMED: u32 = 0x80_0000;
const INDEX_BITS: u64 = 40;
/** In a value of the page map: the low half is a slot and no frame. */
const IN_SWAP: u64 = 1 << 32;

/** A file, or a shared memory object. */
export class MemoryObject {
  /** Pages it has; all ones: without end. */
  pages: u64;
  /** Regions that map it. */
  attachments: u32;
  isFile: bool;
  removed: bool;
}

/**
 * Files and shared memory objects, and the page cache: where each of their pages is. A page of a file that is not in it is in the file; a
 * page of a shared memory object is then either in a swap slot, which the object owns, or was never written.
 */
export class Objects {
  private byId: GrowingMap;
  private pages: GrowingMap;
  private pool: Pool;
  private nextUnnamed: u32 = UNNAMED;

  constructor(arena: TableArena) {
    this.byId = new GrowingMap(arena);
    this.pages = new GrowingMap(arena);
    this.pool = new Pool(arena, 24);
  }

  exists(id: u32): bool {
    return this.byId.has(id);
  }

  get(id: u32): MemoryObject {
    return changetype<MemoryObject>(<usize>this.byId.get(id));
  }

  create(id: u32, isFile: bool, pages: u64): MemoryObject {
    const at = this.pool.take();
    const object = changetype<MemoryObject>(at);
    object.isFile = isFile;
    object.pages = pages;
    this.byId.set(id, at);
    return object;
  }

  /** Id of a new object for shared anonymous memory; it goes with its last attachment. */
  createUnnamed(pages: u64): u32 {
    const id = this.nextUnnamed++;
    this.create(id, false, pages).removed = true;
    return id;
  }

  drop(id: u32): void {
    this.pool.give(<usize>this.byId.get(id));
    this.byId.remove(id);
  }

  keyOf(id: u32, index: u64): u64 {
    return ((<u64>id) << INDEX_BITS) | index;
  }

  idOf(key: u64): u32 {
    return <u32>(key >> INDEX_BITS);
  }

  indexOf(key: u64): u64 {
    return key & (((<u64>1) << INDEX_BITS) - 1);
  }

  /** The frame of a page that is in memory, else NONE. */
  frameOf(key: u64): Frame {
    const value = this.pages.get(key);
    return value == NONE64 || (value & IN_SWAP) != 0 ? NONE : <Frame>value;
  }

  /** The slot of a page that is in swap and not in memory, else NONE. */
  slotOf(key: u64): Slot {
    const value = this.pages.get(key);
    return value == NONE64 || (value & IN_SWAP) == 0 ? NONE : <Slot>value;
  }

  setFrame(key: u64, frame: Frame): void {
    this.pages.set(key, frame);
  }

  setSlot(key: u64, slot: Slot): void {
    this.pages.set(key, IN_SWAP | <u64>slot);
  }

  forgetPage(key: u64): void {
    this.pages.remove(key);
  }

  /** Pages known: for scans with `keyAt`, whose places move when a page is forgotten. */
  get places(): u32 {
    return this.pages.places;
  }

  keyAt(place: u32): u64 {
    return this.pages.keyAt(place);
  }

  /** How many pages of an object are in the map at or after `from`; their keys go to `out` if it is not 0. */
  collect(id: u32, from: u64, out: usize): u32 {
    let found: u32 = 0;
    for (let p: u32 = 0; p < this.pages.places; p++) {
      const key = this.pages.keyAt(p);
      if (key == NONE64 || this.idOf(key) != id || this.indexOf(key) < from) continue;
      if (out != 0) changetype<Column<u64>>(out).set(found, key);
      found++;
    }
    return found;
  }

  /** For views: objects by place in their map. */
  get objectPlaces(): u32 {
    return this.byId.places;
  }

  idAt(place: u32): u64 {
    return this.byId.keyAt(place);
  }
}
