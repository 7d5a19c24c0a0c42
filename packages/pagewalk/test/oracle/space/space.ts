/** The state of the model, and what a touch does to it. Read `touch` and `serve` first. */
import type { OperationErrorName } from '@pagewalk/engine/catalog';
import type { Op } from '../trace.ts';
import { Counts, type FaultBacking, type FaultClass } from './counts.ts';
import {
  type Entry,
  type Frame,
  isFrame,
  type MemoryObject,
  newFrame,
  Sharing,
  type Slot,
  stored,
  ZEROES,
} from './memory.ts';
import { Process } from './process.ts';
import { EXECUTE, indexOf, READ, type Region, WRITE } from './region.ts';
import type { AccessStep } from './step.ts';

export interface SpaceConfig {
  readonly pageSize: number;
  /** Pages of an address space, from 0. */
  readonly pages: number;
  readonly maxProcesses: number;
  readonly strict: boolean;
  readonly zeroPage: 'never' | 'mapped' | 'always';
  readonly eagerFork: boolean;
  /** Memory may be short: nothing is known about what is in it, only what must be read from it. */
  readonly short?: boolean;
  /** 1 of each unless said. */
  readonly cpus?: number;
  readonly nodes?: number;
}

export type Outcome = 'served' | 'segfault' | 'region_segfault' | 'protection' | 'bus_error';

/** Any of these rights allows it: as on x86, what may be written or executed may be read. */
const RIGHT: Record<Op, number> = { R: READ | WRITE | EXECUTE, W: WRITE, I: EXECUTE };
const KIND: Record<Op, string> = { R: 'reads', W: 'writes', I: 'ifetches' };

export class Space {
  readonly config: SpaceConfig;
  readonly processes: Process[] = [];
  objects: MemoryObject[] = [];
  readonly counts = new Counts();
  /** How the last touch ended. */
  last: Outcome = 'served';
  /** A number for each write. */
  private writes = 0;

  constructor(config: SpaceConfig) {
    this.config = config;
  }

  process(pid: number): Process | undefined {
    return this.processes.find((process) => process.pid === pid);
  }

  get living(): Process[] {
    return this.processes.filter(({ alive }) => alive);
  }

  get sharing(): Sharing<Process> {
    return new Sharing(this.living, this.objects);
  }

  /** The process, made at its first mention; an error if it cannot be. */
  enter(pid: number): Process | OperationErrorName {
    const known = this.process(pid);
    if (known !== undefined) return known.alive ? known : 'process_exited';
    if (this.processes.length === this.config.maxProcesses) return 'too_many_processes';
    return new Process(pid);
  }

  admit(process: Process): void {
    if (this.processes.includes(process)) return;
    this.processes.push(process);
  }

  /** Removed objects go with the last region that shows them, those without a name too. */
  dropUnused(): void {
    const shown = new Set(this.living.flatMap(({ regions }) => regions.list.map(({ object }) => object)));
    const isUnused = (object: MemoryObject) => (object.removed || object.id === null) && !shown.has(object);
    for (const object of this.objects) if (isUnused(object)) object.pages.clear();
    this.objects = this.objects.filter((object) => object.id !== null || shown.has(object));
  }

  /** Nothing could be done for it because memory is full, but now there is this process. */
  mention(pid: number): void {
    const process = this.enter(pid);
    if (process instanceof Process) this.admit(process);
  }

  protected access({ pid, op, address, extent, folded }: AccessStep): OperationErrorName[] {
    const process = this.enter(pid);
    if (!(process instanceof Process)) return [process];
    this.admit(process);
    const times = folded ? extent : 1;
    this.counts.add(pid, 'accesses', times);
    this.counts.add(pid, KIND[op], times);
    const { pageSize } = this.config;
    const first = Math.floor(address / pageSize);
    const last = folded ? first : Math.floor((address + extent - 1) / pageSize);
    for (let page = first; page <= last; page++) for (let t = 0; t < times; t++) this.touch(process, page, op);
    return [];
  }

