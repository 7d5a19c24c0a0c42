/**
 * WSClock: a hand takes the first clean page that its process did not use within tau references of its own, and has the dirty ones among these
 * written. Carr, Hennessy 1981, doi 10.1145/800216.806596; docs/policies/wsclock.md, whose five cases are marked below.
 */
import { around, type Frame, NONE, Policy, type World } from '../policy.ts';

export class Wsclock extends Policy {
  private hand = 0;
  private readonly lastUse: number[];
  private readonly tau: number;
  private readonly exact: boolean;
  private readonly loadSetsRef: boolean;
  private readonly writes: number;

  constructor(world: World, tau: number, exact: number, refOnLoad: number, writes: number) {
    super(world);
    this.lastUse = world.frames.map(() => 0);
    this.tau = tau;
    this.exact = exact === 1;
    this.loadSetsRef = refOnLoad === 1;
    this.writes = writes;
  }

  override refOnLoad(): boolean {
    return this.loadSetsRef;
  }

  override onLoad(frame: number): void {
    this.date(frame);
  }

  override onHit(frame: number): void {
    if (this.exact) this.date(frame);
  }

  victim(): number {
    const passed = { written: [] as number[], clean: [] as number[], all: [] as number[] };
    for (const at of around(this.hand, this.frames.length)) {
      this.steps++;
      const frame = this.frames[at] as Frame;
      if (!frame.evictable) continue;
      const { dirty, writing } = frame;
      if (!this.isOld(at, frame)) {
        if (!dirty && !writing) passed.clean.push(at); // 1, 2
      } else if (dirty) {
        if (this.world.pendingWrites() < this.writes && this.world.schedule(at)) passed.written.push(at); // 3
      } else if (writing) {
        passed.written.push(at); // 4
      } else {
        return this.take(at); // 5
      }
      passed.all.push(at);
    }
    const [written] = passed.written;
    if (written !== undefined) return this.take(written);
    const [fallback] = [...passed.clean, ...passed.all];
    if (fallback === undefined) return NONE;
    this.fallbacks++;
    return this.take(fallback);
  }

  /** Whether it is out of the working set. A referenced page is in it, and is dated now. */
  private isOld(at: number, frame: Frame): boolean {
    if (!this.exact && frame.ref) {
      frame.ref = false;
      this.date(at);
      return false;
    }
    return this.timeAt(at) - (this.lastUse[at] as number) > this.tau;
  }

  private date(at: number): void {
    this.lastUse[at] = this.timeAt(at);
  }

  /** Virtual time of the process whose page it is. */
  private timeAt(at: number): number {
    return this.world.timeOf((this.frames[at] as Frame).owner as number);
  }

  private take(victim: number): number {
    this.hand = (victim + 1) % this.frames.length;
    return victim;
  }
}
