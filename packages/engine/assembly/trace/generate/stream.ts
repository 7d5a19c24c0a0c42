/**
 * 64-bit linear congruential generator (Knuth's MMIX constants; the C program's). The seed is the first state. Only the upper half of a
 * state is used: the lower bits of such a generator have short periods.
 */
export class Stream {
  private state: u64;

  constructor(seed: u64) {
    this.state = seed;
  }

  /** 32 random bits. */
  bits(): u64 {
    this.state = this.state * 6364136223846793005 + 1442695040888963407;
    return this.state >> 32;
  }

  /** Uniform in 0 … n-1. */
  below(n: u64): u64 {
    if (n <= 0x1_0000_0000) return (this.bits() * n) >> 32;
    const high = this.bits() << 32;
    return (high | this.bits()) % n;
  }

  /** Uniform in [0, 1), 53 bits. */
  unit(): f64 {
    this.state = this.state * 6364136223846793005 + 1442695040888963407;
    return <f64>(this.state >> 11) * (1.0 / 9007199254740992.0);
  }
}
