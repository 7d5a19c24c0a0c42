/**
 * The keys of what an operating system does beyond paging one address space: cpus and nodes, large pages, table designs, prefetching,
 * files and sharing. Their defaults are a machine that has nothing of it.
 */
import { type PrefetcherId, TABLE_HASHES, TLB_POLICIES } from '@pagewalk/engine/catalog';
import * as z from 'zod';
import { choice, integer, named, notation } from './field.ts';
import {
  checkMatrix,
  MAX_NODES,
  type Matrix,
  NUMA_ACCEPTS,
  NUMA_MODES,
  type NumaPolicy,
  numaPolicyText,
  parseMatrix,
  parseNumaPolicy,
} from './numa.ts';
import { choosePrefetch, PREFETCH_ROWS, type PrefetchChoice, parsePrefetch } from './policy.ts';
import { type Complaint, complaintsAbout, MAX_TLB_ENTRIES, parseTlb, type TlbShape } from './tlb.ts';

const SECOND_IN_NS = 1_000_000_000;
const MAX_PERIOD = 4_294_967_295;
/** Pages of a large one. */
const LARGE = 512;

export const LARGE_PAGES = ['never', 'madvise', 'always', 'khugepaged', 'reserve'] as const;
export const INVALIDATIONS = ['batch', 'single', 'bloom'] as const;
export const ZERO_PAGES = ['never', 'mapped', 'always'] as const;
export const REPLACEMENTS = ['global', 'local'] as const;
export const FORKS = ['cow', 'eager'] as const;

const numaPolicy: z.ZodType<NumaPolicy, NumaPolicy> = z.strictObject({
  mode: z.enum(NUMA_MODES),
  nodes: z.array(
    z
      .number()
      .int()
      .min(0)
      .max(MAX_NODES - 1),
  ),
  weights: z.array(z.number().int().min(1)),
});

const matrix: z.ZodType<Matrix | null, Matrix | null> = z.array(z.array(z.number())).nullable();

const matrixInput = z.union([z.string(), z.array(z.array(z.number())), z.null()], { error: 'not a matrix' });

const readMatrix =
  (kind: 'distances' | 'ns') =>
  (value: string | Matrix | null): Matrix | null | Complaint[] => {
    if (typeof value === 'string') return parseMatrix(value, kind);
    return value === null ? null : checkMatrix(value, kind);
  };

const largeTlb: z.ZodType<TlbShape | null, TlbShape | null> = z
  .strictObject({
    entries: z.number().int().min(1).max(MAX_TLB_ENTRIES),
    ways: z.number().int().min(1),
    policy: z.enum(TLB_POLICIES),
  })
  .nullable();

function readLargeTlb(value: string | TlbShape | null): TlbShape | null | Complaint[] {
  if (value === null || (typeof value === 'string' && /^shared$/i.test(value.trim()))) return null;
  const shape = typeof value === 'string' ? parseTlb(value) : value;
  if (shape === null)
    return [{ reason: 'not a TLB', remedy: "give shared, or ENTRIES[xWAYS][:POLICY] such as '32x4'" }];
  if (Array.isArray(shape)) return shape;
  const complaints = complaintsAbout(shape as TlbShape);
  return complaints.length > 0 ? complaints : shape;
}

export type Limit = number | 'equal' | null;

function readLimit(value: string | number | null): Limit | Complaint[] {
  const text = String(value ?? 'none')
    .trim()
    .toLowerCase();
  if (text === 'none') return null;
  if (text === 'equal') return 'equal';
  const frames = Number(text);
  if (/^\d+$/.test(text) && frames >= 1 && frames < 2 ** 32 - 1) return frames;
  return [{ reason: 'not a limit', remedy: 'give a number of frames from 1 on, equal, or none' }];
}

const prefetchChoice: z.ZodType<PrefetchChoice, PrefetchChoice> = z.strictObject({
  id: z.enum(PREFETCH_ROWS.map(({ id }) => id) as [PrefetcherId | 'none', ...PrefetcherId[]]),
  params: z.record(z.string(), z.number().int()),
});

const cpus = { placeholder: 'N', group: 'Cpus and nodes' } as const;
const nodes = (placeholder: string | null) => ({ placeholder, group: 'Cpus and nodes' }) as const;
const large = (placeholder: string) => ({ placeholder, group: 'Large pages' }) as const;
const memory = (placeholder: string | null) => ({ placeholder, group: 'Memory' }) as const;
const translation = (placeholder: string) => ({ placeholder, group: 'Translation' }) as const;
const replacement = (placeholder: string) => ({ placeholder, group: 'Replacement' }) as const;
const latency = { placeholder: 'NS', group: 'Latencies' } as const;

