/** What a comparison gives, as a zod object, and from that as JSON Schema. */
import { COUNTERS, type CounterName, type CounterRow, POLICY_FAMILIES, type PolicyRow } from '@pagewalk/engine/catalog';
import * as z from 'zod';
import { machineConfigSchema } from '../../machine/config/schema.ts';

export const COMPARISON_SCHEMA = 'pagewalk-compare-1';

/** The counters of a machine that a comparison keeps. */
export const COMPARED_COUNTERS = [
  'page_faults',
  'minor_faults',
  'major_faults',
  'evictions',
  'dirty_evictions',
  'scheduled_writes',
  'released_pages',
  'swap_ins',
  'swap_outs',
  'file_write_backs',
  'clean_fallbacks',
  'policy_fallbacks',
  'policy_steps',
  'oom_failures',
  'segfaults',
] as const satisfies readonly CounterName[];

const OBSERVES = ['ref-bit', 'every-access', 'faults-only'] as const satisfies readonly PolicyRow['observes'][];

const count = z.number().min(0);
const ROWS: readonly CounterRow[] = COUNTERS;
const meaningOf = (name: string): string => ROWS.find((row) => row.name === name)?.meaning ?? '';

/** Made when it is first needed. */
export const comparisonSchema = once(() => {
  const counters = z.strictObject(
    Object.fromEntries(COMPARED_COUNTERS.map((name) => [name, count.describe(meaningOf(name))])) as Record<
      (typeof COMPARED_COUNTERS)[number],
      z.ZodNumber
    >,
  );
  const figures = z.strictObject({
    misses: count.describe('page faults'),
    miss_ratio: z.number().min(0).max(1).describe('misses / touches'),
    opt_ratio: count
      .nullable()
      .describe('misses / those of OPT in the same memory; null if there is nothing to divide by'),
    write_backs: count.describe('pages written to swap and to files'),
    total_ns: count.describe('simulated time'),
    mean_frames: count.describe('frames in use, averaged over the touches'),
    fewest: z.boolean().describe('no policy that does not know the future misses less in this memory'),
    counters,
  });
  return z.strictObject({
    schema: z.literal(COMPARISON_SCHEMA),
    trace: z.string(),
    accesses: count,
    touches: count.describe('pages touched by them: an access across a page boundary touches two'),
    pages: count.nullable().describe('distinct pages, per process, at valid addresses; null: too many to count'),
    config: machineConfigSchema().describe('of all machines, but for policy, frames and ram'),
    memories: z.array(
      z.strictObject({ text: z.string().describe('as it was asked for'), frames: count, bytes: count }),
    ),
    policies: z.array(
      z.strictObject({
        name: z.string().describe('id, and the parameters that are not the defaults'),
        id: z.string(),
        origin: z
          .string()
          .nullable()
          .describe('what it is made from, if somebody brought it along; null: of the catalog'),
        params: z.record(z.string(), z.number()),
        family: z.enum(POLICY_FAMILIES).nullable(),
        observes: z.enum(OBSERVES).nullable(),
        future: z.boolean().describe('knows when each page is used next'),
        releases: z.boolean().describe('gives pages back before memory is full'),
      }),
    ),
    runs: z
      .array(
        z.strictObject({
          policy: z.string().describe('its name'),
          frames: count,
          failure: z.string().nullable().describe('why the machine did not come to the end of the trace'),
          figures: figures.nullable().describe('null if there is a failure'),
        }),
      )
      .describe('memory by memory, in each the policies in their order'),
  });
});

export type PolicyComparison = z.output<ReturnType<typeof comparisonSchema>>;
export type PolicyRun = PolicyComparison['runs'][number];
export type RunFigures = NonNullable<PolicyRun['figures']>;

/** JSON Schema (2020-12) of a comparison. */
export function comparisonJsonSchema(): object {
  return { title: 'pagewalk comparison of policies', ...z.toJSONSchema(comparisonSchema(), { io: 'output' }) };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
