/**
 * A trace that tells how far it is, ten times a second, and then lets timers, signals and input have their turn: a trace that never waits
 * for anything would otherwise keep the whole thread.
 */
import type { TraceSource } from '../trace/source.ts';

export interface Progress {
  /** Place in the input and where it ends, in the unit of the source; null if the end is not known. */
  readonly position: number;
  readonly size: number | null;
}

const PERIOD_MS = 100;

export class Attendant {
  private told = performance.now();
  private readonly tell: (() => void) | undefined;
  private readonly signal: AbortSignal | undefined;

  constructor(tell: (() => void) | undefined, signal: AbortSignal | undefined) {
    this.tell = tell;
    this.signal = signal;
  }

  /** @throws the reason of the signal, once it is aborted. */
  async look(): Promise<void> {
    this.signal?.throwIfAborted();
    if (performance.now() - this.told < PERIOD_MS) return;
    this.tell?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.signal?.throwIfAborted();
    this.told = performance.now();
  }
}

export function attended(source: TraceSource, attendant: Attendant): TraceSource {
  return {
    name: source.name,
    format: source.format,
    sizeHint: source.sizeHint,
    get foldedPage() {
      return source.foldedPage;
    },
    get operations() {
      return source.operations;
    },
    ...(source.wantRuns && { wantRuns: () => source.wantRuns?.() }),
    async next() {
      await attendant.look();
      return source.next();
    },
    info: () => source.info(),
    position: () => source.position(),
    close: () => source.close(),
  };
}
