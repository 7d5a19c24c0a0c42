/** Looks at each frame that a policy names: before it is taken it must hold a page and nobody may have pinned it. */
import type { Step } from '../oracle/space/step.ts';
import type { RawEngine } from '../support/raw-engine.ts';

const FREE = 0;
const PINNED = 2;

export class Watch {
  private readonly engine: RawEngine;
  private states: number[] = [];
  private isWatching = true;
  private wrong: string[] = [];

  constructor(engine: RawEngine) {
    this.engine = engine;
    engine.abi.setEvents(1);
    engine.onEventsFull = () => void this.wrong.push(...this.read());
  }

  /** Notes what is in the frames now. Operations fill and unpin frames without a word: what they took is left to `check()`. */
  begin(step?: Step): void {
    this.isWatching = step?.kind !== 'operation';
    this.states = this.engine.view('frame_state') as number[];
    this.wrong = [];
  }

  /** What was wrong with the victims since, and with the whole machine now. */
  complaints(): string[] {
    const violation = this.engine.check();
    return [...this.wrong, ...this.read(), ...(violation === 'none' ? [] : [`check: ${violation}`])];
  }

  private read(): string[] {
    return this.engine.drain().flatMap(({ kind, a: frame, time }) => {
      const state = this.states[frame];
      if (kind === 'fill' || kind === 'prefetch') this.states[frame] = 1;
      if (kind !== 'victim' || !this.isWatching) return [];
      if (state === undefined) return [`touch ${time}: victim ${frame} is no frame`];
      if (state === FREE) return [`touch ${time}: victim ${frame} is free`];
      return state === PINNED ? [`touch ${time}: victim ${frame} is pinned`] : [];
    });
  }
}
