/** What a run has counted so far: once for the whole machine and once for each process. */
import { COUNTERS, type CounterName } from '@pagewalk/engine/catalog';

export type Counters = Record<CounterName, number>;

export const zeroes = (): Counters => Object.fromEntries(COUNTERS.map(({ name }) => [name, 0])) as Counters;

export class Tally {
  readonly whole = zeroes();
  readonly each: Counters[] = [];
  /** Simulated nanoseconds since the start. */
  clock = 0;

  addProcess(): void {
    this.each.push(zeroes());
  }

  count(asid: number, name: CounterName, by = 1): void {
    this.whole[name] += by;
    this.of(asid)[name] += by;
  }

  /** Something that waits: the clock moves on to `time`, and the counter knows by how much. */
  waitUntil(asid: number, name: CounterName, time: number): void {
    this.count(asid, name, time - this.clock);
    this.clock = time;
  }

  of(asid: number): Counters {
    return this.each[asid] as Counters;
  }
}
