/**
 * A result as a row of CSV. The columns of the C simulator come first, under its names and in its order, then every counter that is not
 * among them. Ratios are per access, as the C simulator has them.
 */
import { COUNTERS, type CounterName } from '@pagewalk/engine/catalog';
import type { RunResult } from './schema.ts';

type Cell = (result: RunResult) => string | number;

const perAccess =
  (name: CounterName): Cell =>
  ({ counters }) =>
    counters.accesses > 0 ? counters[name] / counters.accesses : 0;

const BASE: readonly (readonly [string, Cell, CounterName | null])[] = [
  ['config', (result) => result.config_name ?? '', null],
  ['total_accesses', ({ counters }) => counters.accesses, 'accesses'],
  ['reads', ({ counters }) => counters.reads, 'reads'],
  ['writes', ({ counters }) => counters.writes, 'writes'],
  ['page_faults', ({ counters }) => counters.page_faults, 'page_faults'],
  ['pf_rate', perAccess('page_faults'), null],
  ['tlb_hits', ({ counters }) => counters.tlb_hits, 'tlb_hits'],
  ['tlb_misses', ({ counters }) => counters.tlb_misses, 'tlb_misses'],
  ['tlb_hit_rate', (result) => result.ratios.tlb_hit_ratio, null],
  ['swap_ins', ({ counters }) => counters.swap_ins, 'swap_ins'],
  ['swap_outs', ({ counters }) => counters.swap_outs, 'swap_outs'],
  ['replacements', ({ counters }) => counters.evictions, 'evictions'],
  ['amt_ns', (result) => result.time.amt_base_ns, null],
  ['runtime_ms', (result) => result.host.wall_ms, null],
];

const told = new Set<string | null>(BASE.map(([, , counter]) => counter));
const REST = COUNTERS.map((row) => row.name).filter((name) => !told.has(name));

export const CSV_HEADER = [...BASE.map(([name]) => name), ...REST].join(',');

export function csvRow(result: RunResult): string {
  const base = BASE.map(([, cell]) => cell(result));
  const rest = REST.map((name) => result.counters[name]);
  return [...base, ...rest].map(quoted).join(',');
}

function quoted(cell: string | number): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
