/**
 * A time series of the counters: one row each time `every` more accesses are done (at the end of the record that reaches them) and one
 * for the rest. Columns, so that a plot takes them as they are. Growing counters give what the interval added, gauges how things stood
 * at its end. A long run does not outgrow memory: at MAX_ROWS rows, neighbours are merged and `every` doubles.
 */
import { COUNTERS, type CounterName } from '@pagewalk/engine/catalog';
import { type Counters, GAUGES } from './counters.ts';

export const MAX_ROWS = 32_768;

export interface Intervals {
  /** Accesses in a row; more than asked for if rows had to be merged. */
  readonly every: number;
  /** Accesses done at the end of each row. */
  readonly accesses_end: readonly number[];
  /** Simulated time that each row took. */
  readonly time_ns: readonly number[];
  readonly counters: Readonly<Record<CounterName, readonly number[]>>;
}

export interface Sample {
  readonly counters: Counters;
  readonly total_ns: number;
}

const NAMES = COUNTERS.map((row) => row.name as CounterName);

export class IntervalRecorder {
  private every: number;
  private last: Sample;
  private readonly start: number;
  private end: number[] = [];
  private time: number[] = [];
  private columns = Object.fromEntries(NAMES.map((name) => [name, [] as number[]])) as Record<CounterName, number[]>;

  constructor(every: number, now: Sample) {
    this.every = every;
    this.last = now;
    this.start = now.counters.accesses;
  }

  /** The count of accesses, since the recorder was made, at which the next row is due. */
  get due(): number {
    return (this.end.at(-1) ?? 0) + this.every;
  }

  record(now: Sample): void {
    const end = now.counters.accesses - this.start;
    if (end === (this.end.at(-1) ?? 0)) return;
    this.end.push(end);
    this.time.push(now.total_ns - this.last.total_ns);
    for (const name of NAMES) {
      const before = GAUGES.has(name) ? 0 : this.last.counters[name];
      this.columns[name].push(now.counters[name] - before);
    }
    this.last = now;
    if (this.end.length >= MAX_ROWS) this.merge();
  }

  take(): Intervals {
    return { every: this.every, accesses_end: this.end, time_ns: this.time, counters: this.columns };
  }

  private merge(): void {
    this.every *= 2;
    const second = (_: number, place: number): boolean => place % 2 === 1;
    const sums = (column: number[]): number[] =>
      column.filter(second).map((value, pair) => value + (column[pair * 2] as number));
    this.end = this.end.filter(second);
    this.time = sums(this.time);
    for (const name of NAMES) {
      this.columns[name] = GAUGES.has(name) ? this.columns[name].filter(second) : sums(this.columns[name]);
    }
  }
}
