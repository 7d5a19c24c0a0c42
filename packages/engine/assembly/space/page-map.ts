import { C_TABLE_BYTES, C_TABLE_NODES } from '../gen/counters';
import { PTE_HUGE, PTE_PRESENT, PTE_TARGET, RadixShape } from '../pagetable/radix';
import { TableArena } from '../pagetable/table-arena';
import { Processes } from '../space/processes';
import { Asid, NONE64, Pte, Vpn } from '../types';

/** log2 of the pages of the next size class in those of one. */
export const CLASS_BITS: u32 = 9;

/** Base pages of a large page of class `k`. */
export function pagesOf(k: u32): u64 {
  return (<u64>1) << (k * CLASS_BITS);
}

/**
 * The operating system's map of every process: which frame or slot each page is in. It is the radix table, with one entry per base page:
 * a large page is 512 or 512² entries that say so. For the tables that the modelled machine would have, bit 7 of an inner entry says that it has
 * none below, because the entry is a large leaf or was never more than that.
 */
export class PageMap {
  shape: RadixShape;
  /** Most bytes of tables at once, as far as tables have gone since; before any has, what there is now is the most. */
  peakBytes: u64 = 0;
  private arena: TableArena;
  private processes: Processes;
  /** Pages of one half of a canonical address space; 0 where there is one piece. */
  private signBit: u64;
  private signFill: u64;

  constructor(shape: RadixShape, arena: TableArena, processes: Processes, signFill: u64) {
    this.shape = shape;
    this.arena = arena;
    this.processes = processes;
    this.signFill = signFill;
    this.signBit = signFill != 0 ? (shape.pageMask >> 1) + 1 : 0;
  }

  /** Address of the leaf PTE; 0 if there is no table for it. */
  leaf(process: Asid, page: Vpn): usize {
    return this.shape.leaf(this.processes.root.get(process), page);
  }

  pte(process: Asid, page: Vpn): Pte {
    const leaf = this.leaf(process, page);
    return leaf == 0 ? 0 : load<Pte>(leaf);
  }

  /** Address of the leaf PTE, with the tables that it takes. */
  make(process: Asid, page: Vpn): usize {
    const shape = this.shape;
    if (!this.arena.reserve(shape.pathBytes)) unreachable();
    const last = shape.steps - 1;
    let piece = this.processes.root.get(process);
    for (let s: u32 = 0; s < last; s++) {
      const at = shape.entryAt(piece, s, page);
      let entry = load<Pte>(at);
      if (entry == 0) {
        entry = ((<u64>shape.newPiece(s + 1)) << PTE_TARGET) | PTE_PRESENT;
        store<Pte>(at, entry);
        if (shape.opens.get(s + 1) != 0) this.count(process, shape.level.get(s + 1), 1);
      }
      piece = <usize>(entry >> PTE_TARGET);
    }
    return shape.entryAt(piece, last, page);
  }

  /** A small leaf is made at `page`: the modelled machine has all tables on its path. */
  needTables(process: Asid, page: Vpn): void {
    const shape = this.shape;
    if (shape.levels < 3) return;
    let piece = this.processes.root.get(process);
    for (let s: u32 = 0; s < shape.steps - 1; s++) {
      const at = shape.entryAt(piece, s, page);
      const entry = load<Pte>(at);
      if ((entry & PTE_HUGE) != 0) {
        store<Pte>(at, entry & ~PTE_HUGE);
        this.count(process, shape.level.get(s + 1), 1);
      }
      piece = <usize>(entry >> PTE_TARGET);
    }
  }

  /** A leaf of class k > 0 is made at `page`: the modelled machine has no tables below it, and all above. The tables here exist. */
  dropTables(process: Asid, page: Vpn, k: u32): void {
    const shape = this.shape;
    this.notePeak();
    const leafStep = shape.steps - 1 - k;
    let piece = this.processes.root.get(process);
    for (let s: u32 = 0; s < leafStep; s++) {
      const at = shape.entryAt(piece, s, page);
      const entry = load<Pte>(at);
      if ((entry & PTE_HUGE) != 0) {
        store<Pte>(at, entry & ~PTE_HUGE);
        this.count(process, shape.level.get(s + 1), 1);
      }
      piece = <usize>(entry >> PTE_TARGET);
    }
    this.dropBelow(process, shape.entryAt(piece, leafStep, page), leafStep);
  }

