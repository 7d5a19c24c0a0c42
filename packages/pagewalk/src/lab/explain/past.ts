/**
 * What a run did so far, page by page, gathered from its event records: last use, load and eviction of every page, and who caused the
 * eviction. Memory grows with the number of distinct pages, not with the length of the trace.
 */
import { EVENT_BYTES, EVENTS, type EventName, FAULTS } from '@pagewalk/engine/catalog';
import type { MachineConfig } from '../../machine/config/schema.ts';
import { countOperations } from '../../machine/operations/places.ts';
import { NONE } from '../../machine/types.ts';
import { FOLDED, RECORD_BYTES } from '../../trace/record.ts';
import { recordTouches } from '../../trace/touches.ts';
import { PRESENT_PLACES } from './fault-kinds.ts';
import { PageColumn } from './page-column.ts';
import { PageIds } from './page-ids.ts';
import { accessesOf } from './records.ts';

const kindOf = (name: EventName): number => EVENTS.findIndex((row) => row.name === name);
const ACCESS = kindOf('access');
const FAULT = kindOf('fault');
const EVICTION = kindOf('eviction');
const FILL = kindOf('fill');
const PREFETCH = kindOf('prefetch');
const DONE = kindOf('done');
const COW_COPY = FAULTS.findIndex(({ name }) => name === 'cow_copy');

const RECORD_WORDS = RECORD_BYTES / 4;
const EVENT_WORDS = EVENT_BYTES / 4;
const KIND_MASK = 0xff;
const FLAG_SHIFT = 16;

/** In `evictedBy`: no touch but an operation needed room. */
const BY_OPERATION = -1;

/** A page fault that was served. */
export interface ServedFault {
  readonly page: number;
  /** Whether the page was mapped already, and only its entry in the way. */
  readonly present: boolean;
}

/** Numbers of accesses and touches count from 1; 0 stands for never. */
export class Past {
  readonly ids = new PageIds();
  /** Accesses and touches begun, and page faults served. */
  accesses = 0;
  touches = 0;
  faults = 0;
  /** Operations among the records. */
  operations = 0;
  /** Place of the touch among those of its access, from 0. */
  touchOfAccess = 0;
  /** The process of the last touch; NONE before the first. */
  pid = NONE;
  /** The first and the last access that used a page, the last touch, and how many touches did. */
  readonly firstUse = new PageColumn();
  readonly lastUse = new PageColumn();
  readonly lastTouch = new PageColumn();
  readonly uses = new PageColumn();
  /** How often a page was brought into a frame. */
  readonly loads = new PageColumn();
  /** The access that evicted a page last, the page that access needed room for or -1, whether it was dirty, and its slot or NONE. */
  readonly evicted = new PageColumn();
  readonly evictedBy = new PageColumn();
  readonly evictedDirty = new PageColumn();
  readonly evictedSlot = new PageColumn();
  /** By frame: the access that filled it, the access and the touch that used it last, by whatever mapping. */
  readonly frameLoaded = new PageColumn();
  readonly frameUse = new PageColumn();
  readonly frameTouch = new PageColumn();
  /** 1 for a page that was evicted and not used since. */
  private readonly lost = new PageColumn();

  private readonly pageBytes: number;
  private readonly mapsAhead: boolean;
  private readonly onFault: ((past: Past, fault: ServedFault) => void) | undefined;
  private words = new Uint32Array(0);
  private place = 0;
  /** Touches still to come of the record that is under way. */
  private left = 0;
  private folded = false;
  /** The page being touched, and whether it faulted. */
  private current = -1;
  private low = 0;
  private high = 0;
  private inTouch = false;
  private faulted = false;
  private present = false;
  private copied = false;

  /** `onFault` is told of each page fault when it is served; the page's uses are still those before it. */
  constructor({ page_size, prefetch }: MachineConfig, onFault?: (past: Past, fault: ServedFault) => void) {
    this.pageBytes = page_size;
    this.mapsAhead = prefetch.id !== 'none';
    this.onFault = onFault;
  }

  /** The records whose events come next; with `again` the first of them belongs to the access before it. */
  expect(words: Uint32Array, records: number, again = false): void {
    this.words = words.slice(0, records * RECORD_WORDS);
    this.operations += countOperations(words, 0, records);
    this.place = 0;
    this.left = 0;
    if (again) this.accesses--;
  }

