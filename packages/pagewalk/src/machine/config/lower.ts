/** A configuration as the words of the engine's configuration block. */
import {
  CONFIG_FIELDS,
  type ConfigField,
  type ConfigRow,
  POLICIES,
  TABLE_HASHES,
  TLB_POLICIES,
} from '@pagewalk/engine/catalog';
import { ownPolicyOf } from '../own/own-policy.ts';
import { scriptNumber } from '../own/script.ts';
import { levelsOf } from './fields.ts';
import { MAX_NODES, modeNumber, nodeNs } from './numa.ts';
import { PREFETCH_ROWS } from './policy.ts';
import type { MachineConfig } from './schema.ts';
import { INVALIDATIONS, LARGE_PAGES, REPLACEMENTS, ZERO_PAGES } from './system-fields.ts';
import { designOf } from './table-type.ts';
import type { TlbShape } from './tlb.ts';

/** An equal share of the frames, as a limit. */
const EQUAL = 2n ** 64n - 1n;

export function lower(config: MachineConfig): BigUint64Array {
  const words = wordsOf(config);
  return BigUint64Array.from(CONFIG_FIELDS, ({ name, off = 0 }: ConfigRow) =>
    BigInt(words[name as ConfigField] ?? off),
  );
}

function wordsOf(config: MachineConfig): Partial<Record<ConfigField, number | bigint>> {
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
    policy: policyNumber(config.policy),
    ...Object.fromEntries(params.map((value, place) => [`param_${place}`, value])),
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
    ...systemWords(config),
  };
}

/** One that somebody brought along is the only one of its engine. */
function policyNumber(choice: MachineConfig['policy']): number {
  const own = ownPolicyOf(choice);
  if (own) return own.script ? scriptNumber(own.row) : 0;
  return POLICIES.findIndex((row) => row.id === choice.id);
}

function systemWords(config: MachineConfig): Partial<Record<ConfigField, number | bigint>> {
  const { numa_policy, prefetch } = config;
  const params = Object.values(prefetch.params);
  return {
    space: needsSpace(config) ? 1 : 0,
    cpus: config.cpus,
    nodes: config.nodes,
    numa_mode: modeNumber(numa_policy),
    numa_mask: maskOf(numa_policy.mode === 'interleave' ? nodesOr(numa_policy.nodes, config.nodes) : numa_policy.nodes),
    numa_balancing: config.numa_balancing ? 1 : 0,
    numa_scan_period: config.numa_scan_period,
    numa_scan_pages: config.numa_scan_pages,
    large_pages: LARGE_PAGES.indexOf(config.large_pages),
    khugepaged_period: config.khugepaged_period,
    khugepaged_pages: config.khugepaged_pages,
    max_ptes_none: config.max_ptes_none,
    max_ptes_swap: config.max_ptes_swap,
    max_ptes_shared: config.max_ptes_shared,
    reserve_threshold: config.reserve_threshold,
    fragmentation: Math.round(config.fragmentation * 1000),
    ...tlbWords('tlbl', config.large_tlb),
    design: designOf(config.pt_type),
    hash_buckets: config.hash_buckets,
    hash: TABLE_HASHES.findIndex(({ name }) => name === config.table_hash),
    alias_chains: config.alias_chains ? 1 : 0,
    prefetcher: PREFETCH_ROWS.findIndex(({ id }) => id === prefetch.id),
    prefetch_0: params[0] ?? 0,
    prefetch_1: params[1] ?? 0,
    prefetch_2: params[2] ?? 0,
    prefetch_3: params[3] ?? 0,
    invalidation: INVALIDATIONS.indexOf(config.invalidation),
    flush_ceiling: config.flush_ceiling,
    bloom_bits: config.bloom_bits,
    ipi_ns: config.ipi_ns,
    invlpg_ns: config.invlpg_ns,
    strict_regions: config.strict_regions ? 1 : 0,
    zero_page: ZERO_PAGES.indexOf(config.zero_page),
    fork_eager: config.fork === 'eager' ? 1 : 0,
    file_read_ns: config.file_read_ns,
    file_write_ns: config.file_write_ns,
    file_channels: config.file_channels,
    copy_ns: config.copy_ns,
    fault_around: config.fault_around,
    replacement: REPLACEMENTS.indexOf(config.replacement),
    ws_limit: config.ws_limit === 'equal' ? EQUAL : (config.ws_limit ?? 0),
    ws_interval: config.ws_interval,
  };
}

/** Whether the machine has regions, nodes and so on from the start, because something is asked of it that a plain one does not have. */
export function needsSpace(config: MachineConfig): boolean {
  return (
    config.cpus > 1 ||
    config.nodes > 1 ||
    config.node_ns !== null ||
    config.large_pages !== 'never' ||
    config.fragmentation > 0 ||
    config.large_tlb !== null ||
    designOf(config.pt_type) !== 0 ||
    config.prefetch.id !== 'none' ||
    config.invalidation !== 'batch' ||
    config.invlpg_ns > 0 ||
    config.strict_regions ||
    config.zero_page === 'always'
  );
}

const nodesOr = (nodes: readonly number[], count: number): readonly number[] =>
  nodes.length > 0 ? nodes : Array.from({ length: count }, (_, node) => node);

const maskOf = (nodes: readonly number[]): bigint => nodes.reduce((mask, node) => mask | (1n << BigInt(node)), 0n);

/** What the engine takes beside the words: row i has the ns of a memory reference from node i to each node. */
export function nodeNsWords(config: MachineConfig): BigUint64Array {
  return BigUint64Array.from(nodeNs(config).flat(), (ns) => BigInt(ns));
}

/** Shares of a weighted interleave, one a node. */
export function nodeWeightWords({ numa_policy }: MachineConfig): BigUint64Array {
  return BigUint64Array.from({ length: MAX_NODES }, (_, node) => BigInt(numa_policy.weights[node] ?? 1));
}

type TlbWords<T extends string> = Record<`${T}_entries` | `${T}_ways` | `${T}_policy`, number>;

function tlbWords<T extends string>(prefix: T, shape: TlbShape | null): TlbWords<T> {
  return {
    [`${prefix}_entries`]: shape?.entries ?? 0,
    [`${prefix}_ways`]: shape?.ways ?? 0,
    [`${prefix}_policy`]: shape ? TLB_POLICIES.indexOf(shape.policy) : 0,
  } as TlbWords<T>;
}
