/** Counts of whole numbers from 1 on: exact below 128, in sixteen steps for each doubling above, so that nothing is off by more than 1/16. */
const EXACT = 128;
const EXACT_BITS = 7;
const STEPS = 16;

export class Histogram {
  count = 0;
  sum = 0;
  most = 0;
  private readonly buckets = new Float64Array(EXACT + (53 - EXACT_BITS) * STEPS);

  add(value: number): void {
    this.count++;
    this.sum += value;
    if (value > this.most) this.most = value;
    this.buckets[value < EXACT ? value : bucketOf(value)]!++;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** A number that this share of all are not above. */
  quantile(share: number): number {
    const target = share * this.count;
    let seen = 0;
    for (let bucket = 0; bucket < this.buckets.length; bucket++) {
      seen += this.buckets[bucket]!;
      if (seen > 0 && seen >= target) return Math.min(this.most, leastOf(bucket + 1) - 1);
    }
    return 0;
  }

  /** Counts by powers of two: 1, 2-3, 4-7 and so on, without empty ones at the end. */
  doublings(): { from: number; to: number; count: number }[] {
    const rows: { from: number; to: number; count: number }[] = [];
    for (let bucket = 1; bucket < this.buckets.length; bucket++) {
      const power = Math.floor(Math.log2(leastOf(bucket)));
      while (rows.length <= power) rows.push({ from: 2 ** rows.length, to: 2 ** (rows.length + 1) - 1, count: 0 });
      rows[power]!.count += this.buckets[bucket]!;
    }
    while (rows.at(-1)?.count === 0) rows.pop();
    return rows;
  }
}

function bucketOf(value: number): number {
  const power = Math.floor(Math.log2(value));
  return EXACT + (power - EXACT_BITS) * STEPS + Math.floor((value / 2 ** power - 1) * STEPS);
}

function leastOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const above = bucket - EXACT;
  const power = EXACT_BITS + Math.floor(above / STEPS);
  return 2 ** power * (1 + (above % STEPS) / STEPS);
}
