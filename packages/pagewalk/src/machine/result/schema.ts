/** The result of a run as a zod object, and from that as JSON Schema. Everything but `host` follows from configuration and trace. */
import { CACHE_COUNTERS, COUNTERS, type CounterName, type CounterRow, TLB_POLICIES } from '@pagewalk/engine/catalog';
import * as z from 'zod';
import { machineConfigSchema } from '../config/schema.ts';
import { PROCESS_COUNTERS } from '../counters.ts';

export const RESULT_SCHEMA = 'pagewalk-run-1';

const count = z.number().min(0);
const told = z.record(z.string(), z.union([z.string(), z.number()]));
const ratio = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const ROWS: readonly CounterRow[] = COUNTERS;
const meaningOf = (name: string): string => {
  const row = ROWS.find((each) => each.name === name);
  return row ? `${row.meaning} (${row.unit})` : '';
};

const countersOf = <N extends string>(names: readonly N[]): z.ZodObject<Record<N, z.ZodNumber>> =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, count.describe(meaningOf(name))]))) as never;

const cacheCounters = Object.fromEntries(
  CACHE_COUNTERS.map((row) => [row.name, count.describe(row.meaning)]),
) as Record<(typeof CACHE_COUNTERS)[number]['name'], z.ZodNumber>;

const names = ROWS.map((row) => row.name as CounterName);

/** Made when it is first needed: a run needs its types only. */
export const resultSchema = once(() => {
  /** bytes, sha256, skipped and truncated_tail are null if the run ended before the input did. */
  const trace = z.strictObject({
    name: z.string(),
    format: z.string().describe('reader or generator'),
    accesses: count.describe('that were run'),
    touches: count.describe('pages touched by them: an access across a page boundary touches two'),
    pages: count.nullable().describe('distinct pages, per process, at valid addresses; null: too many to count'),
    records: count.describe('that were run'),
    operations: count.describe('that were run: fork, mmap and so on, which are no accesses'),
    skipped: count.nullable().describe('lines left out by lenient reading'),
    first_skipped: z.string().nullable(),
    folded_page: count.nullable().describe('accesses of a folded record lie in one page of this size'),
    compression: z.string().nullable(),
    bytes: count.nullable().describe('input as given'),
    sha256: sha256.nullable().describe('of the input as given; null if it was not read to its end, or made'),
    truncated_tail: count.nullable().describe('bytes of a cut last line left out by lenient reading'),
    settings: told.describe('chosen or assumed in reading or making the trace'),
    left_out: z
      .record(z.string(), count)
      .nullable()
      .describe('by design: markers, hints and such, which are no accesses'),
    facts: told.describe('what the trace says of itself'),
    notes: z.array(z.string()).describe('what must be known to read the results'),
    ended: z.enum(['end_of_trace', 'max_accesses']),
  });

  const tlb = z.strictObject({
    name: z.enum(['tlb', 'itlb', 'dtlb', 'stlb', 'ltlb']),
    entries: count,
    ways: count,
    policy: z.enum(TLB_POLICIES),
    reach_bytes: count.describe('entries × page size'),
    ...cacheCounters,
  });

  const intervals = z.strictObject({
    every: count.describe('accesses in a row; more than asked for if rows had to be merged'),
    accesses_end: z.array(count).describe('accesses done at the end of each row'),
    time_ns: z.array(count),
    counters: z.strictObject(
      Object.fromEntries(names.map((name) => [name, z.array(count).describe(meaningOf(name))])) as Record<
        CounterName,
        z.ZodArray<z.ZodNumber>
      >,
    ),
  });

  const time = z.strictObject({
    total_ns: count.describe('simulated'),
    eat_ns: count.describe('effective access time: total / accesses'),
    amt_base_ns: count.describe(
      'tlb_ns + TLB misses per access × memory_ns + page faults per access × base_fault_us × 1000, as the C simulator has it',
    ),
    parts: z.strictObject({
      tlb_lookup_ns: count,
      stlb_lookup_ns: count,
      data_ns: count,
      walk_ns: count,
      fault_ns: count,
      zero_ns: count,
      swap_read_wait_ns: count,
      swap_write_wait_ns: count,
      file_read_wait_ns: count,
      file_write_wait_ns: count,
      prefetch_wait_ns: count,
      copy_ns: count,
      shootdown_ns: count,
    }),
  });

  return z.strictObject({
    schema: z.literal(RESULT_SCHEMA),
    engine: z.strictObject({ version: z.string(), sha256: sha256.nullable() }),
    config_name: z.string().nullable(),
    config: machineConfigSchema(),
    trace,
    counters: countersOf(names),
    tlbs: z.array(tlb),
    pwcs: z.array(z.strictObject({ level: count.describe('0 is the root'), entries: count, ...cacheCounters })),
    ratios: z.strictObject({
      tlb_hit_ratio: ratio.describe('of the touches whose translation was looked up'),
      tlb_miss_ratio: ratio,
      page_fault_ratio: ratio.describe('of all touches'),
      minor_fault_ratio: ratio,
      major_fault_ratio: ratio,
      dirty_eviction_ratio: ratio.describe('of the evictions'),
      pwc_hit_ratio: ratio.describe('of the walks'),
    }),
    time,
    processes: z.array(
      z.strictObject({
        pid: z.number().int().min(0).max(0xff_ffff),
        rss_pages: count.describe('pages in memory that the process maps, at the end'),
        pss_pages: count.describe('the same, a page that n mappings share counted 1/n'),
        uss_pages: count.describe('of these pages, those that nothing else maps'),
        ...(Object.fromEntries(PROCESS_COUNTERS.map((name) => [name, count.describe(meaningOf(name))])) as Record<
          (typeof PROCESS_COUNTERS)[number],
          z.ZodNumber
        >),
      }),
    ),
    intervals: intervals.nullable(),
    host: z.strictObject({
      node: z.string().nullable(),
      platform: z.string(),
      arch: z.string(),
      wall_ms: count,
      accesses_per_s: count,
      rss_bytes: count.nullable(),
    }),
  });
});

export type RunResult = z.output<ReturnType<typeof resultSchema>>;

/** JSON Schema (2020-12) of a result. */
export function resultJsonSchema(): object {
  return { title: 'pagewalk run result', ...z.toJSONSchema(resultSchema(), { io: 'output' }) };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
