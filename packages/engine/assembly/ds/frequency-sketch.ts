import { Column, column } from './column';

const ROWS: u32 = 4;
const HIGHEST: u64 = 15;
const DOORS: u32 = 3;

/**
 * Count-min sketch of four rows of 4-bit counters, 16 in a word; place p is bits 4·(p mod 16) of word p / 16. All are halved whenever `sample`
 * keys were recorded. With a doorkeeper the first time that a key is recorded only sets three bits of a Bloom filter, which is
 * cleared at the halving. Places come from one hash (SplitMix64's last step) by double hashing: low half + i · high half.
 * Cormode, Muthukrishnan 2005, doi 10.1016/j.jalgor.2003.12.001.
 */
export class FrequencySketch {
  private counters: Column<u64>;
  private words: u32;
  private mask: u32;
  private doors: Column<u64>;
  private doorWords: u32;
  private doorMask: u32;
  private sample: u64;
  private recorded: u64 = 0;

  /** `width`: counters of a row, at least; `sample`: records between halvings, twice the number that is left of them. */
  constructor(width: u32, sample: u64, hasDoorkeeper: bool) {
    const places = powerOfTwo(max<u64>(width, 16));
    this.mask = <u32>(places - 1);
    const words = <u32>((places * ROWS) >> 4);
    this.words = words;
    this.counters = column<u64>(words);
    const doors = powerOfTwo(max<u64>(sample * 8, 64));
    this.doorMask = <u32>(doors - 1);
    const doorWords = hasDoorkeeper ? <u32>(doors >> 6) : 0;
    this.doorWords = doorWords;
    this.doors = column<u64>(doorWords);
    this.sample = sample;
  }

  /** The hash under which a key is recorded. */
  static hash(key: u64): u64 {
    let z = key;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  record(hash: u64): void {
    if (this.doorWords == 0 || this.isKnown(hash)) this.count(hash);
    else this.admit(hash);
    if (++this.recorded == this.sample) this.halve();
  }

  estimate(hash: u64): u32 {
    let least = HIGHEST;
    for (let i: u32 = 0; i < ROWS; i++) {
      const p = this.place(hash, i);
      least = min(least, (this.counters.get(p >> 4) >> ((p & 15) << 2)) & HIGHEST);
    }
    return <u32>least + u32(this.doorWords != 0 && this.isKnown(hash));
  }

  private count(hash: u64): void {
    // Written out: a loop over the rows makes the whole run a fifth slower.
    this.increment(this.place(hash, 0));
    this.increment(this.place(hash, 1));
    this.increment(this.place(hash, 2));
    this.increment(this.place(hash, 3));
  }

  @inline
  private increment(place: u32): void {
    const word = this.counters.get(place >> 4);
    const one = (<u64>1) << ((place & 15) << 2);
    if ((word & (one * HIGHEST)) != one * HIGHEST) this.counters.set(place >> 4, word + one);
  }

  private halve(): void {
    for (let w: u32 = 0; w < this.words; w++) {
      this.counters.set(w, (this.counters.get(w) >> 1) & 0x7777777777777777);
    }
    this.doors.clear(this.doorWords);
    this.recorded >>= 1;
  }

  private isKnown(hash: u64): bool {
    for (let i = ROWS; i < ROWS + DOORS; i++) {
      const p = probe(hash, i) & this.doorMask;
      if (((this.doors.get(p >> 6) >> (p & 63)) & 1) == 0) return false;
    }
    return true;
  }

  private admit(hash: u64): void {
    for (let i = ROWS; i < ROWS + DOORS; i++) {
      const p = probe(hash, i) & this.doorMask;
      this.doors.set(p >> 6, this.doors.get(p >> 6) | ((<u64>1) << (p & 63)));
    }
  }

  /** Rows lie one behind the other. */
  @inline
  private place(hash: u64, row: u32): u32 {
    return (probe(hash, row) & this.mask) + row * (this.mask + 1);
  }
}

function probe(hash: u64, i: u32): u32 {
  return <u32>hash + i * (<u32>(hash >> 32) | 1);
}

function powerOfTwo(least: u64): u64 {
  let power: u64 = 1;
  while (power < least) power <<= 1;
  return power;
}
