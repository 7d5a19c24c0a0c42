/** What a hashed, clustered or inverted page table knows of itself. */
import { MOST_PROBES, TABLE_STATS, type TableStatName } from '@pagewalk/engine/catalog';
import type { Engine } from './engine.ts';

type Total = Exclude<TableStatName, `probes_${number}`>;

export interface TableStats extends Readonly<Record<Total, number>> {
  readonly bytes: number;
  /** Nodes per bucket. */
  readonly load_ratio: number;
  readonly probes_mean: number;
  /** Searches by the entries that they read; the last place is for as many or more. */
  readonly probes_histogram: readonly number[];
}

const TOTALS = TABLE_STATS.map(({ name }) => name).filter((name): name is Total => !/^probes_\d/.test(name));

/** Null for a radix table, which is not searched. */
export function tableStats(engine: Engine): TableStats | null {
  const at = engine.exports.tableStats();
  if (at === 0) return null;
  const words = engine.words(at, TABLE_STATS.length);
  const value = (name: string): number => Number(words[TABLE_STATS.findIndex((row) => row.name === name)]);
  const totals = Object.fromEntries(TOTALS.map((name) => [name, value(name)])) as Record<Total, number>;
  return {
    ...totals,
    bytes: totals.entry_bytes + totals.anchor_bytes + totals.alias_bytes,
    load_ratio: totals.nodes / totals.buckets,
    probes_mean: totals.lookups === 0 ? 0 : totals.probes / totals.lookups,
    probes_histogram: Array.from({ length: MOST_PROBES + 1 }, (_, read) => value(`probes_${read}`)),
  };
}
