/**
 * Linux's active and inactive list for anonymous pages, with refault distances, as docs/policies/linux.md defines them. The front of a list, where
 * pages enter, is the beginning of its array. The rules are those of mm/vmscan.c and mm/workingset.c.
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';

export interface LinuxParams {
  readonly batch: number;
  readonly inactiveRatio: number;
  readonly writeAhead: boolean;
}

interface Shadow {
  readonly age: number;
  readonly workingset: boolean;
}

export class Linux extends Policy {
  private readonly params: LinuxParams;
  private readonly most: number;
  private active: number[] = [];
  private inactive: number[] = [];
  private writing: number[] = [];
  /** Frames with PG_referenced, and with PG_workingset. */
  private readonly referenced = new Set<number>();
  private readonly workingset = new Set<number>();
  /** Evictions and activations so far. */
  private age = 0;
  private readonly pages = new Map<number, string>();
  /** Of pages that were evicted, the oldest first. */
  private readonly shadows = new Map<string, Shadow>();
  private left = 0;
  private refaults = 0;
  private seen = 0;

  constructor(world: World, params: LinuxParams) {
    super(world);
    this.params = params;
    this.most = Math.max(1, Math.min(params.batch, Math.floor(this.frames.length / 32)));
  }

  override onLoad(frame: number, page: string): void {
    const shadow = this.shadows.get(page);
    this.shadows.delete(page);
    this.pages.set(frame, page);
    this.referenced.delete(frame);
    this.workingset.delete(frame);
    if (shadow === undefined || this.age - shadow.age > this.active.length) {
      this.inactive.unshift(frame);
      return;
    }
    this.age++;
    this.refaults++;
    if (shadow.workingset) this.workingset.add(frame);
    this.active.unshift(frame);
  }

  override onEvict(frame: number): void {
    this.leave(frame);
    this.shadows.set(this.pages.get(frame) as string, { age: this.age, workingset: this.workingset.has(frame) });
    const [oldest] = this.shadows.keys();
    if (this.shadows.size > this.frames.length) this.shadows.delete(oldest as string);
    this.age++;
  }

  victim(): number {
    while (this.writing.length > 0 && !this.frame(this.writing.at(-1) as number).writing) {
      this.inactive.push(this.writing.pop() as number);
    }
    for (;;) {
      if (this.left === 0) this.beginRound();
      const { victim, met } = this.lookAtInactive();
      if (victim !== NONE) return victim;
      if (!met && !this.deactivate()) return this.waitForWrite();
    }
  }

  private beginRound(): void {
    const inactive = this.inactive.length + this.writing.length;
    if (this.refaults !== this.seen || inactive * this.params.inactiveRatio < this.active.length) this.deactivate();
    this.seen = this.refaults;
    this.left = this.most;
  }

  private lookAtInactive(): { victim: number; met: boolean } {
    let met = false;
    for (const at of this.inactive.toReversed()) {
      if (this.left === 0) break;
      const frame = this.frame(at);
      this.steps++;
      if (!frame.evictable) continue;
      met = true;
      this.left--;
      if (frame.ref) this.spare(at, frame);
      else if (!this.begunToWrite(at, frame)) return { victim: at, met };
    }
    return { victim: NONE, met };
  }

  /** A referenced page goes up at the second time (its R stays), and once more round the inactive list at the first. */
  private spare(at: number, frame: Frame): void {
    frame.ref = false;
    this.leave(at);
    if (this.referenced.has(at)) {
      this.active.unshift(at);
      this.age++;
    } else {
      this.referenced.add(at);
      this.inactive.unshift(at);
    }
  }

  private begunToWrite(at: number, frame: Frame): boolean {
    this.referenced.delete(at);
    if (!frame.dirty || !this.params.writeAhead) return false;
    if (!this.world.schedule(at)) {
      this.fallbacks++;
      return false;
    }
    this.leave(at);
    this.writing.unshift(at);
    return true;
  }

  /** Whether some frame was moved. */
  private deactivate(): boolean {
    let moved = 0;
    for (const at of this.active.toReversed()) {
      if (moved === this.most) break;
      this.steps++;
      if (!this.frame(at).evictable) continue;
      this.frame(at).ref = false;
      this.workingset.add(at);
      this.leave(at);
      this.inactive.unshift(at);
      moved++;
    }
    return moved > 0;
  }

  private waitForWrite(): number {
    for (const at of this.writing.toReversed()) {
      this.steps++;
      if (!this.frame(at).evictable) continue;
      this.fallbacks++;
      return at;
    }
    return NONE;
  }

  private leave(frame: number): void {
    const others = (list: number[]) => list.filter((other) => other !== frame);
    [this.active, this.inactive, this.writing] = [this.active, this.inactive, this.writing].map(others) as [
      number[],
      number[],
      number[],
    ];
  }

  private frame(at: number): Frame {
    return this.frames[at] as Frame;
  }
}
