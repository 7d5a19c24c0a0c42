/**
 * What happened when, for a trace whose length nobody knows beforehand: up to so many columns of equally many accesses. When all are full,
 * neighbours are joined and each holds twice as many.
 */
export const COLUMNS = 1024;
const OPS = 3;

export class Timeline {
  /** Accesses in a column, and how many the present one still takes. */
  width = 1;
  left = 1;
  column = 0;
  /** Accesses by op. */
  readonly ops = new Float64Array(COLUMNS * OPS);
  /** Pages touched for the first time; estimated where the table of pages is. */
  readonly firsts = new Float64Array(COLUMNS);
  readonly operations = new Map<string, Float64Array>();
  private readonly onFull: (column: number) => void;
  private readonly onJoin: () => void;

  /** `onFull` is called when a column is full, `onJoin` when columns 2n and 2n+1 have become column n. */
  constructor(onFull: (column: number) => void, onJoin: () => void) {
    this.onFull = onFull;
    this.onJoin = onJoin;
  }

  /** Columns with an access in them. */
  get columns(): number {
    return this.column + (this.left < this.width ? 1 : 0);
  }

  /** The column is full. */
  advance(): void {
    this.onFull(this.column);
    this.column++;
    if (this.column === COLUMNS) {
      this.column /= 2;
      this.width *= 2;
      joinColumns(this.ops, 0, OPS);
      joinColumns(this.firsts, 0, 1);
      for (const counts of this.operations.values()) joinColumns(counts, 0, 1);
      this.onJoin();
    }
    this.left = this.width;
  }

  operation(name: string): void {
    let counts = this.operations.get(name);
    if (!counts) {
      counts = new Float64Array(COLUMNS);
      this.operations.set(name, counts);
    }
    counts[this.column]!++;
  }
}

/** Joins the columns of one row of `each` numbers a column, beginning at `from`. */
export function joinColumns(numbers: Float64Array | Uint32Array, from: number, each: number): void {
  for (let column = 0; column < COLUMNS / 2; column++) {
    const left = from + 2 * column * each;
    for (let place = 0; place < each; place++) {
      numbers[from + column * each + place] = numbers[left + place]! + numbers[left + each + place]!;
    }
  }
  numbers.fill(0, from + (COLUMNS / 2) * each, from + COLUMNS * each);
}
