/**
 * W-TinyLFU. Einziger, Friedman, Manes 2017, doi 10.1145/3149371: a small LRU window in front of an SLRU; what leaves the window is admitted to the
 * other part if it was touched more often, as far as a sketch remembers, than what it would displace there.
 */
import { NONE, type World } from '../policy.ts';
import { InOrder, without } from './in-order.ts';

export class WTinyLfu extends InOrder {
  /** The latest use in front. */
  private window: number[] = [];
  private probationary: number[] = [];
  private safe: number[] = [];
  private readonly page = new Map<number, string>();
  private readonly mostInWindow: number;
  private readonly mostSafe: number;
  private readonly sketch: Sketch;

  constructor(world: World, window: number, percent: number, sample: number, doorkeeper: number) {
    super(world);
    const count = this.frames.length;
    this.mostInWindow = Math.max(1, Math.floor((count * window) / 100));
    this.mostSafe = Math.floor(((count - this.mostInWindow) * percent) / 100);
    this.sketch = new Sketch(count, sample * count, doorkeeper === 1);
  }

  override onLoad(frame: number, page: string): void {
    this.page.set(frame, page);
    this.window.unshift(frame);
    while (this.window.length > this.mostInWindow) this.probationary.unshift(this.window.pop() as number);
    this.sketch.record(this.keyIn(frame));
  }

  override onHit(frame: number): void {
    const inWindow = this.window.includes(frame);
    this.onEvict(frame);
    if (inWindow) this.window.unshift(frame);
    else this.safe.unshift(frame);
    while (this.safe.length > this.mostSafe) this.probationary.unshift(this.safe.pop() as number);
    this.sketch.record(this.keyIn(frame));
  }

  override onEvict(frame: number): void {
    this.window = without(this.window, frame);
    this.probationary = without(this.probationary, frame);
    this.safe = without(this.safe, frame);
  }

  victim(): number {
    const candidate = this.first(this.window.toReversed());
    const incumbent = this.first([...this.probationary.toReversed(), ...this.safe.toReversed()]);
    if (candidate === NONE) return incumbent;
    if (incumbent === NONE) return candidate;
    const estimate = (frame: number) => this.sketch.estimate(this.keyIn(frame));
    return estimate(candidate) > estimate(incumbent) ? incumbent : candidate;
  }

  private keyIn(frame: number): bigint {
    return this.world.keyOf(this.page.get(frame) as string);
  }
}

/** Counters of 4 bits in four rows, halved when `sample` touches are recorded; with a doorkeeper, first touches only set three bits. */
class Sketch {
  private rows: number[][];
  private bits: boolean[] | undefined;
  private readonly sample: number;
  private recorded = 0;

  constructor(frames: number, sample: number, doorkeeper: boolean) {
    this.sample = sample;
    this.rows = Array.from({ length: 4 }, () => new Array<number>(powerOfTwo(16, 4 * frames)).fill(0));
    if (doorkeeper) this.bits = new Array<boolean>(powerOfTwo(64, 8 * sample)).fill(false);
  }

  record(key: bigint): void {
    const fresh = this.bitsOf(key).filter((place) => !this.bits?.[place]);
    for (const place of fresh) (this.bits as boolean[])[place] = true;
    if (fresh.length === 0) {
      for (const [row, place] of this.countersOf(key)) row[place] = Math.min(15, (row[place] as number) + 1);
    }
    this.recorded++;
    if (this.recorded === this.sample) this.halve();
  }

  estimate(key: bigint): number {
    const least = Math.min(...this.countersOf(key).map(([row, place]) => row[place] as number));
    const known = this.bits?.length && this.bitsOf(key).every((place) => this.bits?.[place]);
    return known ? least + 1 : least;
  }

  private halve(): void {
    this.rows = this.rows.map((row) => row.map((count) => Math.floor(count / 2)));
    this.bits = this.bits?.map(() => false);
    this.recorded = Math.floor(this.recorded / 2);
  }

  private countersOf(key: bigint): [number[], number][] {
    return this.rows.map((row, i) => [row, place(key, i, row.length)]);
  }

  private bitsOf(key: bigint): number[] {
    const length = this.bits?.length;
    return length === undefined ? [] : [4, 5, 6].map((i) => place(key, i, length));
  }
}

const MASK = (1n << 64n) - 1n;

function place(key: bigint, i: number, places: number): number {
  let z = key;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  const hash = z ^ (z >> 31n);
  const [a, b] = [hash & 0xffff_ffffn, (hash >> 32n) | 1n];
  return Number((a + BigInt(i) * b) % BigInt(places));
}

function powerOfTwo(...least: number[]): number {
  let power = 1;
  while (power < Math.max(...least)) power *= 2;
  return power;
}
