// The one machine that the benchmark measures, in the words of the engine's configuration block: what reference/machine.c has as
// compile-time constants stands here as values, the rest is passed to both.
import {
  CONFIG_FIELDS,
  type ConfigField,
  type ConfigRow,
  POLICIES,
  type PolicyId,
  type PolicyRow,
  TLB_POLICIES,
} from '@pagewalk/engine/catalog';

export interface Setup {
  policy: PolicyId;
  frames: number;
  swap_slots: number;
}

/** Latencies, in the names that both sides use. */
export const TIMES = {
  tlb_ns: 1,
  stlb_ns: 7,
  memory_ns: 100,
  fault_ns: 1000,
  zero_ns: 250,
  swap_read_ns: 100_000,
  swap_write_ns: 100_000,
  swap_channels: 1,
  write_queue: 32,
} as const satisfies Partial<Record<ConfigField, number>>;

/** The configuration block of the engine. */
export function configWords(setup: Setup): bigint[] {
  return blockOf(valuesOf(setup));
}

/** Its words that are not off. */
export function valuesOf({ policy, frames, swap_slots }: Setup): Partial<Record<ConfigField, number>> {
  const lru = TLB_POLICIES.indexOf('lru');
  const values: Partial<Record<ConfigField, number>> = {
    page_shift: 12,
    frames,
    swap_slots,
    va_bits: 48,
    levels: 4,
    tlb0_entries: 64,
    tlb0_ways: 4,
    tlb0_policy: lru,
    tlb2_entries: 1536,
    tlb2_ways: 12,
    tlb2_policy: lru,
    tagged: 1,
    policy: POLICIES.findIndex(({ id }) => id === policy),
    max_processes: 64,
    ...TIMES,
  };
  const rows: readonly PolicyRow[] = POLICIES;
  const parameters = rows.find(({ id }) => id === policy)?.params ?? [];
  parameters.forEach((row, at) => {
    values[`param_${at}` as ConfigField] = row.default;
  });
  return values;
}

/** These words, and whatever they do not mention off. */
export function blockOf(values: Partial<Record<ConfigField, number>>): bigint[] {
  return CONFIG_FIELDS.map(({ name, off = 0 }: ConfigRow) => BigInt(values[name as ConfigField] ?? off));
}
