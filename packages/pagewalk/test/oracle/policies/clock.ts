/**
 * CLOCK: a hand goes round the frames. Each pass shifts the ref bit into a history of `bits` bits; a page whose history is then empty is
 * evicted. With one bit it is the textbook second chance. Corbato 1968. Whether a load counts as a reference is `ref_on_load`.
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';

export class Clock extends Policy {
  private hand = 0;
  private readonly bits: number;
  private readonly loadSetsRef: boolean;
  private readonly history: number[];

  constructor(world: World, bits: number, refOnLoad: number) {
    super(world);
    this.bits = bits;
    this.loadSetsRef = refOnLoad === 1;
    this.history = world.frames.map(() => 0);
  }

  override refOnLoad(): boolean {
    return this.loadSetsRef;
  }

  override onLoad(frame: number): void {
    this.history[frame] = 0;
  }

  victim(): number {
    if (!this.frames.some(({ evictable }) => evictable)) return NONE;
    for (;;) {
      const at = this.hand;
      const frame = this.frames[at] as Frame;
      this.hand = (at + 1) % this.frames.length;
      this.steps++;
      if (!frame.evictable) continue;
      const top = frame.ref ? 2 ** (this.bits - 1) : 0;
      const history = Math.floor((this.history[at] as number) / 2) + top;
      this.history[at] = history;
      frame.ref = false;
      if (history === 0) return at;
    }
  }
}
