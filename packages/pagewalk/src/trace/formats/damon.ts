import { byLines } from '../head.ts';
import {
  decimalNumber,
  type HostLines,
  hexNumber,
  hostReader,
  type Misreading,
  misread,
  type RecordSink,
  STEP_RECORDS,
} from '../host-reader.ts';
import { OP_READ } from '../record-layout.ts';
import type { TraceFormat } from './format.ts';

/**
 * Regions of memory and how often DAMON found them used, as `damo report raw` and the tracepoint damon:damon_aggregated print them. A heat
 * map: each page of a region that was used becomes one read per aggregation.
 */
const PAGE = 4096n;
const COUNT = 'a decimal number below 2^32';
const ORDER = 'a start below the end, both below 2^64';
const LINE = 'a region such as 7f7fdc6f0000-7f7fdc7f0000 (1 MiB) 3 1, or a line of damon:damon_aggregated';
const POINT = 'target_id=0 nr_regions=1 4096-8192: 3 1';
const KEYS = 'base_time_absolute|monitoring_start|monitoring_end|monitoring_duration|target_id|nr_regions';
const KEY = new RegExp(`^[ \\t]*(${KEYS}):[ \\t]*(.*?)[ \\t]*$`, 's');
const TRACEPOINT = /damon_aggregated:[ \t]*/;

export const damon: TraceFormat = {
  name: 'damon',
  shape: 'regions of damo report raw or of damon:damon_aggregated',
  unit: 'line',
  likeness: byLines(
    new RegExp(
      `^[ \\t]*([\\da-f]+-[\\da-f]+[ \\t]*\\(|(${KEYS}):)|(^|[ \\t])(damon:)?damon_aggregated:[ \\t]*target_id=`,
      'i',
    ),
    /^[ \t]*[\da-f]{4,}-[\da-f]{4,}[ \t]|damon_aggregated/i,
  ),
  open: (parts) => hostReader(parts, new Regions()),
  notes: ['a heat map of DAMON: pages that were used in an aggregation, not accesses and not their order'],
};

class Regions implements HostLines {
  /** Pids in the order of the targets' appearance. */
  private readonly pids = new Map<string, number>();
  private pid = 1;

  read(line: string, sink: RecordSink): Misreading | Iterator<unknown> | undefined {
    const point = TRACEPOINT.exec(line);
    if (point) return this.point(line, point.index + point[0].length, sink);
    const key = KEY.exec(line);
    if (key) {
      if (key[1] === 'target_id') this.turnTo(key[2]!);
      return undefined;
    }
    return this.region(line, sink);
  }

  private turnTo(target: string): void {
    if (!this.pids.has(target)) this.pids.set(target, this.pids.size + 1);
    this.pid = this.pids.get(target)!;
  }

  /** `target_id=T nr_regions=N START-END: NR_ACCESSES [AGE]`, from `from` on. */
  private point(line: string, from: number, sink: RecordSink): Misreading | Iterator<unknown> | undefined {
    const text = line.slice(from);
    const found = /^(target_id=(\d+)[ \t]+nr_regions=\d+[ \t]+)((\d+)-(\d+)):[ \t]*(\d+)([ \t]+-?\d+)?[ \t]*$/.exec(
      text,
    );
    if (!found) return misread(from, line.length, 'text', POINT);
    const [, before, target, range, start, end, count] = found as unknown as string[];
    const bounds = [decimalNumber(start!), decimalNumber(end!)] as const;
    const place = from + before!.length;
    return this.used(bounds, place, range!, count!, place + text.indexOf(':'), () => this.turnTo(target!), sink);
  }

  /** `start-end (length) nr_accesses [age]` */
  private region(line: string, sink: RecordSink): Misreading | Iterator<unknown> | undefined {
    const found = /^([ \t]*)(([\da-f]+)-([\da-f]+))[ \t]*\([^)]*\)[ \t]*/i.exec(line);
    if (!found) return misread(0, line.length, 'line', LINE);
    const [before, blanks, range, start, end] = found as unknown as string[];
    const bounds = [hexNumber(start!), hexNumber(end!)] as const;
    const count = /^[^ \t]*/.exec(line.slice(before!.length))![0];
    return this.used(bounds, blanks!.length, range!, count, before!.length, () => {}, sink);
  }

  private used(
    [start, end]: readonly [bigint | undefined, bigint | undefined],
    place: number,
    range: string,
    count: string,
    at: number,
    good: () => void,
    sink: RecordSink,
  ): Misreading | Iterator<unknown> | undefined {
    if (start === undefined || end === undefined || start >= end) {
      return misread(place, place + range.length, 'region', ORDER);
    }
    const accesses = decimalNumber(count, 0xffff_ffffn);
    if (accesses === undefined) return misread(at, at + count.length, 'nr_accesses', COUNT);
    good();
    if (accesses > 0n) return pages(start, end, this.pid, sink);
    sink.leaveOut('idle_regions');
    return undefined;
  }
}

/** A read of each page in turn, STEP_RECORDS a step. */
function* pages(start: bigint, end: bigint, pid: number, sink: RecordSink): Generator<undefined> {
  let put = 0;
  for (let page = start / PAGE; page * PAGE < end; page++) {
    sink.put(pid, OP_READ, page * PAGE);
    if (++put % STEP_RECORDS === 0) yield;
  }
}
