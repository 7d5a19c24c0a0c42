/** Opens the trace of a call: read as its flags say, and the part of it that they ask for. */
import { limited, MOST_SAMPLE, type OpenOptions, openTrace, type Part, type TraceSource } from 'pagewalk/node';
import { UsageError } from '../exit.ts';
import { count } from './count.ts';
import { pageMapping } from './page-mapping.ts';

/** The flags of `addTraceFlags` and `addPartFlags`. */
export interface TraceFlags {
  readonly format?: string;
  readonly modify?: 'write' | 'both';
  readonly idIs?: 'page' | 'byte' | 'lbn512';
  readonly split?: boolean;
  readonly v2p?: string;
  readonly columns?: string;
  readonly lenient?: boolean;
  readonly skip?: string;
  readonly sample?: string;
}

/** `pageSize` of the machine. @throws UsageError at a bad flag; TraceError. */
export async function openedTrace(path: string, flags: TraceFlags, pageSize: number): Promise<TraceSource> {
  const problems: string[] = [];
  const part = { ...partOf(flags, problems), page: pageSize };
  if (problems.length > 0) throw new UsageError(...problems);
  const mapping = flags.v2p === undefined ? {} : { v2p: await pageMapping(flags.v2p) };
  return limited(await openTrace(path, { ...readOptions(flags, pageSize), ...mapping }), part);
}

/** How the flags say that a trace is to be read, but for files that they name. */
export function readOptions(flags: TraceFlags, pageSize: number): OpenOptions {
  return {
    referencePage: pageSize,
    ...(flags.format === undefined ? {} : { format: flags.format }),
    ...(flags.modify === undefined ? {} : { modify: flags.modify }),
    ...(flags.idIs === undefined ? {} : { idIs: flags.idIs }),
    ...(flags.split === undefined ? {} : { split: flags.split }),
    ...(flags.columns === undefined ? {} : { columns: flags.columns }),
    lenient: flags.lenient === true,
  };
}

/** What is wrong is added to `problems`. */
export function partOf(flags: Pick<TraceFlags, 'skip' | 'sample'>, problems: string[]): Part {
  return { skip: count('--skip', flags.skip, problems, 0), sample: share(flags.sample, problems) };
}

/** A sample has no neighbouring pages, which is what a prefetcher goes by. */
export function refuseSample(flags: TraceFlags, prefetcher: string | undefined, problems: string[]): void {
  if (flags.sample === undefined || prefetcher === undefined || prefetcher === 'none') return;
  problems.push(
    `--sample with --prefetch ${prefetcher}: a sample lacks the neighbouring pages; leave one of the two out`,
  );
}

function share(text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const [, digits] = /^1\/(\d{1,5})$/.exec(text.trim()) ?? [];
  const value = Number(digits ?? 0);
  if (value >= 1 && value <= MOST_SAMPLE) return value;
  problems.push(`--sample ${text}: not a share of the pages; give 1/R with R from 1 to ${MOST_SAMPLE}, such as 1/100`);
  return undefined;
}
