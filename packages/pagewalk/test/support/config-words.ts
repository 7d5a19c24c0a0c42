/** A machine of the tests as the words of the engine's configuration block. */
import {
  CONFIG_FIELDS,
  type ConfigField,
  type ConfigRow,
  POLICIES,
  type PolicyRow,
  TLB_POLICIES,
} from '@pagewalk/engine/catalog';
import { type MachineConfig, NO_TLB, type TlbShape } from '../oracle/config.ts';

const ALL_ONES = (1n << 64n) - 1n;

export function wordsOf(config: MachineConfig): Record<ConfigField, number | bigint> {
  const shapes = [config.tlbs[0], config.tlbs[1] ?? NO_TLB, config.stlb ?? NO_TLB] as const;
  const tlbWords = (place: 0 | 1 | 2, shape: TlbShape) => ({
    [`tlb${place}_entries`]: shape.entries,
    [`tlb${place}_ways`]: shape.ways,
    [`tlb${place}_policy`]: TLB_POLICIES.indexOf(shape.policy),
  });
  const { params } = POLICIES.find((row) => row.id === config.policy) as PolicyRow;
  const words: Record<string, number | bigint> = {
    ...Object.fromEntries(CONFIG_FIELDS.map(({ name, off = 0 }: ConfigRow) => [name, off])),
    page_shift: config.pageShift,
    frames: config.frames,
    swap_slots: config.swapSlots,
    va_bits: config.vaBits,
    vspace: config.vspace,
    levels: config.levels,
    split: Number(config.tlbs.length === 2),
    ...tlbWords(0, shapes[0]),
    ...tlbWords(1, shapes[1]),
    ...tlbWords(2, shapes[2]),
    tagged: Number(config.tagged),
    policy: POLICIES.findIndex((row) => row.id === config.policy),
    seed: config.seed,
    max_processes: config.maxProcesses,
    verify: Number(config.verify),
    tlb_ns: config.ns.tlb,
    stlb_ns: config.ns.stlb,
    memory_ns: config.ns.memory,
    fault_ns: config.ns.fault,
    zero_ns: config.ns.zero,
    swap_read_ns: config.ns.swapRead,
    swap_write_ns: config.ns.swapWrite,
    swap_channels: config.swapChannels,
    write_queue: config.writeQueue,
    replacement: Number(config.local),
    ws_limit: config.limit.frames === 'equal' ? ALL_ONES : config.limit.frames,
    ws_interval: config.limit.interval,
  };
  for (const level of [0, 1, 2, 3]) words[`pwc_${level}`] = config.pwc[level] ?? 0;
  for (const { name } of CONFIG_FIELDS.filter(({ name }) => name.startsWith('param_'))) {
    const place = Number(name.slice('param_'.length));
    words[name] = config.params[place] ?? params[place]?.default ?? 0;
  }
  return { ...words, ...config.words } as Record<ConfigField, number | bigint>;
}
