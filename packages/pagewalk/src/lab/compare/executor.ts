/** Who plays the machines of a comparison: one after the other in this thread, or the workers of a host. */
import { Attendant } from '../../machine/attended.ts';
import type { ObjectNames } from '../../trace/operations/names.ts';
import { CHUNK_RECORDS, RECORD_BYTES } from '../../trace/record.ts';
import { Cell, type CellOutcome, type CellPlan, type Feed } from './cell.ts';

export interface Execution {
  /** Gives every machine the next part of the trace. Its bytes are free again when the promise is settled. */
  feed(feed: Feed, names: ObjectNames | undefined): Promise<void>;
  /** Whether any machine can still go on. */
  readonly alive: boolean;
  /** The outcomes, in the order of the plans, once all was fed. */
  finish(): Promise<CellOutcome[]>;
  /** Ends everything, also before the end. */
  close(): Promise<void>;
}

export interface Executor {
  /** `withNextUses`: feeds bring them. */
  start(plans: readonly CellPlan[], withNextUses: boolean): Promise<Execution>;
}

/** Chunks that a machine is given at a time: each machine must bring its state back into the cache first. */
export const BATCH = 16;

/** In this thread. */
export const sequential: Executor = {
  async start(plans) {
    const cells: Cell[] = [];
    for (const plan of plans) cells.push(await Cell.create(plan));
    return new Sequence(cells);
  },
};

class Sequence implements Execution {
  private cells: Cell[];
  private readonly batch: Feed[] = [];
  private readonly room = Array.from({ length: BATCH }, () => new Uint8Array(CHUNK_RECORDS * RECORD_BYTES));
  private names: ObjectNames | undefined;
  private readonly attendant = new Attendant(undefined, undefined);

  constructor(cells: Cell[]) {
    this.cells = cells;
  }

  get alive(): boolean {
    return this.cells.some(({ failed }) => !failed);
  }

  async feed(feed: Feed, names: ObjectNames | undefined): Promise<void> {
    const bytes = (this.room[this.batch.length] as Uint8Array).subarray(0, feed.bytes.length);
    bytes.set(feed.bytes);
    this.batch.push({ ...feed, bytes, nextUses: feed.nextUses?.slice() });
    this.names = names;
    if (this.batch.length === BATCH) await this.play();
  }

  async finish(): Promise<CellOutcome[]> {
    await this.play();
    return this.cells.map((cell) => cell.outcome());
  }

  async close(): Promise<void> {
    this.cells = [];
  }

  private async play(): Promise<void> {
    for (const cell of this.cells) {
      for (const feed of this.batch) cell.play(feed, this.names);
      await this.attendant.look();
    }
    this.batch.length = 0;
  }
}
