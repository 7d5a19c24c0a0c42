import { Column, column } from '../ds/column';
import { Frame, PageKey } from '../types';
import { PolicyContext } from './policy';
import { Ranked } from './ranked';

/** Bits of a sum behind the point. */
const POINT: u64 = 52;
const ONE: u64 = (<u64>1) << POINT;
/** A half-life is divided in 2^20 parts: two tables of 2^10 powers. */
const PART_BITS: u64 = 20;
const TABLE: u32 = 1024;

/**
 * A touch is worth 2^(-age / half_life), and the page with the smallest sum goes: LFU for an endless half-life (0), LRU for 1. All sums
 * fade alike, so their order is that of the sums of 2^(time / half_life), which change at a touch only. Such a sum is n · 2^(e - 52),
 * 2^52 <= n < 2^53, and the key is (e, n): whole numbers, equal on every host. λ of the paper is 1 / half_life; its
 * correlated references are left out. Lee, Choi, Kim, Noh, Min, Cho, Kim 2001, doi 10.1109/TC.2001.970573.
 */
export class Lrfu extends Ranked {
  private halfLife: u64;
  /** 2^(i / 1024) and 2^(i / 2^20). */
  private coarse: Column<f64>;
  private fine: Column<f64>;

  constructor(context: PolicyContext) {
    super(context);
    this.halfLife = context.params.get(0);
    this.coarse = powersOfRoot(10);
    this.fine = powersOfRoot(20);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const now = this.time.now;
    if (this.halfLife == 0) this.ranks.add(frame, 1, now);
    else this.ranks.add(frame, now / this.halfLife, this.weight(now));
  }

  onHit(frame: Frame): void {
    const now = this.time.now;
    let e = this.ranks.first(frame);
    if (this.halfLife == 0) {
      this.ranks.raise(frame, e + 1, now);
      return;
    }
    let n = this.ranks.second(frame);
    const q = now / this.halfLife;
    if (q >= e) {
      n = scaled(n, q - e) + this.weight(now);
      e = q;
    } else {
      n += scaled(this.weight(now), e - q);
    }
    if (n >= ONE * 2) {
      n >>= 1;
      e++;
    }
    this.ranks.raise(frame, e, n);
  }

  onCold(frame: Frame): void {
    this.ranks.remove(frame);
    this.ranks.add(frame, 0, 0);
  }

  /** 2^(time mod half_life / half_life), of which 52 bits lie behind the point. */
  private weight(time: u64): u64 {
    const part = <u32>(((time % this.halfLife) << PART_BITS) / this.halfLife);
    return <u64>(this.coarse.get(part / TABLE) * this.fine.get(part % TABLE) * <f64>ONE);
  }
}

/** n · 2^-bits, rounded down. */
function scaled(n: u64, bits: u64): u64 {
  return bits > POINT ? 0 : n >> bits;
}

/** The first powers of 2 after some square roots, each from the one before. */
function powersOfRoot(roots: u32): Column<f64> {
  let root: f64 = 2;
  for (let i: u32 = 0; i < roots; i++) root = sqrt(root);
  const powers = column<f64>(TABLE);
  let power: f64 = 1;
  for (let i: u32 = 0; i < TABLE; i++) {
    powers.set(i, power);
    power *= root;
  }
  return powers;
}
