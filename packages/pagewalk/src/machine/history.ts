/**
 * The way back: a log of the records that were stepped through and snapshots among them. Going back one record restores the last snapshot
 * before it and replays the records from there. Memory is bounded: the log keeps the last `maxRecords`, and when the snapshots outgrow
 * `maxBytes`, every other one goes and the distance between them doubles.
 */
import { RECORD_BYTES } from '../trace/record.ts';
import { type Core, Refused } from './core.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';

export interface HistoryLimits {
  readonly maxRecords?: number;
  readonly maxBytes?: number;
}

interface Mark {
  readonly position: number;
  readonly snapshot: Snapshot;
}

const FIRST_SPACING = 1024;

/** A record, or all records of an operation, and with OPT the next uses of its touches. */
export interface Step {
  readonly record: Uint8Array;
  readonly nextUses: Uint8Array | null;
}

export class History {
  /** Records done since stepping began. */
  position = 0;
  private readonly core: Core;
  private readonly maxRecords: number;
  private readonly maxBytes: number;
  /** Records `end - log.length` … `end - 1`. */
  private log: Step[] = [];
  private marks: Mark[] = [];
  private spacing = FIRST_SPACING;

  constructor(core: Core, { maxRecords = 65_536, maxBytes = 256 * 2 ** 20 }: HistoryLimits = {}) {
    this.core = core;
    this.maxRecords = maxRecords;
    this.maxBytes = maxBytes;
  }

  /** The record that comes next, if it was done before and undone. */
  get ahead(): Step | undefined {
    return this.log[this.position - this.start];
  }

  /** The earliest position that can be gone back to. */
  get earliest(): number {
    return this.marks[0]?.position ?? this.position;
  }

  private get canMark(): boolean {
    return this.core.engine.script?.isSaved ?? true;
  }

  private get start(): number {
    return this.end - this.log.length;
  }

  private end = 0;

  /** Called before a record is done, with the record loaded into the engine afterwards. */
  advance(step: Step): void {
    if ((this.position % this.spacing === 0 || this.marks.length === 0) && this.canMark) this.mark();
    if (this.position === this.end) {
      this.log.push(step);
      this.end += 1;
      if (this.log.length >= this.maxRecords * 2) this.trim();
    }
    this.position += 1;
  }

  /** Undoes the last record; false if there is none left in the log. @throws MachineError if there are no snapshots of the policy. */
  back(): boolean {
    if (!this.canMark) this.mark();
    const target = this.position - 1;
    const mark = this.marks.findLast(({ position }) => position <= target);
    if (!mark) return false;
    restoreSnapshot(this.core.engine, this.core.config, mark.snapshot);
    for (let at = mark.position; at < target; at++) {
      const { record, nextUses } = this.log[at - this.start] as Step;
      this.core.load(record, nextUses ?? undefined);
      this.replay(record.length / RECORD_BYTES);
    }
    this.position = target;
    return true;
  }

  /** A refused operation was refused before, and changes nothing. */
  private replay(records: number): void {
    try {
      this.core.execute(0, records);
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
    }
  }

  /** Forgets everything: the machine went another way. */
  clear(): void {
    this.log = [];
    this.marks = [];
    this.position = 0;
    this.end = 0;
  }

  private mark(): void {
    if (this.marks.some(({ position }) => position === this.position)) return;
    this.marks.push({ position: this.position, snapshot: takeSnapshot(this.core.engine, this.core.config) });
    const bytes = this.marks.reduce((sum, { snapshot }) => sum + snapshot.bytes.length, 0);
    if (bytes <= this.maxBytes || this.marks.length <= 2) return;
    this.spacing *= 2;
    this.marks = this.marks.filter(({ position }, place) => place === 0 || position % this.spacing === 0);
  }

  /** Drops the older half of the log, and the snapshots that lead nowhere without it. */
  private trim(): void {
    this.log = this.log.slice(-this.maxRecords);
    this.marks = this.marks.filter(({ position }) => position >= this.start);
  }
}

export const recordAt = (bytes: Uint8Array, place: number): Uint8Array =>
  bytes.slice(place * RECORD_BYTES, (place + 1) * RECORD_BYTES);
