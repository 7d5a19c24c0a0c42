/**
 * Every key of a machine's configuration, once. Validation, defaults, help, the flags of `vmm run`, JSON Schema, and the
 * documentation are read from these rows; what ties keys to each other is in rules.ts and derive.ts.
 */
import { POLICIES, TLB_POLICIES } from '@pagewalk/engine/catalog';
import * as z from 'zod';
import { choice, type Field, integer, notation, size } from './field.ts';
import { choosePolicy, type PolicyChoice, parsePolicy } from './policy.ts';
import { isPowerOfTwo } from './quantity.ts';
import { SYSTEM_FIELDS } from './system-fields.ts';
import { levelsOf, PT_TYPES, type PtType, parsePtType } from './table-type.ts';
import { type Complaint, complaintsAbout, MAX_TLB_ENTRIES, parseTlb, readTlbPolicy, type TlbShape } from './tlb.ts';

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;
/** Frames and slots are 32-bit numbers, and all ones stands for none. */
const MAX_COUNT = 2 ** 32 - 2;
const SECOND_IN_NS = 1_000_000_000;

const tlbShape: z.ZodType<TlbShape, TlbShape> = z.strictObject({
  entries: z.number().int().min(1).max(MAX_TLB_ENTRIES),
  ways: z.number().int().min(1),
  policy: z.enum(TLB_POLICIES),
});

const policyChoice: z.ZodType<PolicyChoice, PolicyChoice> = z.strictObject({
  id: z.string().describe('of the catalog, or of the row in the file that `origin` stands for'),
  params: z.record(z.string(), z.number().int()),
  origin: z
    .string()
    .describe('of a policy that somebody brought along: sha256- and the hash of its source')
    .exactOptional(),
});

const TLB_ACCEPTS = "ENTRIES[xWAYS][:POLICY] such as '64x4:lru', or none";

/** The two levels that one text may name: `A,B`. */
export interface TlbPair {
  readonly first: TlbShape | null;
  readonly second: TlbShape | null;
  /** Whether the text named the second level. */
  readonly named: boolean;
}

const tlbPair: z.ZodType<TlbPair, TlbPair> = z.custom<TlbPair>();
const tlbOrNone = tlbShape.nullable();

const shapeInput = z.union([z.string(), tlbShape, z.null()], { error: 'not a TLB' });

function readShape(value: string | TlbShape | null): TlbShape | null | Complaint[] {
  if (typeof value === 'string') return parseTlb(value);
  const complaints = value === null ? [] : complaintsAbout(value);
  return complaints.length > 0 ? complaints : value;
}

function readPair(value: string | TlbShape | null): TlbPair | Complaint[] {
  const parts = typeof value === 'string' ? value.split(',') : [value];
  if (parts.length > 2)
    return [{ reason: 'more than two levels', remedy: 'give one TLB, or a first and a second level A,B' }];
  const [first = null, second = null] = parts.map((part) => readShape(part));
  const complaints = [first, second].filter((part): part is Complaint[] => Array.isArray(part)).flat();
  if (complaints.length > 0 || Array.isArray(first) || Array.isArray(second)) return complaints;
  return { first, second, named: parts.length === 2 };
}

function readPwc(value: string | readonly number[]): number[] | Complaint[] {
  if (typeof value !== 'string') return [...value];
  if (/^(none|off|)$/i.test(value.trim())) return [];
  const parts = value.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  return parts.some(Number.isNaN)
    ? [{ reason: 'not a list of entries', remedy: "give entries from the root down such as '2,4,32', or none" }]
    : parts;
}

const latency = (value: number, help: string): ReturnType<typeof integer> =>
  integer(0, SECOND_IN_NS, { help, default: value, flag: { placeholder: 'NS', group: 'Latencies' } });