  private dropBelow(process: Asid, at: usize, step: u32): void {
    const entry = load<Pte>(at);
    if (entry == 0) return;
    const shape = this.shape;
    if ((entry & PTE_HUGE) == 0) {
      store<Pte>(at, entry | PTE_HUGE);
      this.count(process, shape.level.get(step + 1), -1);
    }
    if (step + 1 == shape.steps - 1) return;
    const piece = <usize>(entry >> PTE_TARGET);
    for (let i: u32 = 0; i <= <u32>shape.mask.get(step + 1); i++)
      this.dropBelow(process, piece + ((<usize>i) << 3), step + 1);
  }

  /**
   * The first page at or after `page` and below `end` with an entry that is not zero; NONE64 if there is none. The range lies in one half of a
   * canonical address space.
   */
  next(process: Asid, page: Vpn, end: Vpn): Vpn {
    if (page >= end) return NONE64;
    const mask = this.shape.pageMask;
    const found = this.shape.nextMapped(this.processes.root.get(process), page & mask);
    return found == NONE64 || found > ((end - 1) & mask) ? NONE64 : this.pageOf(found);
  }

  /** The first page of all at or after `page` with an entry that is not zero, lower half first. */
  nextOfAll(process: Asid, page: Vpn): Vpn {
    const found = this.shape.nextMapped(this.processes.root.get(process), page & this.shape.pageMask);
    return found == NONE64 ? NONE64 : this.pageOf(found);
  }

  /** The page after another in the order of `nextOfAll`; NONE64 after the last. */
  after(page: Vpn): Vpn {
    const mask = this.shape.pageMask;
    return (page & mask) == mask ? NONE64 : this.pageOf((page & mask) + 1);
  }

  pageOf(index: u64): Vpn {
    return (index & this.signBit) == 0 ? index : index | this.signFill;
  }

  /** Frees all tables of a process whose entries are all zero, but an empty root. */
  free(process: Asid): void {
    const shape = this.shape;
    this.notePeak();
    const root = this.processes.root.get(process);
    if (shape.steps > 1) this.freeBelow(root, 0);
    memory.fill(root, 0, (<usize>shape.mask.get(0) + 1) << 3);
    const block = this.processes.block(process);
    store<u64>(block + ((<usize>C_TABLE_NODES) << 3), 0);
    store<u64>(block + ((<usize>C_TABLE_BYTES) << 3), 0);
  }

  private freeBelow(piece: usize, step: u32): void {
    const shape = this.shape;
    for (let i: u32 = 0; i <= <u32>shape.mask.get(step); i++) {
      const entry = load<Pte>(piece + ((<usize>i) << 3));
      if (entry == 0) continue;
      const below = <usize>(entry >> PTE_TARGET);
      if (step + 1 < shape.steps - 1) this.freeBelow(below, step + 1);
      this.arena.give(below, (<u32>shape.mask.get(step + 1) + 1) << 3);
    }
  }

  private notePeak(): void {
    let bytes: u64 = 0;
    for (let p: u32 = 0; p < this.processes.count; p++) bytes += this.processes.get(p, C_TABLE_BYTES);
    if (bytes > this.peakBytes) this.peakBytes = bytes;
  }

  /** Memory for a while. */
  need(bytes: u32): usize {
    return this.arena.need(bytes);
  }

  giveBack(at: usize, bytes: u32): void {
    this.arena.give(at, bytes);
  }

  private count(process: Asid, level: u32, sign: i64): void {
    this.processes.add64(process, C_TABLE_NODES, sign);
    this.processes.add64(process, C_TABLE_BYTES, this.shape.tableBytes.get(level) * sign);
  }
}
