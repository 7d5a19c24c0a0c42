import { EventRing, eventsOn } from '../event/event-ring';
import { C_PWC_HITS, C_TABLE_BYTES, C_TABLE_NODES } from '../gen/counters';
import { EV_PWC_LOOKUP, EV_WALK_STEP } from '../gen/events';
import { Processes } from '../space/processes';
import { Asid, NONE, Pte, Vpn } from '../types';
import { PTE_PRESENT, PTE_TARGET, RadixShape } from './radix';
import { WalkCaches } from './walk-caches';

/**
 * The walker of radix tables, and the record of its last walk. A walk starts at the root, or lower where a page-walk cache knows the way,
 * and reads one entry per level. If a table is missing it stops there; after the fault is served `complete` makes what is missing and
 * the walk counts as if it had gone through: a restarted instruction is not charged twice.
 */
export class Walker {
  /** Entries read from memory by the last walk, counted up to where it stopped. */
  refs: u32 = 0;
  /** Address of the leaf PTE, 0 while a table on the way is missing. */
  pte: usize = 0;

  private shape: RadixShape;
  /** Of the cpu that walks. */
  caches: WalkCaches;
  levels: u32;
  private processes: Processes;
  private events: EventRing;
  private startLevel: u32 = 0;
  private step: u32 = 0;
  private piece: usize = 0;

  constructor(shape: RadixShape, caches: WalkCaches, processes: Processes, events: EventRing) {
    this.shape = shape;
    this.caches = caches;
    this.levels = shape.levels;
    this.processes = processes;
    this.events = events;
  }

  walk(process: Asid, page: Vpn): void {
    this.refs = 0;
    this.pte = 0;
    this.startLevel = 0;
    this.step = 0;
    this.piece = this.processes.root.get(process);
    if (this.caches.enabled) this.startLower(process, page);
    this.descend(page);
  }

  /** Makes the missing tables below where the walk stopped. The caller has reserved the memory. */
  complete(process: Asid, page: Vpn): void {
    const shape = this.shape;
    const last = shape.steps - 1;
    let piece = this.piece;
    for (let s = this.step; s < last; s++) {
      const below = shape.newPiece(s + 1);
      store<Pte>(shape.entryAt(piece, s, page), ((<u64>below) << PTE_TARGET) | PTE_PRESENT);
      if (shape.opens.get(s + 1) != 0) this.countTable(process, shape.level.get(s + 1));
      piece = below;
    }
    this.goOn(page);
    this.step = last;
    this.piece = piece;
    this.pte = shape.entryAt(piece, last, page);
  }

  /** The same where the tables have been made meanwhile. */
  resume(process: Asid, page: Vpn): void {
    this.goOn(page);
    this.pte = this.shape.leaf(this.processes.root.get(process), page);
  }

  /** The entry at which the walk stopped is counted already; the tables below it are read on the way down. */
  private goOn(page: Vpn): void {
    const shape = this.shape;
    const stopped = shape.level.get(this.step);
    this.refs += shape.levels - 1 - stopped;
    if (eventsOn) {
      for (let l = stopped + 1; l < shape.levels; l++) {
        this.events.emit(EV_WALK_STEP, l, 0, shape.indexIn(l, page), 0);
      }
    }
  }

  /**
   * After a completed walk to a leaf of size class k: the page-walk caches learn every inner entry that this walk read, but not the leaf
   * itself where it is one.
   */
  learn(process: Asid, page: Vpn, k: u32 = 0): void {
    if (!this.caches.enabled) return;
    const shape = this.shape;
    let piece = this.processes.root.get(process);
    for (let s: u32 = 0; s < shape.steps - 1 - k; s++) {
      piece = <usize>(load<Pte>(shape.entryAt(piece, s, page)) >> PTE_TARGET);
      const level = shape.level.get(s);
      if (level >= this.startLevel && shape.opens.get(s + 1) != 0) this.caches.fill(level, process, page, piece);
    }
  }

  /** A root table for a new process. */
  newRoot(): usize {
    return this.shape.newPiece(0);
  }

  countTable(process: Asid, level: u32): void {
    this.processes.inc(process, C_TABLE_NODES);
    this.processes.add64(process, C_TABLE_BYTES, this.shape.tableBytes.get(level));
  }

  private descend(page: Vpn): void {
    const shape = this.shape;
    const last = shape.steps - 1;
    let piece = this.piece;
    for (let s = this.step; s < last; s++) {
      const entry = load<Pte>(shape.entryAt(piece, s, page));
      if (eventsOn && (entry == 0 || shape.opens.get(s + 1) != 0)) this.emitStep(s, page, entry);
      if (entry == 0) {
        this.step = s;
        this.piece = piece;
        this.refs = shape.level.get(s) + 1 - this.startLevel;
        return;
      }
      piece = <usize>(entry >> PTE_TARGET);
    }
    this.refs = shape.levels - this.startLevel;
    this.pte = shape.entryAt(piece, last, page);
    if (eventsOn) this.emitStep(last, page, load<Pte>(this.pte));
  }

  private emitStep(step: u32, page: Vpn, entry: Pte): void {
    const level = this.shape.level.get(step);
    this.events.emit(EV_WALK_STEP, level, <u32>(entry & PTE_PRESENT), this.shape.indexIn(level, page), <u32>entry);
  }

  private startLower(process: Asid, page: Vpn): void {
    const caches = this.caches;
    for (let l = <i32>caches.levels - 1; l >= 0; l--) {
      const cache = caches.cache(l);
      if (cache.entries == 0) continue;
      const set = cache.setOf(caches.prefixOf(l, page));
      const found = cache.find(caches.tagOf(l, process, page), set);
      if (eventsOn) this.events.emit(EV_PWC_LOOKUP, l, u32(found != NONE), 0, 0);
      if (found == NONE) {
        cache.misses++;
        continue;
      }
      cache.hits++;
      this.startLevel = <u32>l + 1;
      this.step = this.shape.firstStep.get(<u32>l + 1);
      this.piece = (<usize>cache.use(found, set)) << 3;
      this.processes.inc(process, C_PWC_HITS);
      return;
    }
  }
}
