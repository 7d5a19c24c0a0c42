/**
 * SplitMix64 (Steele, Lea, Flood 2014, doi 10.1145/2714064.2660195): 64 bits of state, equal streams on every host.
 */
export class Random {
  private state: u64;

  constructor(seed: u64) {
    this.state = seed;
  }

  next(): u64 {
    this.state += 0x9e3779b97f4a7c15;
    let z = this.state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /** Uniform in 0 … n-1, by multiplication instead of division. */
  below(n: u32): u32 {
    return <u32>(((this.next() >> 32) * <u64>n) >> 32);
  }
}
