/** What LeCaR and CACHEUS share: chance, the exponential, and what is remembered of an expert's mistakes. */
import { SplitMix64 } from '../random.ts';

/** The exponential of -x as docs/policies/lecar.md has it: the same double on every host. */
export function decay(x: number): number {
  if (x > 32) return 0;
  const y = x / 1024;
  let power = 1;
  for (const k of [5, 4, 3, 2, 1]) power = 1 + (y / k) * power;
  for (let squaring = 0; squaring < 10; squaring++) power = power * power;
  return 1 / power;
}

/** A weight after one of the two experts was wrong: `factor` is what is left of the weight of that one. */
export function reweighted(weight: number, factor: number, firstWasWrong: boolean): number {
  const first = firstWasWrong ? weight * factor : weight;
  const second = firstWasWrong ? 1 - weight : (1 - weight) * factor;
  return Math.min(0.99, Math.max(0.01, first / (first + second)));
}

export class Dice {
  private readonly numbers: SplitMix64;

  constructor(seed: bigint) {
    this.numbers = new SplitMix64(seed);
  }

  /** From 0 to 1, 1 excluded. */
  fraction(): number {
    return Number(this.numbers.next() >> 11n) * 2 ** -53;
  }
}

export interface Remembered {
  readonly page: string;
  readonly uses: number;
  /** Number of the access in which it left. */
  readonly at: number;
  readonly isNew: boolean;
}

/** Pages that left on the word of one expert, the oldest first. */
export class History {
  private readonly limit: number;
  private entries: Remembered[] = [];

  constructor(frames: number, percent: number) {
    this.limit = Math.max(1, Math.floor((frames * percent) / 100));
  }

  find(page: string): Remembered | undefined {
    return this.entries.find((entry) => entry.page === page);
  }

  forget(page: string): void {
    this.entries = this.entries.filter((entry) => entry.page !== page);
  }

  get newPages(): number {
    return this.entries.filter(({ isNew }) => isNew).length;
  }

  /** The page that is wanted has as good as left already: it does not count, and it is not forgotten. */
  enter(entry: Remembered, wanted: string | null): void {
    const others = this.entries.filter(({ page }) => page !== wanted);
    while (others.length >= this.limit) this.forget((others.shift() as Remembered).page);
    this.entries.push(entry);
  }
}
