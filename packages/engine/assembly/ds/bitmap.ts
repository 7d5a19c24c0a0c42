import { NONE } from '../types';
import { Column, column } from './column';

/** Fixed-length bitmap, 64 bits a word. */
export class Bitmap {
  private words: Column<u64>;
  private length: u32;

  constructor(length: u32) {
    this.length = length;
    this.words = column<u64>((length + 63) / 64);
  }

  get(index: u32): bool {
    return ((this.words.get(index >> 6) >> (index & 63)) & 1) != 0;
  }

  set(index: u32): void {
    this.words.set(index >> 6, this.words.get(index >> 6) | ((<u64>1) << (index & 63)));
  }

  clear(index: u32): void {
    this.words.set(index >> 6, this.words.get(index >> 6) & ~((<u64>1) << (index & 63)));
  }

  clearAll(): void {
    memory.fill(this.words.at(0), 0, ((<usize>this.length + 63) / 64) * 8);
  }

  /** First clear bit at or after `start`, wrapping once; NONE if all are set. */
  nextClear(start: u32): u32 {
    const found = this.clearIn(start, this.length);
    return found != NONE ? found : this.clearIn(0, start);
  }

  private clearIn(from: u32, to: u32): u32 {
    let i = from;
    while (i < to) {
      const free = ~this.words.get(i >> 6) >> (i & 63);
      if (free != 0) {
        const found = i + <u32>ctz(free);
        return found < to ? found : NONE;
      }
      i = (i | 63) + 1;
    }
    return NONE;
  }
}