export const FIELDS = {
  ram: size(z.number('not a size').multipleOf(256, 'not a multiple of any page').min(256, 'smaller than any page'), {
    help: 'physical memory',
    default: 64 * MIB,
    accepts: "a size such as '64MiB', a multiple of the page size",
    flag: { short: 'r', placeholder: 'SIZE', bare: 'MiB', group: 'Memory' },
  }),
  frames: integer(1, MAX_COUNT, {
    help: 'physical memory counted in pages, instead of ram',
    flag: { placeholder: 'N', group: 'Memory' },
  }),
  page_size: size(
    z
      .number('not a size')
      .min(256, 'below 256B')
      .max(GIB, 'above 1GiB')
      .refine(isPowerOfTwo, 'not a power of two')
      .meta({ type: 'integer' }),
    {
      help: 'bytes in a page',
      default: 4096,
      accepts: 'a power of two from 256 to 1GiB',
      flag: { short: 'p', placeholder: 'SIZE', group: 'Memory' },
    },
  ),
  swap: size(
    z.number('not a size').min(0, { abort: true, error: 'negative' }).multipleOf(256, 'not a multiple of any page'),
    {
      help: 'swap space, 0 for none',
      default: 256 * MIB,
      accepts: "a size such as '256MiB', a multiple of the page size, or 0",
      flag: { short: 's', placeholder: 'SIZE', bare: 'MiB', group: 'Memory' },
    },
  ),
  vspace: size(
    z
      .number()
      .min(256, 'smaller than any page')
      .max(2 ** 57, 'above 128PiB')
      .multipleOf(256, 'not a multiple of any page')
      .nullable(),
    {
      help: 'addresses from here on are segmentation faults; none: any canonical address',
      default: 'none',
      accepts: "a size such as '4GiB', a multiple of the page size, or none",
      flag: { short: 'v', placeholder: 'SIZE', bare: 'MiB', group: 'Memory' },
    },
  ),
  va_bits: integer(9, 57, {
    help: 'width of a virtual address; default 48, with five levels 57, with vspace what it needs',
    flag: { placeholder: 'N', group: 'Translation' },
  }),
  pt_type: notation(
    z.string('not a name'),
    z.enum(PT_TYPES as [PtType, ...PtType[]]),
    (text): PtType | Complaint[] => parsePtType(text),
    {
      help: 'page table: a tree by its levels, or another design',
      default: 'FOUR_LEVEL',
      accepts: PT_TYPES.join(', '),
      flag: { placeholder: 'TYPE', group: 'Translation' },
    },
  ),
  tlb: {
    ...notation(shapeInput, tlbPair, readPair, {
      help: 'unified first level and, after a comma, a second: ENTRIES[xWAYS][:POLICY],…',
      default: '64x4:lru,1536x12:lru',
      accepts: `${TLB_ACCEPTS}; a second level after a comma`,
      flag: { placeholder: 'SPEC', group: 'Translation' },
    }),
    normal: tlbOrNone,
  },
  itlb: notation(shapeInput, tlbOrNone, readShape, {
    help: 'first level for instructions (a data side left out is 64x4:lru)',
    accepts: TLB_ACCEPTS,
    flag: { placeholder: 'SPEC', group: 'Translation' },
  }),
  dtlb: notation(shapeInput, tlbOrNone, readShape, {
    help: 'first level for data (an instruction side left out is 64x4:lru)',
    accepts: TLB_ACCEPTS,
    flag: { placeholder: 'SPEC', group: 'Translation' },
  }),
  stlb: notation(shapeInput, tlbOrNone, readShape, {
    help: 'second level; default 1536x12:lru, or none if tlb names a first level only',
    accepts: TLB_ACCEPTS,
    flag: { placeholder: 'SPEC', group: 'Translation' },
  }),
  tlb_size: integer(0, MAX_TLB_ENTRIES, {
    help: 'one unified, fully associative TLB of N entries and no second level',
    flag: { short: 'T', placeholder: 'N', group: 'Translation' },
  }),
  tlb_policy: notation(z.string('not a name'), z.enum(TLB_POLICIES), readTlbPolicy, {
    help: 'policy of the TLB that tlb_size makes (default lru)',
    accepts: TLB_POLICIES.join(', '),
    flag: { placeholder: 'NAME', group: 'Translation' },
  }),
  pwc: notation(
    z.union([z.string(), z.array(z.number())], { error: 'not a list of entries' }),
    z.array(z.number().int('not a whole number').min(0, 'negative').max(65_536, 'above 65536')),
    readPwc,
    {
      help: 'entries of the page-walk caches from the root down, at most levels - 1 of them',
      default: 'none',
      accepts: "entries from the root down such as '2,4,32', each at most 65536, or none",
      flag: { placeholder: 'LIST', group: 'Translation' },
    },
  ),
  tagged: choice({
    help: 'TLB entries carry an ASID; without it every TLB is flushed on a context switch',
    default: true,
    flag: { placeholder: null, off: 'flush every TLB on a context switch: no ASIDs', group: 'Translation' },
  }),
  policy: notation(
    z.union(
      [
        z.string(),
        z.strictObject({
          id: z.string(),
          params: z.record(z.string(), z.number()).optional(),
          origin: z.string().exactOptional(),
        }),
      ],
      { error: 'not a policy' },
    ),
    policyChoice,
    (value): PolicyChoice | Complaint[] =>
      typeof value === 'string' ? parsePolicy(value) : choosePolicy(value, value.params ?? {}),
    {
      help: 'replacement policy NAME[:PARAMETER=VALUE,…]; `vmm policies` lists them',
      default: 'clock',
      accepts: `one of ${POLICIES.map((row) => row.id).join(', ')}`,
      flag: { short: 'a', aliases: ['algorithm'], placeholder: 'POLICY', group: 'Replacement' },
    },
  ),
  seed: integer(0, Number.MAX_SAFE_INTEGER, {
    help: 'seed of the random policies',
    default: 1,
    flag: { placeholder: 'N', group: 'Replacement' },
  }),
  max_processes: integer(1, 32_767, {
    help: 'most processes that a trace may name',
    default: 1024,
    flag: { placeholder: 'N', group: 'Memory' },
  }),
  verify: choice({
    help: 'stamp every write and compare every read with a flat memory',
    default: false,
    flag: { placeholder: null, group: 'Memory' },
  }),
  tlb_ns: latency(1, 'first-level TLB lookup'),
  stlb_ns: latency(4, 'second-level TLB lookup'),
  memory_ns: latency(100, 'one memory reference, for data or for a page-table entry'),
  fault_ns: latency(1000, 'entering, serving and leaving a page fault, without zeroing and I/O'),
  zero_ns: latency(250, 'filling a page with zeroes'),
  swap_read_ns: latency(80_000, 'one read by the swap device'),
  swap_write_ns: latency(80_000, 'one write by the swap device'),
  swap_channels: integer(1, 64, {
    help: 'requests that the swap device serves at once',
    default: 4,
    flag: { placeholder: 'N', group: 'Latencies' },
  }),
  write_queue: integer(1, 4096, {
    help: 'write-backs that may be outstanding before a fault has to wait',
    default: 32,
    flag: { placeholder: 'N', group: 'Latencies' },
  }),
  base_fault_us: integer(0, SECOND_IN_NS, {
    help: 'cost of a fault in amt_base_ns, which changes nothing else',
    default: 1000,
    flag: { placeholder: 'US', group: 'Latencies' },
  }),
  ...SYSTEM_FIELDS,
} as const satisfies Record<string, Field>;

export type ConfigKey = keyof typeof FIELDS;
export const CONFIG_KEYS = Object.keys(FIELDS) as ConfigKey[];
export { levelsOf, PT_TYPES, type PtType };
