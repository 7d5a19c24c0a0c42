/** What is found in a trace, as a zod object, and from that as JSON Schema. */
import * as z from 'zod';

export const INSPECTION_SCHEMA = 'pagewalk-inspect-1';

const count = z.number().min(0);
const ratio = z.number().min(0).max(1);
const hex = z.string().regex(/^0x[0-9a-f]+$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const told = z.record(z.string(), z.union([z.string(), z.number()]));
const ops = { reads: count, writes: count, fetches: count };

/** Made when it is first needed. */
export const inspectionSchema = once(() => {
  const recognition = z.strictObject({
    likeness: ratio,
    runner_up: z.strictObject({ format: z.string(), likeness: ratio }).nullable(),
  });
  const trace = z.strictObject({
    name: z.string(),
    format: z.string(),
    recognition: recognition.nullable().describe('null: the format was named, or the trace was made'),
    compression: z.string().nullable(),
    bytes: count.describe('input as given'),
    sha256: sha256.nullable().describe('of the input as given; null if it was not read to its end'),
    event_sha256: sha256.nullable().describe('of the events, however they are encoded; null if it was not asked for'),
    folded_page: count.nullable().describe('accesses of a folded record lie in one page of so many bytes'),
    skipped: count.describe('lines or records that lenient reading left out'),
    first_skipped: z.string().nullable(),
    truncated_tail: count.describe('bytes of a cut last line or record'),
    left_out: z.record(z.string(), count).describe('by design: markers, hints and such, which are no accesses'),
    facts: told.describe('what the trace says of itself'),
    settings: told.describe('chosen or assumed in reading the trace'),
    notes: z.array(z.string()),
  });
  const pages = z.strictObject({
    distinct: count.describe('distinct pages of each process'),
    exact: z.boolean().describe('false: there were too many to keep, and this is an estimate from a sample'),
    bytes: count.describe('footprint: pages × page size'),
    code: count.describe('pages that are only fetched from'),
    data: count.describe('pages that are only read and written'),
    code_and_data: count,
    written: count.describe('pages that are written at least once'),
    half: count.describe('so many pages, those touched most, take half of all touches'),
    nine_tenths: count,
    ninety_nine_hundredths: count,
  });
  const process = z.strictObject({
    pid: count,
    accesses: count,
    ...ops,
    operations: count,
    pages: count,
    first: count.describe('number of its first access, from 1; 0 if it has none'),
    last: count,
  });
  const region = z.strictObject({
    pid: count,
    from: hex,
    to: hex.describe('its last byte'),
    kind: z.enum(['code', 'code and data', 'data', 'read only', 'stack']),
    name: z.string().nullable().describe('of what is mapped there, where the trace tells'),
    pages: count,
    touches: count,
    ...ops,
  });
  const hot = z.strictObject({ pid: count, page: hex, touches: count, share: ratio, ...ops });
  const runs = z.strictObject({
    count,
    mean: count,
    p50: count,
    p90: count,
    p99: count,
    longest: count,
    lengths: z.array(z.strictObject({ from: count, to: count, runs: count })),
  });
  const finding = z.strictObject({
    id: z.string(),
    severity: z.enum(['warning', 'note']).describe('warning: results from this trace may mislead'),
    what: z.string(),
    evidence: z.string(),
    advice: z.string(),
  });
  return z.strictObject({
    schema: z.literal(INSPECTION_SCHEMA),
    trace,
    page_size: count,
    addresses: z.enum(['virtual', 'physical', 'block', 'object']),
    accesses: count,
    touches: count.describe('pages touched: an access across a page boundary touches two'),
    ...ops,
    cross_page_accesses: count,
    records: count.describe('as the trace stores them'),
    folded_records: count,
    accesses_per_record: count,
    operations: z.record(z.string(), count).describe('by name'),
    operations_total: count,
    lowest: hex.nullable().describe('lowest and highest address'),
    highest: hex.nullable(),
    pages,
    processes: z.array(process).describe('those with the most accesses'),
    processes_total: count,
    timeline: z
      .strictObject({
        step: count.describe('accesses a row'),
        reads: z.array(count),
        writes: z.array(count),
        fetches: z.array(count),
        new_pages: z.array(count).describe('touched for the first time'),
        pages: z.array(count).describe('distinct so far'),
      })
      .describe('columns of equal length'),
    regions: z.array(region).describe('clusters of pages, by process and address'),
    regions_left_out: count.describe('processes whose regions are not listed'),
    sizes: z.array(z.strictObject({ bytes: count, more: z.boolean().describe('this size or larger'), ...ops })),
    alignment: z
      .strictObject({
        data: z.array(count),
        fetches: z.array(count),
        natural_ratio: ratio.nullable().describe('data accesses of 4, 8, 16 … bytes at a multiple of their size'),
      })
      .describe('unfolded accesses whose address is a multiple of 2^n and not of 2^(n+1); the last also of more'),
    runs: runs.describe('touches in a row of one page'),
    hot_pages: z.array(hot),
    findings: z.array(finding),
  });
});

export type Inspection = z.output<ReturnType<typeof inspectionSchema>>;
export type Finding = Inspection['findings'][number];
export type InspectedRegion = Inspection['regions'][number];

/** JSON Schema (2020-12) of an inspection. */
export function inspectionJsonSchema(): object {
  return { title: 'pagewalk inspection of a trace', ...z.toJSONSchema(inspectionSchema(), { io: 'output' }) };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
