/** Counts a trace on its way, record by record, in bounded memory. What is derived from the counts is elsewhere. */
import { OperationGatherer, type OperationRecord } from '../../trace/operations/operation.ts';
import { FOLDED, isOperation, PID_SHIFT, recordWords } from '../../trace/record-layout.ts';
import type { Chunk } from '../../trace/source.ts';
import { Grid } from './grid.ts';
import { Histogram } from './histogram.ts';
import { NAMING } from './mapped-names.ts';
import { PageTable } from './page-table.ts';
import { Timeline } from './timeline.ts';

const OPS = 3;
const FETCH = 2;
/** Sizes up to this many bytes are counted one by one, larger ones together. */
export const MOST_SIZE = 256;
/** Powers of two that addresses are multiples of: 1 to 4096. */
export const ALIGNMENTS = 13;
/** Pages of one access that are looked at; of more, only the number counts. */
const MOST_PAGES_OF_ACCESS = 65_536;
const MOST_PROCESSES = 65_536;
const MOST_MAPPINGS = 4096;
const SMALL = 2 ** 20;
/** Orders of addresses are looked at in so many chunks at the beginning, then in one of so many: it costs a branch that nobody can predict. */
const WATCHED_CHUNKS = 16;

export interface Process {
  readonly pid: number;
  /** Accesses by op. */
  readonly ops: Float64Array;
  operations: number;
  /** Numbers of its first and last access, from 1. */
  first: number;
  last: number;
}

export interface TallyOptions {
  readonly pageShift: number;
  readonly picture: boolean;
  readonly mostPages?: number | undefined;
}

export class Tally {
  readonly pages: PageTable;
  readonly timeline: Timeline;
  readonly grid: Grid | null;
  readonly runs = new Histogram();
  readonly processes = new Map<number, Process>();
  /** Of processes beyond the 65536 that are told apart. */
  readonly others: Process = newProcess(-1);
  /** By size and op; the last size stands for all that are larger. */
  readonly sizes = new Float64Array((MOST_SIZE + 2) * OPS);
  /** By power of two and, from ALIGNMENTS on, the same for fetches. */
  readonly alignments = new Float64Array(ALIGNMENTS * 2);
  /** Data accesses of 2^n ≥ 4 bytes, and those of them at a multiple of their size. */
  sized = 0;
  natural = 0;
  records = 0;
  foldedRecords = 0;
  accesses = 0;
  touches = 0;
  crossings = 0;
  /** Of the records that are watched: at an address not below that of the record before; one above it. */
  ascending = 0;
  successors = 0;
  watched = 0;
  /** Accesses in records at addresses that no processor of 48, or 57, bits has. */
  beyond48 = 0;
  beyond57 = 0;
  /** Distinct addresses below 2^20. */
  readonly small = new Uint8Array(SMALL / 8);
  smallAccesses = 0;
  lowest = [0xffff_ffff, 0xffff_ffff];
  highest = [0, 0];
  readonly operations = new Map<string, number>();
  readonly mappings: OperationRecord[] = [];
  private readonly gatherer = new OperationGatherer();
  private readonly shift: number;
  private chunks = 0;
  private previous = [0, 0];
  /** The page touched last, its place and row, and how often it was touched in a row. */
  private page = { low: 0, high: 0, pid: -1, id: -1, row: -1 };
  private run = 0;
  private process: Process = this.others;

  constructor({ pageShift, picture, mostPages }: TallyOptions) {
    this.shift = pageShift;
    this.pages = new PageTable(mostPages);
    this.grid = picture ? new Grid() : null;
    this.timeline = new Timeline(
      (column) => this.grid?.finishColumn(column),
      () => this.grid?.joinColumns(),
    );
  }

  add(chunk: Chunk): void {
    const words = recordWords(chunk);
    const isWatched = this.chunks < WATCHED_CHUNKS || this.chunks % WATCHED_CHUNKS === 0;
    this.chunks++;
    this.records += chunk.records;
    if (isWatched) this.watched += chunk.records;
    for (let at = 0; at < words.length; ) {
      at = this.accessesFrom(words, at, isWatched);
      if (at < words.length) this.operation(words, at);
      at += 4;
    }
  }

