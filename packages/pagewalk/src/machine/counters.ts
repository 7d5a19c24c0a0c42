/**
 * Counters as plain objects, named by the catalog. A counter is a double here: exact up to 2^53 (a count would need a century to get
 * there; nanoseconds of waiting reach it after 104 simulated days), the nearest double above. `exactCounters` of a machine gives u64.
 */
import {
  CACHE_COUNTERS,
  type CacheCounterName,
  COUNTERS,
  type CounterName,
  type CounterRow,
} from '@pagewalk/engine/catalog';
import type { Pid } from './types.ts';

export type Counters = Readonly<Record<CounterName, number>>;

const ROWS: readonly CounterRow[] = COUNTERS;
type ProcessRow = Extract<(typeof COUNTERS)[number], { of: 'process' }>;
export type ProcessCounterName = ProcessRow['name'];
export type ProcessCounters = { readonly pid: Pid } & Readonly<Record<ProcessCounterName, number>>;

export const PROCESS_COUNTERS = ROWS.filter((row) => row.of === 'process').map((row) => row.name as ProcessCounterName);

/** Counters that state how things are; all others only ever grow. */
export const GAUGES: ReadonlySet<CounterName> = new Set([
  'resident_pages',
  'resident_peak',
  'swapped_pages',
  'bloat_pages',
  'prefetch_resident',
  'swap_slots_used',
  'swap_slots_peak',
]);

export function namedCounters(words: BigUint64Array): Counters {
  return Object.fromEntries(COUNTERS.map(({ name }, place) => [name, Number(words[place])])) as Counters;
}

export function processCounters(pid: Pid, words: BigUint64Array): ProcessCounters {
  const all = namedCounters(words);
  return { pid, ...Object.fromEntries(PROCESS_COUNTERS.map((name) => [name, all[name]])) } as ProcessCounters;
}

export type CacheCounters = Readonly<Record<CacheCounterName, number>>;

export function cacheCounters(words: BigUint64Array): CacheCounters {
  return Object.fromEntries(CACHE_COUNTERS.map(({ name }, place) => [name, Number(words[place])])) as CacheCounters;
}
