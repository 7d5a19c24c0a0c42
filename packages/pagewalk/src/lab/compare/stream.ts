/**
 * The trace as a comparison needs it. It is read once; on the way its distinct pages are counted. Where sizes are shares of these, or a policy
 * asks when pages are used next, it is put aside first, because both are known only at its end.
 */
import { pageTest } from '../../machine/address-space.ts';
import type { MachineConfig } from '../../machine/config/schema.ts';
import { limited, reach } from '../../machine/limit.ts';
import { countOperations } from '../../machine/operations/places.ts';
import { PageSet } from '../../machine/pages.ts';
import { nextUsesOf, refuseSmallPages } from '../../machine/run.ts';
import { withNextUse } from '../../trace/next-use.ts';
import { RECORD_BYTES } from '../../trace/record.ts';
import { withRuns } from '../../trace/runs.ts';
import type { TraceSource } from '../../trace/source.ts';
import { spooled } from '../../trace/spooled.ts';
import type { Feed } from './cell.ts';

export interface StreamOptions {
  readonly config: MachineConfig;
  readonly nextUses: boolean;
  /** Whether `pages` must be known before the first part. */
  readonly pagesFirst: boolean;
  readonly maxAccesses: number | undefined;
  /** Whether the machines are many enough that it pays to gather runs for them. */
  readonly runs: boolean;
}

export interface Stream {
  /** The part that is played next; null at the end. */
  next(): Promise<Feed | null>;
  readonly source: TraceSource;
  /** Distinct pages of each process at valid addresses, so far or of the whole trace; null: too many to count. */
  readonly pages: number | null;
  close(): Promise<void>;
}

/** @throws TraceError at bad input. The source is closed with the stream. */
export async function streamOf(trace: TraceSource, options: StreamOptions): Promise<Stream> {
  const { config, nextUses, pagesFirst, maxAccesses, runs } = options;
  const shift = Math.log2(config.page_size);
  const pages = new PageSet(shift, pageTest(config));
  // What is put aside, and what next uses are found for, are plain records.
  if (!nextUses && !pagesFirst) trace.wantRuns?.();
  const counted = counting(limited(trace, maxAccesses ?? Number.POSITIVE_INFINITY), pages);
  if (nextUses) return new Parts(withNextUse(counted, shift), pages, config);
  if (!pagesFirst) return new Parts(runs && !trace.wantRuns ? await withRuns(counted) : counted, pages, config);
  const aside = await spooled(counted);
  return new Parts(runs ? await withRuns(aside.open()) : aside.open(), pages, config, () => aside.close());
}

class Parts implements Stream {
  readonly source: TraceSource;
  private readonly set: PageSet;
  private readonly config: MachineConfig;
  private readonly alsoClose: () => Promise<void>;
  private accesses = 0;
  private operations = 0;

  constructor(source: TraceSource, set: PageSet, config: MachineConfig, alsoClose = async (): Promise<void> => {}) {
    this.source = source;
    this.set = set;
    this.config = config;
    this.alsoClose = alsoClose;
  }

  get pages(): number | null {
    return this.set.count;
  }

  async next(): Promise<Feed | null> {
    const { source, accesses, operations } = this;
    const chunk = await source.next();
    if (!chunk) return null;
    refuseSmallPages(source, this.config.page_size);
    const { bytes, records } = chunk;
    const hasOperations = (source.operations?.count ?? 0) > 0;
    const even = source.foldedPage === null && !hasOperations;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, (records * RECORD_BYTES) / 4);
    this.accesses += reach(words, 0, records, even, Number.POSITIVE_INFINITY)[1];
    if (hasOperations) this.operations += countOperations(words, 0, records);
    return { bytes, records, nextUses: nextUsesOf(chunk), accesses, operations, even };
  }

  async close(): Promise<void> {
    await this.source.close();
    await this.alsoClose();
  }
}

/** The same trace, with its pages taken down as it is read. */
function counting(source: TraceSource, pages: PageSet): TraceSource {
  return {
    name: source.name,
    format: source.format,
    sizeHint: source.sizeHint,
    get foldedPage() {
      return source.foldedPage;
    },
    get operations() {
      return source.operations;
    },
    async next() {
      const chunk = await source.next();
      if (chunk)
        pages.add(new Int32Array(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.records * 4), 0, chunk.records);
      return chunk;
    },
    info: () => source.info(),
    position: () => source.position(),
    close: () => source.close(),
  };
}