export const SYSTEM_FIELDS = {
  cpus: integer(1, 64, {
    help: 'cpus, each with TLBs and page-walk caches of its own; a process stays on the one that the order of first use deals it',
    default: 1,
    flag: cpus,
  }),
  invalidation: named(INVALIDATIONS, {
    help: 'how pages of one operation are dropped from TLBs: in one batch, one by one, or in a batch that a Bloom filter stands for',
    default: 'batch',
    flag: nodes('HOW'),
  }),
  flush_ceiling: integer(0, MAX_PERIOD, {
    help: 'pages of a batch above which the TLB of the process is flushed instead',
    default: 33,
    flag: cpus,
  }),
  bloom_bits: integer(64, 65_536, {
    help: 'bits of the Bloom filter of invalidation bloom',
    default: 1024,
    flag: cpus,
  }),
  nodes: integer(1, MAX_NODES, {
    help: 'memory nodes (NUMA), each with a part of the frames and of the cpus',
    default: 1,
    flag: cpus,
  }),
  node_distances: notation(matrixInput, matrix, readMatrix('distances'), {
    help: 'how far the nodes are from each other, 10 to oneself (SLIT); default 20 to every other',
    default: 'none',
    accepts: "a row of numbers from 10 to 254 for each node, such as '10,20;20,10', or none",
    flag: nodes('ROWS'),
  }),
  node_ns: notation(matrixInput, matrix, readMatrix('ns'), {
    help: 'memory references from node to node in ns, instead of distances',
    default: 'none',
    accepts: "a row of ns for each node, such as '80,140;140,80', or none",
    flag: nodes('ROWS'),
  }),
  numa_policy: notation(
    z.union([z.string(), numaPolicy], { error: 'not a policy of nodes' }),
    numaPolicy,
    (value): NumaPolicy | Complaint[] => parseNumaPolicy(typeof value === 'string' ? value : numaPolicyText(value)),
    {
      help: 'nodes that pages come from, where neither region nor process says: MODE[:LIST]',
      default: 'local',
      accepts: NUMA_ACCEPTS,
      flag: nodes('POLICY'),
    },
  ),
  numa_balancing: choice({
    help: 'move pages to the node that uses them, found by hint faults',
    default: false,
    flag: nodes(null),
  }),
  numa_scan_period: integer(1, MAX_PERIOD, {
    help: 'touches between two scans of numa_balancing',
    default: 10_000,
    flag: cpus,
  }),
  numa_scan_pages: integer(1, MAX_PERIOD, {
    help: 'pages that one scan of numa_balancing protects',
    default: 256,
    flag: cpus,
  }),
  large_pages: named(LARGE_PAGES, {
    help: 'pages of 2 MiB: never, where advised (madvise), at every fault that can (always), collapsed in the background, or by reservation',
    default: 'never',
    flag: large('WHEN'),
  }),
  khugepaged_period: integer(1, MAX_PERIOD, {
    help: 'touches between two scans of khugepaged',
    default: 10_000,
    flag: large('N'),
  }),
  khugepaged_pages: integer(1, MAX_PERIOD, {
    help: 'pages that one scan of khugepaged looks at',
    default: 4096,
    flag: large('N'),
  }),
  max_ptes_none: integer(0, LARGE - 1, {
    help: 'absent pages that khugepaged may fill to collapse 512',
    default: 511,
    flag: large('N'),
  }),
  max_ptes_swap: integer(0, LARGE - 1, {
    help: 'swapped pages that khugepaged may read to collapse 512',
    default: 64,
    flag: large('N'),
  }),
  max_ptes_shared: integer(0, LARGE - 1, {
    help: 'shared pages that khugepaged may copy to collapse 512',
    default: 256,
    flag: large('N'),
  }),
  reserve_threshold: integer(1, LARGE, {
    help: 'pages in use that promote a reservation of 512',
    default: 512,
    flag: large('N'),
  }),
  fragmentation: {
    ...notation(z.number('not a number'), z.number().min(0, 'below 0').max(1, 'above 1'), (value): number => value, {
      help: 'share of the blocks of 2 MiB that are broken from the start',
      default: 0,
      accepts: 'a number from 0 to 1',
      flag: large('SHARE'),
    }),
  },
  large_tlb: notation(
    z.union([z.string(), largeTlb], { error: 'not a TLB' }),
    largeTlb,
    (value): TlbShape | null | Complaint[] => readLargeTlb(value),
    {
      help: 'first-level TLB for large pages: ENTRIES[xWAYS][:POLICY], or shared: they live in the others',
      default: 'shared',
      accepts: "shared, or ENTRIES[xWAYS][:POLICY] such as '32x4'",
      flag: translation('SPEC'),
    },
  ),
  hash_buckets: integer(0, 2 ** 27, {
    help: 'buckets of a hashed or clustered page table, anchors of an inverted one; 0: by the frames',
    default: 0,
    flag: translation('N'),
  }),
  table_hash: named(TABLE_HASHES.map(({ name }) => name) as ['multiplicative', 'modulo'], {
    help: 'hash of such a page table',
    default: 'multiplicative',
    flag: translation('NAME'),
  }),
  alias_chains: choice({
    help: 'an inverted page table chains the further mappings of a shared frame',
    default: true,
    flag: {
      placeholder: null,
      off: 'an inverted page table holds one mapping of a frame: others fault again',
      group: 'Translation',
    },
  }),
  prefetch: notation(
    z.union([z.string(), z.strictObject({ id: z.string(), params: z.record(z.string(), z.number()).optional() })], {
      error: 'not a prefetcher',
    }),
    prefetchChoice,
    (value): PrefetchChoice | Complaint[] =>
      typeof value === 'string' ? parsePrefetch(value) : choosePrefetch(value.id, value.params ?? {}),
    {
      help: 'prefetcher NAME[:PARAMETER=VALUE,…]; `vmm policies` lists them',
      default: 'none',
      accepts: `one of ${PREFETCH_ROWS.map(({ id }) => id).join(', ')}`,
      flag: { placeholder: 'NAME', group: 'Replacement' },
    },
  ),
  replacement: named(REPLACEMENTS, {
    help: "whose pages go for a process that needs a frame: anybody's (global) or its own (local)",
    default: 'global',
    flag: replacement('WHOSE'),
  }),
  ws_limit: notation(
    z.union([z.string(), z.number(), z.null()], { error: 'not a limit' }),
    z.union([z.number().int().min(1), z.literal('equal')]).nullable(),
    readLimit,
    {
      help: 'frames that a process may have, beyond which its own pages go although others are free: N, equal shares, or none',
      default: 'none',
      accepts: 'a number of frames, equal, or none',
      flag: replacement('N'),
    },
  ),
  ws_interval: integer(0, MAX_PERIOD, {
    help: 'the limit grows with a fault that comes less than so many touches of the process after its last, and shrinks with a later one; 0: it is fixed',
    default: 0,
    flag: replacement('N'),
  }),
  strict_regions: choice({
    help: 'an access outside of what was mapped is a segmentation fault',
    default: false,
    flag: memory(null),
  }),
  zero_page: named(ZERO_PAGES, {
    help: 'reading fresh anonymous memory maps one shared page of zeroes: in no region, in those made by an operation, or in all',
    default: 'mapped',
    flag: memory('WHERE'),
  }),
  fork: named(FORKS, {
    help: 'fork copies pages when they are written, or all at once',
    default: 'cow',
    flag: memory('HOW'),
  }),
  fault_around: integer(1, LARGE, {
    help: 'pages of a file, in memory already, that one fault maps',
    default: 1,
    flag: memory('N'),
  }),
  copy_ns: integer(0, SECOND_IN_NS, { help: 'copying a page; default twice zero_ns', flag: latency }),
  file_read_ns: integer(0, SECOND_IN_NS, {
    help: 'one page read from a file; default swap_read_ns',
    flag: latency,
  }),
  file_write_ns: integer(0, SECOND_IN_NS, {
    help: 'one page written to a file; default swap_write_ns',
    flag: latency,
  }),
  file_channels: integer(1, 64, {
    help: 'requests that the device of the files serves at once',
    default: 1,
    flag: { placeholder: 'N', group: 'Latencies' },
  }),
  ipi_ns: integer(0, SECOND_IN_NS, {
    help: 'interrupting another cpu to drop TLB entries',
    default: 2000,
    flag: latency,
  }),
  invlpg_ns: integer(0, SECOND_IN_NS, { help: 'dropping one page from a TLB', default: 0, flag: latency }),
};