  touch(process: Process, page: number, op: Op): void {
    const { pid } = process;
    this.counts.add(pid, 'touches');
    this.last = this.reach(process, page, op);
    if (this.last !== 'served') return;
    if (op === 'W') this.write(process, page);
    else this.counts.add(pid, 'verified_reads');
  }

  /** As `touch`, up to the moment before the contents are read or written. */
  private reach(process: Process, page: number, op: Op): Outcome {
    const { pid } = process;
    if (page >= this.config.pages) {
      this.counts.add(pid, 'segfaults');
      return 'segfault';
    }
    const region = process.regionAt(page, this.config.strict);
    if (region === undefined) {
      this.counts.add(pid, 'region_segfaults');
      return 'region_segfault';
    }
    if ((region.protection & RIGHT[op]) === 0) {
      this.counts.refused(pid, backingOf(region, process.pages.get(page)));
      return 'protection';
    }
    if (this.isBeyondEnd(region, page)) {
      this.counts.add(pid, 'bus_errors');
      return 'bus_error';
    }
    this.fault(process, page, region, op === 'W');
    return 'served';
  }

  isBeyondEnd(region: Region, page: number): boolean {
    const { object } = region;
    return object !== null && indexOf(region, page) >= Math.ceil(object.size / this.config.pageSize);
  }

  private write(process: Process, page: number): void {
    const entry = process.pages.get(page);
    if (entry?.kind !== 'frame' || !entry.writable) throw new Error('written where nothing may be written');
    this.soil(entry.frame);
    entry.frame.stamp = ++this.writes;
    entry.doubtful = false;
  }

  /** From now on swap holds something else. */
  private soil(frame: Frame): void {
    frame.dirty = true;
    frame.lazy = false;
    frame.slot = null;
  }

  /** Makes the page one that may be read, or written, if it is not. */
  fault(process: Process, page: number, region: Region, write: boolean): void {
    const entry = process.pages.get(page);
    if (entry?.kind === 'frame' && (!write || entry.writable)) return;
    if (entry?.kind === 'zero' && !write) return;
    const backing = backingOf(region, entry);
    this.counts.served(process.pid, backing, this.serve({ process, page, region, write }, entry));
  }

  private serve(wanted: Wanted, entry: Entry | undefined): FaultClass {
    if (entry === undefined) return this.firstTouch(wanted);
    if (entry.kind === 'zero') {
      this.copy(wanted, newFrame());
      return 'cow';
    }
    if (entry.kind === 'slot') {
      const cached = this.sharing.cached(entry.slot);
      this.mapAnonymous(wanted, cached ?? readIn(entry.slot, {}));
      return cached === undefined ? 'swap_in' : 'map';
    }
    if (wanted.region.shared) {
      entry.writable = true;
      this.soil(entry.frame);
      return 'write_notify';
    }
    if (this.sharing.isExclusive(entry.frame)) {
      entry.writable = true;
      this.soil(entry.frame);
      this.counts.add(wanted.process.pid, 'cow_reuses');
    } else this.copy(wanted, entry.frame);
    return 'cow';
  }

  private firstTouch(wanted: Wanted): FaultClass {
    const { process, page, region, write } = wanted;
    if (region.object !== null) return this.showObject(wanted, region.object, indexOf(region, page));
    const { zeroPage } = this.config;
    if (!write && (zeroPage === 'always' || (zeroPage === 'mapped' && !region.implicit))) {
      process.pages.set(page, { kind: 'zero' });
      return 'zero_page';
    }
    this.map(wanted, newFrame(), (region.protection & WRITE) !== 0);
    return 'demand_zero';
  }

  private showObject(wanted: Wanted, object: MemoryObject, index: number): FaultClass {
    const [frame, found] = this.bringIn(object, index);
    const { region, write } = wanted;
    if (region.shared) {
      const mayWrite = (region.protection & WRITE) !== 0;
      this.map(wanted, frame, mayWrite && (write || object.kind === 'shm'));
      return found;
    }
    if (!write) this.map(wanted, frame, false);
    else this.copy(wanted, frame);
    return write && found === 'map' ? 'cow' : found;
  }

