/**
 * What is known of pairs of numbers: two others each. Open addressing with linear probing, doubled at two thirds; what it grows out of is not
 * freed, which at most doubles it. A place is valid until the next `add`.
 *
 *   @0  u64 key    @8  u64 tag + 1, 0 if the place is free    @16 u64 first    @24 u64 second
 */
const PLACE_BYTES: usize = 32;

export class Known {
  size: usize = 0;
  private table: usize = 0;
  private mask: usize = 0;

  constructor(places: usize) {
    this.allot(places);
  }

  /** Place of the pair, or 0. */
  find(key: u64, tag: u64): usize {
    const place = this.placeOf(key, tag);
    return load<u64>(place, 8) == 0 ? 0 : place;
  }

  /** Place of the pair, whose numbers are 0 if it is new. */
  add(key: u64, tag: u64): usize {
    if ((this.size + 1) * 3 > (this.mask + 1) * 2) this.grow();
    const place = this.placeOf(key, tag);
    if (load<u64>(place, 8) == 0) {
      this.size++;
      store<u64>(place, key);
      store<u64>(place, tag + 1, 8);
    }
    return place;
  }

  /** For going through all: the first place at or behind `from` that is taken, from 0 on; 0 behind the last. */
  next(from: usize): usize {
    const end = this.table + (this.mask + 1) * PLACE_BYTES;
    for (let place = from == 0 ? this.table : from + PLACE_BYTES; place < end; place += PLACE_BYTES) {
      if (load<u64>(place, 8) != 0) return place;
    }
    return 0;
  }

  private placeOf(key: u64, tag: u64): usize {
    let hash = (key ^ rotl<u64>(tag, 40)) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
    let index = <usize>hash & this.mask;
    let place = this.table + index * PLACE_BYTES;
    for (let held = load<u64>(place, 8); held != 0; held = load<u64>(place, 8)) {
      if (held == tag + 1 && load<u64>(place) == key) break;
      index = (index + 1) & this.mask;
      place = this.table + index * PLACE_BYTES;
    }
    return place;
  }

  /** Memory is 0 where nothing was, and nothing is ever freed. */
  private allot(places: usize): void {
    this.table = heap.alloc(places * PLACE_BYTES);
    this.mask = places - 1;
  }

  private grow(): void {
    const old = this.table;
    const end = old + (this.mask + 1) * PLACE_BYTES;
    this.allot((this.mask + 1) * 2);
    for (let from = old; from < end; from += PLACE_BYTES) {
      const tag = load<u64>(from, 8);
      if (tag != 0) memory.copy(this.placeOf(load<u64>(from), tag - 1), from, PLACE_BYTES);
    }
  }
}
