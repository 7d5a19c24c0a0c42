import { Column } from '../ds/column';
import { GrowingMap } from '../ds/growing-map';
import { TableArena } from '../pagetable/table-arena';
import { NONE64 } from '../types';

/**
 * What every process must read where memory can be shared, without any paging: per private page of a process, and per page of an object, the
 * stamp of the last write. A private page that was never written to is a view of its object's page, or zero.
 */
export class SpaceOracle {
  private arena: TableArena;
  /** By TLB tag: pages that belong to one process. */
  private own: GrowingMap;
  /** By key of space/objects.ts. */
  private shared: GrowingMap;
  /** Pages of `own` whose contents may vanish (madvise free). */
  private lazy: GrowingMap;
  private last: u64 = 0;
  /** The processes of a fork that is under way, as tags without page bits. */
  private parent: u64 = NONE64;
  private child: u64 = NONE64;

  constructor(arena: TableArena) {
    this.arena = arena;
    this.own = new GrowingMap(arena);
    this.shared = new GrowingMap(arena);
    this.lazy = new GrowingMap(arena);
  }

  /** Takes over from the oracle of a machine without sharing: its stamps are below `last`. */
  adopt(tag: u64, stamp: u64, last: u64): void {
    if (stamp != 0) this.own.set(tag, stamp);
    this.last = last;
  }

  /** `object` is the key of the page that a shared mapping writes to, all ones for a private page. */
  write(tag: u64, object: u64): u64 {
    this.last++;
    if (object != NONE64) this.shared.set(object, this.last);
    else {
      this.own.set(tag, this.last);
      this.lazy.remove(tag);
    }
    return this.last;
  }

  /** A process has got a page of its own of what an object shows it, without having written to it. */
  keep(tag: u64, object: u64): void {
    if (!this.own.has(tag)) this.own.set(tag, this.expected(tag, object, false));
  }

  /** `object` is the page that the mapping shows, shared or private; all ones for anonymous memory. */
  expected(tag: u64, object: u64, isPrivate: bool): u64 {
    if (isPrivate) {
      const stamp = this.own.get(tag);
      if (stamp != NONE64) return stamp;
    }
    const stamp = object == NONE64 ? NONE64 : this.shared.get(object);
    return stamp == NONE64 ? 0 : stamp;
  }

  /** The child will have what the parent has; both tags without their page bits. Copying may take pages from memory: see `lose`. */
  beginFork(parent: u64, child: u64): void {
    this.copyAll(this.own, parent, child);
    this.copyAll(this.lazy, parent, child);
    this.parent = parent;
    this.child = child;
  }

  endFork(): void {
    this.parent = NONE64;
  }

  /** The child of a fork has got a copy of its own, whose contents stay. */
  copied(tag: u64): void {
    this.lazy.remove(tag);
  }

  private copyAll(map: GrowingMap, parent: u64, child: u64): void {
    const keys = this.collect(map, parent, parent | PAGE_BITS);
    for (let i: u32 = 0; i < this.collected; i++) {
      const key = keys.get(i);
      map.set((key & PAGE_BITS) | child, map.get(key));
    }
    this.giveBack(keys);
  }

  /** Private pages of the tags from … to (inclusive) are gone. */
  drop(from: u64, to: u64): void {
    if (to - from < 64) {
      for (let tag = from; tag <= to; tag++) this.dropOne(tag);
      return;
    }
    const keys = this.collect(this.own, from, to);
    for (let i: u32 = 0; i < this.collected; i++) this.dropOne(keys.get(i));
    this.giveBack(keys);
  }

  dropOne(tag: u64): void {
    this.own.remove(tag);
    this.lazy.remove(tag);
  }

  /** A private page has moved to another address. */
  move(from: u64, to: u64): void {
    const stamp = this.own.get(from);
    if (stamp != NONE64) this.own.set(to, stamp);
    if (this.lazy.has(from)) this.lazy.set(to, 1);
    this.dropOne(from);
  }

  /** The contents of a private page may vanish from now on. */
  allowLoss(tag: u64): void {
    if (this.own.has(tag)) this.lazy.set(tag, 1);
  }

  /** The contents have vanished, which is right only if they were allowed to. A child that has not got them yet will not. */
  lose(tag: u64): void {
    if (!this.lazy.has(tag)) return;
    this.dropOne(tag);
    if ((tag & ~PAGE_BITS) == this.parent) this.lose((tag & PAGE_BITS) | this.child);
  }

  /** Pages of an object from the key on, up to the last of the object, are gone. */
  dropObject(from: u64, to: u64): void {
    const keys = this.collect(this.shared, from, to);
    for (let i: u32 = 0; i < this.collected; i++) this.shared.remove(keys.get(i));
    this.giveBack(keys);
  }

  private collected: u32 = 0;
  private collectedBytes: u32 = 0;

  private collect(map: GrowingMap, from: u64, to: u64): Column<u64> {
    let bytes: u32 = 64;
    while (bytes < map.size * 8) bytes <<= 1;
    const keys = changetype<Column<u64>>(this.arena.need(bytes));
    let found: u32 = 0;
    for (let p: u32 = 0; p < map.places; p++) {
      const key = map.keyAt(p);
      if (key == NONE64 || key < from || key > to) continue;
      keys.set(found++, key);
    }
    this.collected = found;
    this.collectedBytes = bytes;
    return keys;
  }

  private giveBack(keys: Column<u64>): void {
    this.arena.give(keys.at(0), this.collectedBytes);
  }
}

const PAGE_BITS: u64 = 0x1_ffff_ffff_ffff;