  /** The frame of a page of an object, and what it took to have it. */
  bringIn(object: MemoryObject, index: number): [Frame, FaultClass] {
    const page = object.pages.get(index);
    if (isFrame(page)) return [page, 'map'];
    const cached = page === undefined ? undefined : this.sharing.cached(page);
    const frame =
      cached ?? newFrame({ object, index, stamp: page?.stamp ?? stored(object, index), slot: page ?? null });
    object.pages.set(index, frame);
    if (page !== undefined) return [frame, 'swap_in'];
    return [frame, object.kind === 'shm' ? 'demand_zero' : 'file_read'];
  }

  /** A frame that was in swap: writable for its only user; a write by one of several users makes a copy at once. */
  private mapAnonymous(wanted: Wanted, frame: Frame): void {
    this.map(wanted, frame, false);
    const entry = wanted.process.pages.get(wanted.page) as Entry & { kind: 'frame' };
    if (this.sharing.isExclusive(frame)) entry.writable = (wanted.region.protection & WRITE) !== 0;
    else if (wanted.write) this.copy(wanted, frame);
    if (wanted.write && entry.writable) this.soil(frame);
  }

  private map({ process, page, write }: Wanted, frame: Frame, writable: boolean): void {
    process.pages.set(page, { kind: 'frame', frame, writable });
    if (write && writable) this.soil(frame);
  }

  private copy(wanted: Wanted, { stamp }: Frame): void {
    const { process, page } = wanted;
    this.counts.add(process.pid, 'cow_copies');
    process.regions.changeAt(page, { copied: true });
    const before = process.pages.get(page);
    const doubtful = before?.kind === 'frame' && before.doubtful === true;
    this.map(wanted, newFrame({ stamp }), true);
    if (doubtful) Object.assign(process.pages.get(page) as Entry, { doubtful });
  }

  /** What a read of the page would find; null where nothing is in memory or swap. */
  contents(process: Process, page: number): number | null {
    const entry = process.pages.get(page);
    if (entry === undefined) return null;
    return entry.kind === 'zero' ? ZEROES : entry.kind === 'frame' ? entry.frame.stamp : entry.slot.stamp;
  }

  /** Pages in memory that are mapped: all of them, each divided by its mappings, those mapped nowhere else. */
  memoryOf(process: Process): { rss: number; pss: number; uss: number } {
    const references = this.references();
    const mapped = [...process.pages.values()].flatMap((entry) => (entry.kind === 'frame' ? [entry.frame] : []));
    const shares = mapped.map((frame) => 1 / (references.get(frame) as number));
    return {
      rss: mapped.length,
      pss: shares.reduce((sum, share) => sum + share, 0),
      uss: shares.filter((share) => share === 1).length,
    };
  }

  references(): Map<Frame, number> {
    const references = new Map<Frame, number>();
    for (const frame of this.sharing.framesInUse()) references.set(frame, 0);
    for (const { entry } of this.sharing.mappings()) {
      if (entry.kind === 'frame') references.set(entry.frame, (references.get(entry.frame) as number) + 1);
    }
    return references;
  }
}

/** What a fault is about. */
interface Wanted {
  readonly process: Process;
  readonly page: number;
  readonly region: Region;
  readonly write: boolean;
}

/** A frame with what the slot holds, which keeps holding it. */
function readIn(slot: Slot, parts: Partial<Frame>): Frame {
  slot.frame = newFrame({ ...parts, stamp: slot.stamp, slot });
  return slot.frame;
}

/** Copies of the pages of files and of shared memory are anonymous, whatever the region is. */
function backingOf({ backing, shared }: Region, entry: Entry | undefined): FaultBacking {
  const isOwn = entry !== undefined && (entry.kind !== 'frame' || entry.frame.object === null);
  if (backing === 'anon' || isOwn) return 'anon';
  return backing === 'shm' ? 'shm' : shared ? 'file_shared' : 'file_private';
}
