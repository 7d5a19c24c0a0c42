/** What of a trace a format has no place for: refused, or let go and counted. */

export const LOSSES = {
  operations: 'fork, mmap and all else that is no access',
  processes: 'pids, where the format has one process',
  ops: 'which accesses are writes or instruction fetches',
  sizes: 'bytes of an access',
  offsets: 'places within the page',
  crossings: 'that one access touched several pages: it is one for each',
  order: 'a read behind a write of one instruction: it stands before it',
  fetches_added: 'an instruction fetch that is not in the trace',
  zero_addresses: 'accesses to address 0',
} as const;

export type Loss = keyof typeof LOSSES;

/** A trace that cannot be written in this format without loss. */
export class LossError extends RangeError {
  override readonly name = 'LossError';
}

export class Losses {
  readonly counts: Partial<Record<Loss, number>> = {};
  private readonly format: string;
  private readonly allowed: boolean;

  /** `format` that is written. `allowed`: with loss. */
  constructor(format: string, allowed: boolean) {
    this.format = format;
    this.allowed = allowed;
  }

  /** @throws LossError if it is not allowed. */
  add(loss: Loss, count = 1): void {
    if (!this.allowed) {
      throw new LossError(
        `format ${this.format} cannot hold ${loss} (${LOSSES[loss]}): allow the loss, or take another format`,
      );
    }
    this.counts[loss] = (this.counts[loss] ?? 0) + count;
  }
}
