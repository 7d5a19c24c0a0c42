/** A configuration as the words of the engine's configuration block. */
import { CONFIG_FIELDS, type ConfigField, type ConfigRow, POLICIES, TLB_POLICIES } from '@pagewalk/engine/catalog';
import { levelsOf } from './fields.ts';
import type { MachineConfig } from './schema.ts';
import type { TlbShape } from './tlb.ts';

export function lower(config: MachineConfig): BigUint64Array {
  const words = wordsOf(config);
  return BigUint64Array.from(CONFIG_FIELDS, ({ name, off = 0 }: ConfigRow) =>
    BigInt(words[name as ConfigField] ?? off),
  );
}

function wordsOf(config: MachineConfig): Partial<Record<ConfigField, number>> {
  const split = config.itlb !== null || config.dtlb !== null;
  const params = Object.values(config.policy.params);
  return {
    page_shift: Math.log2(config.page_size),
    frames: config.frames,
    swap_slots: config.swap / config.page_size,
    va_bits: config.va_bits,
    vspace: config.vspace ?? 0,
    levels: levelsOf(config.pt_type),
    pwc_0: config.pwc[0] ?? 0,
    pwc_1: config.pwc[1] ?? 0,
    pwc_2: config.pwc[2] ?? 0,
    pwc_3: config.pwc[3] ?? 0,
    split: split ? 1 : 0,
    ...tlbWords('tlb0', split ? config.itlb : config.tlb),
    ...tlbWords('tlb1', config.dtlb),
    ...tlbWords('tlb2', config.stlb),
    tagged: config.tagged ? 1 : 0,
    policy: POLICIES.findIndex((row) => row.id === config.policy.id),
    param_0: params[0] ?? 0,
    param_1: params[1] ?? 0,
    param_2: params[2] ?? 0,
    param_3: params[3] ?? 0,
    seed: config.seed,
    max_processes: config.max_processes,
    verify: config.verify ? 1 : 0,
    tlb_ns: config.tlb_ns,
    stlb_ns: config.stlb_ns,
    memory_ns: config.memory_ns,
    fault_ns: config.fault_ns,
    zero_ns: config.zero_ns,
    swap_read_ns: config.swap_read_ns,
    swap_write_ns: config.swap_write_ns,
    swap_channels: config.swap_channels,
    write_queue: config.write_queue,
  };
}

type TlbWords<T extends string> = Record<`${T}_entries` | `${T}_ways` | `${T}_policy`, number>;

function tlbWords<T extends string>(prefix: T, shape: TlbShape | null): TlbWords<T> {
  return {
    [`${prefix}_entries`]: shape?.entries ?? 0,
    [`${prefix}_ways`]: shape?.ways ?? 0,
    [`${prefix}_policy`]: shape ? TLB_POLICIES.indexOf(shape.policy) : 0,
  } as TlbWords<T>;
}