  take(bytes: Uint8Array): void {
    const events = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    for (let at = 0; at < events.length; at += EVENT_WORDS) {
      const head = events[at + 4]!;
      const kind = head & KIND_MASK;
      if (kind === ACCESS) this.begin(events[at + 2]!, events[at + 3]!, events[at + 5]!);
      else if (kind === DONE) this.end(head >>> FLAG_SHIFT === 1, events[at + 6]!);
      else if (kind === FAULT) this.fault(head >>> FLAG_SHIFT);
      else if (kind === FILL || kind === PREFETCH) this.load(events, at);
      else if (kind === EVICTION) this.evict(events, at);
    }
  }

  /** Distinct pages used since the last use of this one, itself included: the depth of the page in an LRU stack. */
  stackDistance(page: number): number {
    const since = this.lastTouch.get(page);
    let distance = 0;
    for (let other = 0; other < this.ids.count; other++) if (this.lastTouch.get(other) >= since) distance++;
    return distance;
  }

  /** Distinct pages used so far. */
  get pages(): number {
    let pages = 0;
    for (let page = 0; page < this.ids.count; page++) if (this.lastTouch.get(page) > 0) pages++;
    return pages;
  }

  /**
   * Whether a fault on the page is not for want of memory: it was never in memory, or was unmapped since. Pages that came ahead of their
   * first use do not count as having been in memory.
   */
  isCold(page: number): boolean {
    return this.lost.get(page) === 0 || (this.mapsAhead && this.uses.get(page) === 0);
  }

  private begin(low: number, high: number, pid: number): void {
    if (this.left === 0) this.nextRecord();
    else if (this.folded) this.accesses++;
    else this.touchOfAccess++;
    this.left--;
    this.touches++;
    this.inTouch = true;
    this.faulted = false;
    this.present = true;
    this.copied = false;
    if (low === this.low && high === this.high && pid === this.pid) return;
    this.low = low;
    this.high = high;
    this.pid = pid;
    this.current = this.ids.of(low, high, pid);
  }

  private nextRecord(): void {
    while (accessesOf(this.words, this.place) === 0) this.place++;
    const { words, place } = this;
    this.folded = (words[place * RECORD_WORDS + 3]! & FOLDED) !== 0;
    this.left = this.folded ? words[place * RECORD_WORDS + 2]! : recordTouches(words, place, this.pageBytes);
    this.accesses++;
    this.touchOfAccess = 0;
    this.place++;
  }

  private fault(kind: number): void {
    this.faulted = true;
    this.copied ||= kind === COW_COPY;
    this.present &&= PRESENT_PLACES[kind] === true;
  }

  private end(served: boolean, frame: number): void {
    const { current } = this;
    this.inTouch = false;
    if (!served) return;
    if (this.faulted) {
      this.faults++;
      this.onFault?.(this, { page: current, present: this.present });
    }
    // A copy of the page of zeroes is filled without an event.
    if (this.copied) this.frameLoaded.set(frame, this.accesses);
    this.frameUse.set(frame, this.accesses);
    this.frameTouch.set(frame, this.touches);
    this.lost.set(current, 0);
    if (this.firstUse.get(current) === 0) this.firstUse.set(current, this.accesses);
    this.lastUse.set(current, this.accesses);
    this.lastTouch.set(current, this.touches);
    this.uses.add(current);
  }

  private load(events: Uint32Array, at: number): void {
    this.frameLoaded.set(events[at + 6]!, this.accesses);
    if (events[at + 3] === NONE) return;
    const page = this.ids.of(events[at + 2]!, events[at + 3]!, events[at + 5]!);
    this.loads.add(page);
  }

  private evict(events: Uint32Array, at: number): void {
    // A page of a file that nobody maps belongs to nobody.
    if (events[at + 3] === NONE) return;
    const page = this.ids.of(events[at + 2]!, events[at + 3]!, events[at + 5]!);
    this.lost.set(page, 1);
    this.evicted.set(page, this.accesses);
    this.evictedBy.set(page, this.inTouch ? this.current : BY_OPERATION);
    this.evictedDirty.set(page, events[at + 4]! >>> FLAG_SHIFT);
    this.evictedSlot.set(page, events[at + 7]!);
  }
}
