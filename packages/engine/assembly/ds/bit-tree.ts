import { NONE } from '../types';
import { Column } from './column';

const MOST_LEVELS: u32 = 6;

/**
 * A set of small integers that finds its next member fast: a bitmap with a summary of it above, one bit per 64-bit word, a summary of
 * that above, and so on to a single word. `next` reads two words a level at most; the tree of 2^24 bits has four.
 */
export class BitTree {
  private length: u32;
  private levels: u32 = 0;
  /** Per level, from the bits up: number of words, and the words. */
  private counts: StaticArray<u32>;
  private words: StaticArray<usize>;

  /** Of the members 0 … length-1; it has no memory before `open`. */
  constructor(length: u32) {
    this.length = length;
    this.counts = new StaticArray<u32>(MOST_LEVELS);
    this.words = new StaticArray<usize>(MOST_LEVELS);
    let bits = length;
    do {
      bits = <u32>((<u64>bits + 63) >> 6);
      this.counts[this.levels++] = bits;
    } while (bits > 1);
  }

  /** Bytes that `open` needs. */
  bytes(): u32 {
    let words: u32 = 0;
    for (let l: u32 = 0; l < this.levels; l++) words += this.counts[l];
    return words * 8;
  }

  /** Starts as the empty set in `bytes` zeroed bytes at `base`. */
  open(base: usize): void {
    let at = base;
    for (let l: u32 = 0; l < this.levels; l++) {
      this.words[l] = at;
      at += (<usize>this.counts[l]) << 3;
    }
  }

  has(member: u32): bool {
    if (member >= this.length) return false;
    return ((this.level(0).get(member >> 6) >> (member & 63)) & 1) != 0;
  }

  add(member: u32): void {
    let i = member;
    for (let l: u32 = 0; l < this.levels; l++) {
      const words = this.level(l);
      const before = words.get(i >> 6);
      words.set(i >> 6, before | ((<u64>1) << (i & 63)));
      if (before != 0) return;
      i >>= 6;
    }
  }

  remove(member: u32): void {
    let i = member;
    for (let l: u32 = 0; l < this.levels; l++) {
      const words = this.level(l);
      const after = words.get(i >> 6) & ~((<u64>1) << (i & 63));
      words.set(i >> 6, after);
      if (after != 0) return;
      i >>= 6;
    }
  }

  /** The smallest member that is not below `from`, or NONE. */
  next(from: u32): u32 {
    if (from >= this.length) return NONE;
    let i = from;
    for (let l: u32 = 0; l < this.levels; l++) {
      if (i >> 6 >= this.counts[l]) return NONE;
      const rest = this.level(l).get(i >> 6) >> (i & 63);
      if (rest != 0) return this.first(i + <u32>ctz(rest), l);
      i = (i >> 6) + 1;
    }
    return NONE;
  }

  /** The smallest member below bit `i` of a level. */
  private first(i: u32, level: u32): u32 {
    let at = i;
    for (let l = level; l > 0; l--) at = (at << 6) + <u32>ctz(this.level(l - 1).get(at));
    return at;
  }

  @inline
  private level(l: u32): Column<u64> {
    return changetype<Column<u64>>(this.words[l]);
  }
}