  finish(): void {
    this.endRun();
    this.process.last = this.accesses;
    this.grid?.finishColumn(this.timeline.column);
  }

  /** Counts accesses up to an operation, whose place it returns. */
  private accessesFrom(words: Uint32Array, from: number, isWatched: boolean): number {
    const { shift, sizes, alignments, timeline, page } = this;
    const now = this.grid?.now;
    const pageBytes = 2 ** shift;
    const inPage = pageBytes - 1;
    const highShift = 32 - shift;
    let [beforeLow, beforeHigh] = this.previous as [number, number];
    let [leastLow, leastHigh] = this.lowest as [number, number];
    let [mostLow, mostHigh] = this.highest as [number, number];
    let { run, process } = this;
    let at = from;
    for (; at < words.length; at += 4) {
      const meta = words[at + 3]!;
      if (isOperation(meta)) break;
      const low = words[at]!;
      const high = words[at + 1]!;
      const extent = words[at + 2]!;
      const op = meta & 3;
      const pid = meta >>> PID_SHIFT;
      const isFolded = (meta & FOLDED) !== 0;
      const accesses = isFolded ? extent : 1;

      if (isWatched) {
        if (high > beforeHigh || (high === beforeHigh && low >= beforeLow)) {
          this.ascending++;
          if (high === beforeHigh && low === beforeLow + 1) this.successors++;
        }
        beforeLow = low;
        beforeHigh = high;
      }
      if (high > mostHigh || (high === mostHigh && low > mostLow)) {
        mostHigh = high;
        mostLow = low;
      }
      if (high < leastHigh || (high === leastHigh && low < leastLow)) {
        leastHigh = high;
        leastLow = low;
      }
      if (high === 0) {
        if (low < SMALL) {
          this.small[low >>> 3]! |= 1 << (low & 7);
          this.smallAccesses += accesses;
        }
      } else if (high >= 0x8000 && high < 0xffff_8000) {
        this.beyond48 += accesses;
        if (high >= 0x0100_0000 && high < 0xff00_0000) this.beyond57 += accesses;
      }
      if (process.pid !== pid) process = this.processOf(pid);
      process.ops[op]! += accesses;
      this.accesses += accesses;

      if (isFolded) this.foldedRecords++;
      else {
        sizes[(extent <= MOST_SIZE ? extent : MOST_SIZE + 1) * OPS + op]!++;
        const power = low === 0 ? ALIGNMENTS - 1 : Math.min(ALIGNMENTS - 1, 31 - Math.clz32(low & -low));
        alignments[(op === FETCH ? ALIGNMENTS : 0) + power]!++;
        if (op !== FETCH && extent >= 4 && (extent & (extent - 1)) === 0) {
          this.sized++;
          if ((low & (extent - 1)) === 0) this.natural++;
        }
        if ((low & inPage) + extent > pageBytes) {
          this.run = run;
          this.cross(words, at);
          run = this.run;
          this.spend(op, 1);
          continue;
        }
      }

      const pageLow = shift === 0 ? low : ((low >>> shift) | (high << highShift)) >>> 0;
      const pageHigh = high >>> shift;
      if (pageLow === page.low && pageHigh === page.high && pid === page.pid) run += accesses;
      else {
        if (run > 0) this.runs.add(run);
        run = accesses;
        this.turnTo(pageLow, pageHigh, pid);
      }
      this.touches += accesses;
      if (page.id >= 0) this.pages.counts[page.id * OPS + op]! += accesses;
      if (accesses < timeline.left) {
        timeline.left -= accesses;
        timeline.ops[timeline.column * OPS + op]! += accesses;
        if (now) now[page.row * OPS + op]! += accesses;
      } else this.pass(op, accesses);
    }
    this.previous = [beforeLow, beforeHigh];
    this.lowest = [leastLow, leastHigh];
    this.highest = [mostLow, mostHigh];
    this.run = run;
    return at;
  }

