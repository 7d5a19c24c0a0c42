/** One line on the terminal that says how far a run is; it is gone when the run ends. Nothing where stderr is no terminal. */
import { grouped, metric } from './numbers.ts';

export interface ProgressFacts {
  readonly accesses: number;
  readonly position: number;
  readonly size: number | null;
}

const CLEAR = '\r\x1b[K';

export class ProgressLine {
  private readonly stream: NodeJS.WriteStream;
  private readonly shown: boolean;
  private readonly started = performance.now();
  private drawn = false;

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.stream = stream;
    this.shown = stream.isTTY === true && !quiet;
  }

  update({ accesses, position, size }: ProgressFacts): void {
    if (!this.shown) return;
    const elapsed = performance.now() - this.started;
    const share = size === null || size === 0 ? null : Math.min(1, position / size);
    const left = share !== null && share > 0.01 ? timeLeft((elapsed / share) * (1 - share)) : '';
    const done = share === null ? '' : `${Math.floor(share * 100)} % · `;
    const speed = `${metric((accesses / elapsed) * 1000)}/s`;
    this.stream.write(`${CLEAR}${done}${grouped(accesses)} accesses · ${speed}${left}`);
    this.drawn = true;
  }

  clear(): void {
    if (this.drawn) this.stream.write(CLEAR);
    this.drawn = false;
  }
}

/** Nothing in the last second. */
function timeLeft(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return '';
  return seconds < 60 ? ` · ${seconds} s left` : ` · ${Math.ceil(seconds / 60)} min left`;
}

/** The same for work in several steps, each with a name. */
export class StepLine {
  private readonly stream: NodeJS.WriteStream;
  private readonly shown: boolean;
  private readonly started = performance.now();
  private drawn = false;

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.stream = stream;
    this.shown = stream.isTTY === true && !quiet;
  }

  update({
    what,
    position,
    size,
  }: {
    readonly what: string;
    readonly position: number;
    readonly size: number | null;
  }): void {
    if (!this.shown) return;
    // A small file is read at once, and says nothing about how far the work is.
    const known = size !== null && position < size;
    const share = known
      ? `${Math.floor((position / size) * 100)} %`
      : `${Math.floor((performance.now() - this.started) / 1000)} s`;
    this.stream.write(`${CLEAR}${what} · ${share}`);
    this.drawn = true;
  }

  clear(): void {
    if (this.drawn) this.stream.write(CLEAR);
    this.drawn = false;
  }
}
