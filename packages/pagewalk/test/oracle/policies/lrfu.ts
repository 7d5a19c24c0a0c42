/**
 * LRFU. Lee et al. 2001, doi 10.1109/TC.2001.970573: the combined recency and frequency of a page is the sum of (1/2)^(λ·age) over its touches;
 * the page with the smallest sum goes. Kept as Σ 2^(λ·t), in whole numbers of whatever size: n · 2^(e - 52) is a pair (e, n) with 2^52 ≤ n < 2^53,
 * cut off to that length after each addition, as docs/policies/lrfu.md says.
 */
import type { World } from '../policy.ts';
import { byAll, InOrder } from './in-order.ts';

interface Sum {
  readonly e: number;
  readonly n: bigint;
}

export class Lrfu extends InOrder {
  private readonly halfLife: number;
  private readonly sum = new Map<number, Sum>();
  private readonly touches = new Map<number, number>();
  private readonly last = new Map<number, number>();

  constructor(world: World, halfLife: number) {
    super(world);
    this.halfLife = halfLife;
  }

  override onLoad(frame: number): void {
    this.touches.set(frame, 1);
    this.last.set(frame, this.world.now());
    if (this.halfLife > 0) this.sum.set(frame, weight(this.world.now(), this.halfLife));
  }

  override onHit(frame: number): void {
    this.touches.set(frame, (this.touches.get(frame) as number) + 1);
    this.last.set(frame, this.world.now());
    if (this.halfLife > 0)
      this.sum.set(frame, add(this.sum.get(frame) as Sum, weight(this.world.now(), this.halfLife)));
  }

  override onEvict(frame: number): void {
    for (const column of [this.sum, this.touches, this.last]) column.delete(frame);
  }

  victim(): number {
    const of = (column: Map<number, number>) => (frame: number) => column.get(frame) as number;
    const bySum = byAll<number>(
      (frame) => this.sum.get(frame)?.e ?? 0,
      (frame) => Number(this.sum.get(frame)?.n ?? 0n),
      (frame) => frame,
    );
    const byTouches = byAll<number>(of(this.touches), of(this.last));
    return this.first([...this.last.keys()].toSorted(this.halfLife > 0 ? bySum : byTouches));
  }
}

const UNIT = 2 ** 52;

/** 2^(t / H), its fraction by two tables of 1024 steps. */
function weight(t: number, halfLife: number): Sum {
  const fraction = Math.floor(((t % halfLife) * 2 ** 20) / halfLife);
  const coarse = COARSE[Math.floor(fraction / 1024)] as number;
  const fine = FINE[fraction % 1024] as number;
  return { e: Math.floor(t / halfLife), n: BigInt(coarse * fine * UNIT) };
}

function add(sum: Sum, weight: Sum): Sum {
  const e = Math.max(sum.e, weight.e);
  const n = (sum.n >> BigInt(e - sum.e)) + (weight.n >> BigInt(e - weight.e));
  return n < BigInt(2 * UNIT) ? { e, n } : { e: e + 1, n: n >> 1n };
}

const COARSE = powers(rootOfTwo(10));
const FINE = powers(rootOfTwo(20));

function rootOfTwo(times: number): number {
  let root = 2;
  for (let i = 0; i < times; i++) root = Math.sqrt(root);
  return root;
}

/** 1, x, x², … by one multiplication each. */
function powers(x: number): number[] {
  const all = [1];
  while (all.length < 1024) all.push((all.at(-1) as number) * x);
  return all;
}
