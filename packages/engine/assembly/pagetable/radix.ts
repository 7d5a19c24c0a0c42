import { Column, column } from '../ds/column';
import { NONE64, Pte, Vpn } from '../types';
import { TableArena } from './table-arena';

export const PTE_PRESENT: u64 = 1;
export const PTE_WRITABLE: u64 = 1 << 1;
export const PTE_USER: u64 = 1 << 2;
export const PTE_ACCESSED: u64 = 1 << 5;
export const PTE_DIRTY: u64 = 1 << 6;
export const PTE_HUGE: u64 = 1 << 7;
export const PTE_GIGA: u64 = 1 << 8;
export const PTE_COW: u64 = 1 << 9;
export const PTE_SWAP: u64 = 1 << 10;
export const PTE_HINT: u64 = 1 << 11;
export const PTE_NX: u64 = (<u64>1) << 63;
export const PTE_TARGET: u64 = 12;

/** A table of at most this many index bits is one piece of host memory; a wider one (a flat table, say) is made of pieces. */
const PIECE_BITS: u32 = 10;
const MAX_STEPS: u32 = 16;

/**
 * Radix page tables of 1–5 levels, the shape of every process's table. The index bits of a page number are dealt evenly over the levels,
 * the lowest levels taking what is left over (48-bit addresses, 4 KiB pages, 4 levels: 9+9+9+9).
 *
 * A level of the modelled machine is one or several *steps* of host memory: a flat table of 2^36 entries is accounted with its 512 GiB and
 * costs one memory reference, but only its touched pieces exist. An entry of an inner step is `address of the next piece << 12 | 1`.
 * Tables are made on the first fault below them and kept until the process ends (Linux: until munmap).
 */
export class RadixShape {
  levels: u32;
  steps: u32 = 0;
  /** Per step: bits of the page number below its index, mask of the index, level, and whether it is the first step of that level. */
  shift: Column<u32>;
  mask: Column<u64>;
  level: Column<u32>;
  opens: Column<u32>;
  /** Per level: its first step, and the bytes of one table. */
  firstStep: Column<u32>;
  tableBytes: Column<u64>;
  /** Host bytes of one piece of every step: the most that mapping one page can take. */
  pathBytes: u32 = 0;
  /** Index bits of every step if all have the same, else 0; and the bits below the index of the first step. */
  private evenBits: u32 = 0;
  private topShift: u32 = 0;
  /** Four steps of nine bits. */
  private isX86: bool = false;
  /** Bits of a page number that index anything. */
  pageMask: u64;
  private arena: TableArena;

  constructor(levels: u32, indexBits: u32, arena: TableArena) {
    this.levels = levels;
    this.pageMask = ((<u64>1) << indexBits) - 1;
    this.arena = arena;
    this.shift = column<u32>(MAX_STEPS);
    this.mask = column<u64>(MAX_STEPS);
    this.level = column<u32>(MAX_STEPS);
    this.opens = column<u32>(MAX_STEPS);
    this.firstStep = column<u32>(levels + 1);
    this.tableBytes = column<u64>(levels);
    let below = indexBits;
    for (let l: u32 = 0; l < levels; l++) {
      let bits = indexBits / levels + u32(l >= levels - (indexBits % levels));
      this.tableBytes.set(l, (<u64>8) << bits);
      this.firstStep.set(l, this.steps);
      let pieces = (bits + PIECE_BITS - 1) / PIECE_BITS;
      this.opens.set(this.steps, 1);
      while (pieces > 0) {
        const b = bits / pieces;
        below -= b;
        this.shift.set(this.steps, below);
        this.mask.set(this.steps, ((<u64>1) << b) - 1);
        this.level.set(this.steps, l);
        this.pathBytes += 8 << b;
        this.steps++;
        bits -= b;
        pieces--;
      }
    }
    this.firstStep.set(levels, this.steps);
    this.topShift = this.shift.get(0);
    if (indexBits % this.steps == 0) this.evenBits = indexBits / this.steps;
    for (let s: u32 = 0; s < this.steps; s++) if (this.mask.get(s) + 1 != (<u64>1) << this.evenBits) this.evenBits = 0;
    this.isX86 = this.evenBits == 9 && this.steps == 4;
  }

