/**
 * For each (pid, page) a place in the trace: open addressing with linear probing over typed arrays, 64-bit pages as two halves so that
 * nothing is allocated per page. It doubles at two thirds.
 */
const KEY_WORDS = 3;
const NO_PLACE = -1;

export class PageMap {
  /** Low half of the page, high half, pid + 1; all zero is free. */
  private keys: Uint32Array;
  private places: Float64Array;
  private mask: number;
  private used = 0;

  constructor(capacity = 1024) {
    const size = 2 ** Math.ceil(Math.log2(capacity));
    this.keys = new Uint32Array(size * KEY_WORDS);
    this.places = new Float64Array(size);
    this.mask = size - 1;
  }

  get size(): number {
    return this.used;
  }

  /** Puts `place` down for the page and returns the one before it, or -1. */
  exchange(low: number, high: number, pid: number, place: number): number {
    const { keys, places } = this;
    const slot = this.find(low, high, pid + 1);
    const key = slot * KEY_WORDS;
    const before = keys[key + 2] === 0 ? NO_PLACE : places[slot]!;
    places[slot] = place;
    if (before !== NO_PLACE) return before;
    keys[key] = low;
    keys[key + 1] = high;
    keys[key + 2] = pid + 1;
    if (++this.used * 3 > this.mask * 2) this.grow();
    return NO_PLACE;
  }

  private find(low: number, high: number, tag: number): number {
    const { keys, mask } = this;
    let hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b) ^ Math.imul(tag, 0xc2b2ae35), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (;;) {
      const key = slot * KEY_WORDS;
      const held = keys[key + 2];
      if (held === 0 || (held === tag && keys[key] === low && keys[key + 1] === high)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const { keys, places } = this;
    const size = places.length * 2;
    this.keys = new Uint32Array(size * KEY_WORDS);
    this.places = new Float64Array(size);
    this.mask = size - 1;
    for (let old = 0; old < places.length; old++) {
      const from = old * KEY_WORDS;
      if (keys[from + 2] === 0) continue;
      const slot = this.find(keys[from]!, keys[from + 1]!, keys[from + 2]!);
      this.keys.set(keys.subarray(from, from + KEY_WORDS), slot * KEY_WORDS);
      this.places[slot] = places[old]!;
    }
  }
}
