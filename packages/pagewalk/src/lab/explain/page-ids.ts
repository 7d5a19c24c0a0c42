/**
 * Small numbers for pages: 0, 1, 2 … in the order of their first mention, so that what is known of each can lie in columns. Open
 * addressing with linear probing, doubled at two thirds.
 */
const KEY_WORDS = 3;
const FREE = -1;

export class PageIds {
  /** Low half of the page, high half, pid; by id. */
  private keys = new Uint32Array(KEY_WORDS * 1024);
  private slots = new Int32Array(2048).fill(FREE);
  private used = 0;

  get count(): number {
    return this.used;
  }

  /** The number of a page, a new one if it has none. */
  of(low: number, high: number, pid: number): number {
    const slot = this.find(low, high, pid);
    const known = this.slots[slot] as number;
    if (known !== FREE) return known;
    if ((this.used + 1) * KEY_WORDS > this.keys.length) {
      const keys = new Uint32Array(this.keys.length * 2);
      keys.set(this.keys);
      this.keys = keys;
    }
    const id = this.used++;
    this.keys.set([low, high, pid], id * KEY_WORDS);
    this.slots[slot] = id;
    if (this.used * 3 > this.slots.length * 2) this.grow();
    return id;
  }

  /** The number of a page, or -1. */
  known(low: number, high: number, pid: number): number {
    return this.slots[this.find(low, high, pid)] as number;
  }

  pageOf(id: number): bigint {
    const at = id * KEY_WORDS;
    return (BigInt(this.keys[at + 1] as number) << 32n) | BigInt(this.keys[at] as number);
  }

  pidOf(id: number): number {
    return this.keys[id * KEY_WORDS + 2] as number;
  }

  private find(low: number, high: number, pid: number): number {
    const { keys, slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash(low, high, pid) & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot] as number;
      if (id === FREE) return slot;
      const at = id * KEY_WORDS;
      if (keys[at] === low && keys[at + 1] === high && keys[at + 2] === pid) return slot;
    }
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(FREE);
    for (let id = 0; id < this.used; id++) {
      const at = id * KEY_WORDS;
      const [low, high, pid] = [this.keys[at], this.keys[at + 1], this.keys[at + 2]] as [number, number, number];
      this.slots[this.find(low, high, pid)] = id;
    }
  }
}

/** A page number as the two halves that the tables hold. */
export const halves = (page: bigint): [number, number] => [Number(page & 0xffff_ffffn), Number(page >> 32n)];

function hash(low: number, high: number, pid: number): number {
  let mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b) ^ Math.imul(pid, 0xc2b2ae35), 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
  return mixed ^ (mixed >>> 13);
}
