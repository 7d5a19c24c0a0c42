/** Random numbers of 32 bits, the same on every host: sfc32 (Doty-Humphrey 2010, PractRand), seeded with 64 bits. */
export class Random {
  private a: number;
  private b: number;
  private c = 0x9e3779b9;
  private counter = 1;

  constructor(seed: bigint) {
    this.a = Number(BigInt.asUintN(32, seed)) | 0;
    this.b = Number(BigInt.asUintN(32, seed >> 32n)) | 0;
    for (let round = 0; round < 12; round++) this.bits();
  }

  bits(): number {
    const result = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** 0 … `end` - 1, for `end` up to 2^32. */
  below(end: number): number {
    return Math.floor((this.bits() / 2 ** 32) * end);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.bits() / 2 ** 32 < probability;
  }

  /** Low numbers below `end` more often than high ones. */
  skewed(end: number): number {
    const share = this.bits() / 2 ** 32;
    return Math.floor(share * share * end);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}
