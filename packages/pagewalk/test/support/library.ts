/** A machine and a trace of the tests, said in the words of the public API. */

import { POLICIES } from '@pagewalk/engine/catalog';
import {
  type CacheCounters,
  type Chunk,
  type ConfigInput,
  type Machine,
  type TlbReport,
  type TraceSource,
  traceFromRecords,
} from '../../src/node/index.ts';
import type { MachineConfig, TlbShape } from '../oracle/config.ts';
import type { Access } from '../oracle/trace.ts';
import type { Facts } from './state.ts';

const PT_TYPES = ['SINGLE', 'TWO_LEVEL', 'THREE_LEVEL', 'FOUR_LEVEL', 'FIVE_LEVEL'] as const;
const OPS = { R: 'read', W: 'write', I: 'ifetch' } as const;
const RECORD_BYTES = 16;

export function configInput(config: MachineConfig): ConfigInput {
  const pageSize = 2 ** config.pageShift;
  const { id, params } = POLICIES.find((row) => row.id === config.policy) as (typeof POLICIES)[number];
  return {
    page_size: pageSize,
    frames: config.frames,
    swap: config.swapSlots * pageSize,
    ...(config.vspace > 0n ? { vspace: Number(config.vspace) } : { va_bits: config.vaBits }),
    pt_type: PT_TYPES[config.levels - 1] as string,
    pwc: config.pwc.slice(0, config.levels - 1),
    ...tlbInput(config),
    stlb: some(config.stlb),
    tagged: config.tagged,
    policy: {
      id,
      params: Object.fromEntries(params.map(({ name, default: usual }, at) => [name, config.params[at] ?? usual])),
    },
    seed: Number(config.seed),
    max_processes: config.maxProcesses,
    verify: config.verify,
    tlb_ns: config.ns.tlb,
    stlb_ns: config.ns.stlb,
    memory_ns: config.ns.memory,
    fault_ns: config.ns.fault,
    zero_ns: config.ns.zero,
    swap_read_ns: config.ns.swapRead,
    swap_write_ns: config.ns.swapWrite,
    swap_channels: config.swapChannels,
    write_queue: config.writeQueue,
    replacement: config.local ? 'local' : 'global',
    ...(config.limit.frames === 0 ? {} : { ws_limit: config.limit.frames, ws_interval: config.limit.interval }),
  };
}

/** Two sides without entries are no split at all. */
function tlbInput({ tlbs: [first, second] }: MachineConfig): ConfigInput {
  if (second === undefined) return { tlb: some(first) };
  const [itlb, dtlb] = [some(first), some(second)];
  return itlb === null && dtlb === null ? { tlb: null } : { itlb, dtlb };
}

const some = (shape: TlbShape | null) => (shape === null || shape.entries === 0 ? null : shape);

export function source(config: MachineConfig, trace: readonly Access[], cuts: readonly number[] = []): TraceSource {
  const records = trace.map((access) => ({ ...access, op: OPS[access.op] }));
  return cut(traceFromRecords(records, { foldedPage: 2 ** config.pageShift }), cuts);
}

/** The same trace in other chunks: of these sizes, then as it was. */
function cut(whole: TraceSource, sizes: readonly number[]): TraceSource {
  const left = sizes.filter((size) => size > 0);
  let rest: Chunk | null = null;
  const next = async (): Promise<Chunk | null> => {
    rest ??= await whole.next();
    if (rest === null) return null;
    const records = Math.min(left.shift() ?? rest.records, rest.records);
    const bytes = rest.bytes.subarray(0, records * RECORD_BYTES);
    const after = { bytes: rest.bytes.subarray(records * RECORD_BYTES), records: rest.records - records };
    rest = after.records > 0 ? after : null;
    return { bytes, records };
  };
  return {
    name: whole.name,
    format: whole.format,
    sizeHint: whole.sizeHint,
    foldedPage: whole.foldedPage,
    next,
    info: () => whole.info(),
    position: () => whole.position(),
    close: () => whole.close(),
  };
}

/** What the public API tells of a machine, named as `oracleCounts` names it. */
export function publicCounts(machine: Machine): Facts {
  const facts: Facts = new Map([
    ['pids', machine.processes.map(({ pid }) => pid).join(' ')],
    ['clock ns', `${machine.time.total_ns}`],
  ]);
  const tell = (whose: string, counts: object) => {
    for (const [name, value] of Object.entries(counts)) facts.set(`${whose} ${name}`, `${value}`);
  };
  tell('machine', machine.counters);
  for (const { pid, ...counters } of machine.processes) tell(`pid ${pid}`, counters);
  for (const { name, ...report } of machine.tlbs) tell(`cache ${indexOf(name)}`, countsOf(report));
  for (const { level, ...report } of machine.pwcs) tell(`cache ${3 + level}`, countsOf(report));
  return facts;
}

const indexOf = (name: TlbReport['name']) => (name === 'stlb' ? 2 : name === 'dtlb' ? 1 : 0);

const countsOf = ({ hits, misses, fills, evictions, invalidations }: CacheCounters) => ({
  hits,
  misses,
  fills,
  evictions,
  invalidations,
});

/** The facts of the oracle that the public API has a word for. */
export function shared(oracle: Facts, told: Facts): Facts {
  return new Map([...oracle].filter(([name]) => told.has(name)));
}
