/** Who plays the machines of a comparison: one after the other in this thread, or the workers of a host. */
import type { ObjectNames } from '../../trace/operations/names.ts';
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

/** In this thread. */
export const sequential: Executor = {
  async start(plans) {
    const cells: Cell[] = [];
    for (const plan of plans) cells.push(await Cell.create(plan));
    return {
      async feed(feed, names) {
        for (const cell of cells) cell.play(feed, names);
      },
      get alive() {
        return cells.some(({ failed }) => !failed);
      },
      finish: async () => cells.map((cell) => cell.outcome()),
      close: async () => {
        cells.length = 0;
      },
    };
  },
};