  /** A new piece for a step, zeroed; its memory is reserved. */
  newPiece(step: u32): usize {
    return this.arena.need((<u32>this.mask.get(step) + 1) * 8);
  }

  /** Address of the entry of `page` in a piece of this step. */
  @inline
  entryAt(piece: usize, step: u32, page: Vpn): usize {
    return piece + ((<usize>((page >> this.shift.get(step)) & this.mask.get(step))) << 3);
  }

  /** Index of `page` in the modelled table of a level. */
  indexIn(level: u32, page: Vpn): u32 {
    const last = this.firstStep.get(level + 1) - 1;
    const below = this.shift.get(last);
    return <u32>((page >> below) & ((this.tableBytes.get(level) >> 3) - 1));
  }

  /** Bits of a page number below one entry of a level. */
  bitsBelow(level: u32): u32 {
    return this.shift.get(this.firstStep.get(level + 1) - 1);
  }

  /** Address of the leaf PTE, or 0 when a table on the way is missing. Nothing is counted. */
  @inline
  leaf(root: usize, page: Vpn): usize {
    let piece = root;
    if (this.isX86) return leafOfX86(root, page);
    if (this.evenBits != 0) {
      const bits = this.evenBits;
      const mask = ((<usize>1) << bits) - 1;
      for (let below = this.topShift; below > 0; below -= bits) {
        const entry = load<Pte>(piece + ((<usize>(page >> below) & mask) << 3));
        if (entry == 0) return 0;
        piece = <usize>(entry >> PTE_TARGET);
      }
      return piece + ((<usize>page & mask) << 3);
    }
    const last = this.steps - 1;
    for (let s: u32 = 0; s < last; s++) {
      const entry = load<Pte>(this.entryAt(piece, s, page));
      if (entry == 0) return 0;
      piece = <usize>(entry >> PTE_TARGET);
    }
    return this.entryAt(piece, last, page);
  }

  /** The first page at or after `page` with a PTE that is not zero, or NONE64. `page` is within `pageMask`. */
  nextMapped(root: usize, page: Vpn): Vpn {
    return this.nextIn(root, 0, page);
  }

  private nextIn(piece: usize, step: u32, page: Vpn): Vpn {
    const shift = this.shift.get(step);
    const mask = this.mask.get(step);
    const above = page & ~((mask << shift) | (((<u64>1) << shift) - 1));
    let from = page;
    for (let i = (page >> shift) & mask; i <= mask; i++) {
      const entry = load<Pte>(piece + ((<usize>i) << 3));
      if (entry != 0) {
        if (step == this.steps - 1) return above | (i << shift);
        const found = this.nextIn(<usize>(entry >> PTE_TARGET), step + 1, from);
        if (found != NONE64) return found;
      }
      from = above | ((i + 1) << shift);
    }
    return NONE64;
  }
}

/** The leaf PTE in four steps of nine bits, the shape of nearly every machine, with its shifts as constants. */
function leafOfX86(root: usize, page: Vpn): usize {
  let entry = load<Pte>(root + ((<usize>(page >> 27) & 511) << 3));
  if (entry == 0) return 0;
  entry = load<Pte>(<usize>(entry >> PTE_TARGET) + ((<usize>(page >> 18) & 511) << 3));
  if (entry == 0) return 0;
  entry = load<Pte>(<usize>(entry >> PTE_TARGET) + ((<usize>(page >> 9) & 511) << 3));
  return entry == 0 ? 0 : <usize>(entry >> PTE_TARGET) + ((<usize>page & 511) << 3);
}