  /** Counts accesses to the present page that go beyond the column of the timeline. */
  private pass(op: number, accesses: number): void {
    const { timeline, page, grid } = this;
    for (let rest = accesses; rest > 0; ) {
      const part = Math.min(rest, timeline.left);
      if (grid) grid.now[page.row * OPS + op]! += part;
      this.spend(op, part);
      rest -= part;
    }
  }

  /** Counts accesses that fit into the column. */
  private spend(op: number, accesses: number): void {
    const { timeline } = this;
    timeline.ops[timeline.column * OPS + op]! += accesses;
    timeline.left -= accesses;
    if (timeline.left === 0) timeline.advance();
  }

  /** An access to several pages. */
  private cross(words: Uint32Array, at: number): void {
    const { shift, page, grid } = this;
    const op = words[at + 3]! & 3;
    const pid = words[at + 3]! >>> PID_SHIFT;
    const inPage = words[at]! % 2 ** shift;
    const count = Math.floor((inPage + words[at + 2]! - 1) / 2 ** shift) + 1;
    let low = pageLowOf(words[at]!, words[at + 1]!, shift);
    let high = words[at + 1]! >>> shift;
    const last = 0xffff_ffff >>> shift;
    this.crossings++;
    this.touches += count;
    for (let number = 0; number < Math.min(count, MOST_PAGES_OF_ACCESS); number++) {
      if (number > 0 && ++low > 0xffff_ffff) {
        low = 0;
        // Past the last address there is no page.
        if (++high > last) return;
      }
      if (low === page.low && high === page.high && pid === page.pid) this.run++;
      else {
        this.endRun();
        this.run = 1;
        this.turnTo(low, high, pid);
      }
      if (page.id >= 0) this.pages.counts[page.id * OPS + op]!++;
      if (grid) grid.now[page.row * OPS + op]!++;
    }
  }

  private endRun(): void {
    if (this.run > 0) this.runs.add(this.run);
    this.run = 0;
  }

  private turnTo(low: number, high: number, pid: number): void {
    const { page, pages, timeline, grid } = this;
    const { size, weight } = pages;
    page.low = low;
    page.high = high;
    page.pid = pid;
    page.id = pages.find(low, high, pid);
    if (page.id === size && pages.size > size) timeline.firsts[timeline.column]! += weight;
    if (grid) page.row = this.rowOf(grid);
  }

  private rowOf(grid: Grid): number {
    const { low, high, pid, id } = this.page;
    const known = id < 0 ? -1 : this.pages.row[id]!;
    if (known >= 0) return known;
    let row = grid.rowOf(low, high, pid);
    if (row < 0) {
      grid.coarsen();
      this.pages.row.fill(-1);
      row = grid.rowOf(low, high, pid);
    }
    if (id >= 0) this.pages.row[id] = row;
    return row;
  }

  /** The process that the accesses are of from now on. */
  private processOf(pid: number): Process {
    this.process.last = this.accesses;
    let found = this.processes.get(pid);
    if (!found) {
      found = this.processes.size < MOST_PROCESSES ? newProcess(pid) : this.others;
      if (found !== this.others) this.processes.set(pid, found);
    }
    if (found.first === 0) found.first = this.accesses + 1;
    this.process = found;
    return found;
  }

  private operation(words: Uint32Array, at: number): void {
    const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
    const operation = this.gatherer.take(view, at * 4);
    if (!operation) return;
    const { operation: name, pid } = operation;
    this.operations.set(name, (this.operations.get(name) ?? 0) + 1);
    this.timeline.operation(name);
    let process = this.processes.get(pid);
    if (!process) {
      process = this.processes.size < MOST_PROCESSES ? newProcess(pid) : this.others;
      if (process !== this.others) this.processes.set(pid, process);
    }
    process.operations++;
    if (NAMING.has(name) && this.mappings.length < MOST_MAPPINGS) this.mappings.push(operation);
  }
}

function newProcess(pid: number): Process {
  return { pid, ops: new Float64Array(OPS), operations: 0, first: 0, last: 0 };
}

const pageLowOf = (low: number, high: number, shift: number): number =>
  shift === 0 ? low : ((low >>> shift) | (high << (32 - shift))) >>> 0;
