/**
 * A trace on its way from one thread to several: a ring of slots in shared memory, each with a chunk of records and, where wanted, the next uses of
 * their touches. One writes, each reader reads everything; the writer waits for the slowest, so memory is bounded however long the trace is.
 *
 *   control, i32:  0 chunks written | 1 whether all are | 2 bumped with each of these | 3 bumped when a reader is done with chunks |
 *                  4 machines that have failed | 5 + r: chunks that reader r is done with
 *   slot:          64 bytes head | RECORDS | NEXT_USES
 *   head, f64:     0 records | 1 bytes of next uses | 2 accesses before | 3 operations before | 4 even
 *
 * Counts of chunks are 32 bits and go round after 10^13 records; they are compared by their difference.
 */
import { CHUNK_TOUCHES } from '../../trace/next-use.ts';
import { CHUNK_RECORDS, RECORD_BYTES } from '../../trace/record.ts';
import type { Feed } from './cell.ts';
import { BATCH } from './executor.ts';

const WRITTEN = 0;
const ENDED = 1;
const NEWS = 2;
const MOVED = 3;
const FAILED = 4;
const READERS = 5;

/** While readers play one half, the other is written. */
export const SLOTS = 2 * BATCH;
const HEAD_BYTES = 64;
const RECORDS_BYTES = CHUNK_RECORDS * RECORD_BYTES;
const USES_BYTES = CHUNK_TOUCHES * 8;

/** What the threads share. */
export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
  readonly slotBytes: number;
}

export function ringMemory(readers: number, withNextUses: boolean): RingMemory {
  const slotBytes = HEAD_BYTES + RECORDS_BYTES + (withNextUses ? USES_BYTES : 0);
  return {
    control: new SharedArrayBuffer((READERS + readers) * 4),
    slots: new SharedArrayBuffer(SLOTS * slotBytes),
    slotBytes,
  };
}

export class RingWriter {
  private readonly memory: RingMemory;
  private readonly control: Int32Array<SharedArrayBuffer>;

  constructor(memory: RingMemory) {
    this.memory = memory;
    this.control = new Int32Array(memory.control);
  }

  /** Machines that the readers have given up. */
  get failed(): number {
    return Atomics.load(this.control, FAILED);
  }

  /** Whether a slot is free; else a promise that is settled when a reader has read on. */
  room(): true | Promise<unknown> {
    const { control } = this;
    const moved = Atomics.load(control, MOVED);
    const written = Atomics.load(control, WRITTEN);
    for (let reader = READERS; reader < control.length; reader++) {
      if (((written - Atomics.load(control, reader)) | 0) < SLOTS) continue;
      const wait = Atomics.waitAsync(control, MOVED, moved);
      return wait.async ? wait.value : Promise.resolve();
    }
    return true;
  }

  /** Into a slot that is free. */
  write({ bytes, records, nextUses, accesses, operations, even }: Feed): void {
    const { slots, slotBytes } = this.memory;
    const written = Atomics.load(this.control, WRITTEN);
    const at = slotOf(written) * slotBytes;
    new Float64Array(slots, at, 5).set([records, nextUses?.length ?? 0, accesses, operations, even ? 1 : 0]);
    new Uint8Array(slots, at + HEAD_BYTES, RECORDS_BYTES).set(bytes);
    if (nextUses) new Uint8Array(slots, at + HEAD_BYTES + RECORDS_BYTES, USES_BYTES).set(nextUses);
    Atomics.store(this.control, WRITTEN, (written + 1) | 0);
    this.tell();
  }

  end(): void {
    Atomics.store(this.control, ENDED, 1);
    this.tell();
  }

  private tell(): void {
    Atomics.add(this.control, NEWS, 1);
    Atomics.notify(this.control, NEWS);
  }
}

export class RingReader {
  private readonly memory: RingMemory;
  private readonly control: Int32Array<SharedArrayBuffer>;
  private readonly place: number;
  private done: number;

  /** `done`: chunks that were taken before. */
  constructor(memory: RingMemory, reader: number, done = 0) {
    this.memory = memory;
    this.done = done;
    this.control = new Int32Array(memory.control);
    this.place = READERS + reader;
  }

  /** Blocks until there are chunks, and gives those that are, at most a batch; empty at the end. */
  take(): Feed[] {
    const { control } = this;
    for (;;) {
      const news = Atomics.load(control, NEWS);
      const ended = Atomics.load(control, ENDED) === 1;
      const written = Atomics.load(control, WRITTEN);
      const ready = Math.min((written - this.done) | 0, BATCH);
      if (ready > 0 || ended) return Array.from({ length: ready }, (_, i) => this.feedAt((this.done + i) | 0));
      Atomics.wait(control, NEWS, news);
    }
  }

  /** Gives the slots of so many chunks back. */
  release(chunks: number): void {
    this.done = (this.done + chunks) | 0;
    Atomics.store(this.control, this.place, this.done);
    Atomics.add(this.control, MOVED, 1);
    Atomics.notify(this.control, MOVED);
  }

  fail(machines: number): void {
    Atomics.add(this.control, FAILED, machines);
  }

  private feedAt(chunk: number): Feed {
    const { slots, slotBytes } = this.memory;
    const at = slotOf(chunk) * slotBytes;
    const [records = 0, uses = 0, accesses = 0, operations = 0, even = 0] = new Float64Array(slots, at, 5);
    return {
      bytes: new Uint8Array(slots, at + HEAD_BYTES, records * RECORD_BYTES),
      records,
      nextUses: uses > 0 ? new Uint8Array(slots, at + HEAD_BYTES + RECORDS_BYTES, uses) : undefined,
      accesses,
      operations,
      even: even === 1,
    };
  }
}

const slotOf = (chunk: number): number => (chunk >>> 0) % SLOTS;
