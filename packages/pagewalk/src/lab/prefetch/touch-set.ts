/** A growing set of touches, by their virtual time, as a bitmap: a bit per touch of the run. */
export class TouchSet {
  private words = new Uint32Array(1024);
  size = 0;

  add(time: number): void {
    const at = Math.floor(time / 32);
    if (at >= this.words.length) this.grow(at);
    const bit = 1 << (time % 32);
    const word = this.words[at] ?? 0;
    if ((word & bit) !== 0) return;
    this.words[at] = word | bit;
    this.size += 1;
  }

  /** How many are in this set and not in the other. */
  countWithout(other: TouchSet): number {
    let count = 0;
    for (const [at, word] of this.words.entries()) count += bitsOf(word & ~(other.words[at] ?? 0));
    return count;
  }

  private grow(at: number): void {
    const words = new Uint32Array(Math.max(this.words.length * 2, at + 1));
    words.set(this.words);
    this.words = words;
  }
}

/** Hacker's Delight, 5-1. */
function bitsOf(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
