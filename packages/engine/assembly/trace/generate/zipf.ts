import { Generator, OWN, PAGES, parameter, within } from './generator';
import { Stream } from './stream';

/**
 * Zipf: the page of rank k is drawn with probability proportional to k^-exponent, in constant time whatever the number of pages, by
 * rejection-inversion: Hörmann and Derflinger 1996, doi 10.1145/235025.235029. H is the integral of the hat x^-exponent; nearly every
 * draw is taken at the first comparison. `Math` is compiled in, not the host's, so all hosts draw alike. A fixed permutation
 * spreads the ranks over the address space.
 */
export class Zipf extends Generator {
  private stream: Stream;
  private pages: u64 = parameter(PAGES);
  private exponent: f64 = reinterpret<f64>(parameter(OWN));
  private atFirst: f64 = 0;
  private atLast: f64 = 0;
  private sure: f64 = 0;
  /** Of the power of two the permutation works on. */
  private half: u64 = 0;
  private mask: u64 = 0;

  constructor(stream: Stream) {
    super();
    this.stream = stream;
    this.atFirst = this.integral(1.5) - 1;
    this.atLast = this.integral(<f64>this.pages + 0.5);
    this.sure = 2 - this.inverse(this.integral(2.5) - this.hat(2));
    const bits = max<u64>(64 - clz(this.pages - 1), 2);
    this.mask = ((<u64>1) << bits) - 1;
    this.half = (bits + 1) >> 1;
  }

  next(_process: u32): u64 {
    return within(this.placeOf(this.rank() - 1), this.stream);
  }

  /** 1 … pages. */
  private rank(): u64 {
    const last = <f64>this.pages;
    let u: f64;
    let x: f64;
    let k: f64;
    do {
      u = this.atLast + this.stream.unit() * (this.atFirst - this.atLast);
      x = this.inverse(u);
      k = max<f64>(min<f64>(Math.floor(x + 0.5), last), 1);
    } while (k - x > this.sure && u < this.integral(k + 0.5) - this.hat(k));
    return <u64>k;
  }

  private hat(x: f64): f64 {
    return Math.exp(-this.exponent * Math.log(x));
  }

  private integral(x: f64): f64 {
    const log = Math.log(x);
    return expm1Ratio((1 - this.exponent) * log) * log;
  }

  private inverse(y: f64): f64 {
    // Rounding can carry the argument of the logarithm below its pole.
    const t = max<f64>(y * (1 - this.exponent), -1);
    return Math.exp(log1pRatio(t) * y);
  }

  /** Steps of multiplication and shift, each a permutation of the power of two, repeated until the value is a page. */
  private placeOf(rank: u64): u64 {
    let v = rank;
    do {
      v = (v * 0x9e3779b97f4a7c15) & this.mask;
      v ^= v >> this.half;
      v = (v * 0xd1342543de82ef95) & this.mask;
      v ^= v >> this.half;
    } while (v >= this.pages);
    return v;
  }
}

/** log(1 + x) / x, by its series near 0. */
function log1pRatio(x: f64): f64 {
  return abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x * (0.5 - x * (1.0 / 3 - 0.25 * x));
}

/** (exp(x) - 1) / x, by its series near 0. */
function expm1Ratio(x: f64): f64 {
  return abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x * 0.5 * (1 + (x / 3) * (1 + 0.25 * x));
}
