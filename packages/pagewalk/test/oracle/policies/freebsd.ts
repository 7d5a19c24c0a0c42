/**
 * FreeBSD's page daemon over its queues, as docs/policies/freebsd.md defines it. The front of a queue, which is looked at next, is the beginning of its
 * array. The rules are those of sys/vm/vm_pageout.c.
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';

export interface FreebsdParams {
  readonly inactiveTarget: number;
  readonly launder: number;
  readonly actInit: number;
  readonly actAdvance: number;
  readonly actDecline: number;
  readonly actMax: number;
  readonly tick: number;
  readonly updatePeriod: number;
}

type QueueName = 'active' | 'inactive' | 'laundry' | 'writing';

export class Freebsd extends Policy {
  private readonly params: FreebsdParams;
  private readonly target: number;
  private readonly batch: number;
  private readonly reserve: number;
  private readonly queues: Record<QueueName, number[]> = { active: [], inactive: [], laundry: [], writing: [] };
  private readonly count: number[];
  /** Clean pages taken since the last background laundering; ticks since the last idle scan. */
  private freed = 0;
  private idle = 0;

  constructor(world: World, params: FreebsdParams) {
    super(world);
    const frames = this.frames.length;
    this.params = params;
    this.target = Math.max(1, Math.floor((frames * params.inactiveTarget) / 100));
    this.batch = Math.max(1, Math.min(params.launder, Math.floor(frames / 32)));
    this.reserve = Math.max(1, Math.floor((frames * 3) / 200));
    this.count = this.frames.map(() => 0);
  }

  override onLoad(frame: number): void {
    this.count[frame] = this.params.actInit;
    this.toBack('active', frame);
  }

  override onEvict(frame: number): void {
    this.leave(frame);
  }

  override onTouched(vtime: number): void {
    const { tick, updatePeriod } = this.params;
    if (vtime % tick !== 0 || updatePeriod === 0) return;
    this.idle++;
    const active = this.queues.active.length;
    const frames = Math.min(active, Math.floor((active * this.idle) / updatePeriod));
    if (frames === 0) return;
    this.activeScan(frames, 0);
    this.idle = 0;
  }

  victim(): number {
    const { queues } = this;
    this.takeBackWritten();
    for (;;) {
      let victim = this.inactiveScan();
      if (victim === NONE) this.launder();
      else this.launderInBackground();
      const shortage = 3 * (this.target + 1 - queues.inactive.length - Math.floor(queues.laundry.length / 3));
      const wanted = victim === NONE ? Math.max(1, shortage) : shortage;
      const met = wanted > 0 && this.activeScan(queues.active.length, wanted);
      if (victim !== NONE) return victim;
      victim = this.inactiveScan();
      if (victim !== NONE) {
        this.freed++;
        return victim;
      }
      victim = this.firstOf('writing');
      if (victim !== NONE) return victim;
      if (!met) return this.firstOf('laundry');
    }
  }

  private takeBackWritten(): void {
    const { writing } = this.queues;
    for (const at of writing.slice()) {
      if (this.frame(at).writing) return;
      this.leave(at);
      this.queues.inactive.unshift(at);
    }
  }

  private inactiveScan(): number {
    for (const at of this.queues.inactive.slice()) {
      const frame = this.frame(at);
      this.steps++;
      if (!frame.evictable) continue;
      if (frame.ref) this.activate(at, frame);
      else if (frame.dirty) this.toBack('laundry', at);
      else return at;
    }
    return NONE;
  }

  private launderInBackground(): void {
    const { laundry, inactive } = this.queues;
    this.freed++;
    const urgency = Math.floor(Math.sqrt(Math.ceil((this.freed + 1) / this.reserve)));
    if (laundry.length === 0 || laundry.length * urgency < inactive.length) return;
    this.launder();
    this.freed = 0;
  }

  private launder(): void {
    for (const at of this.queues.laundry.slice(0, this.batch)) {
      const frame = this.frame(at);
      this.steps++;
      if (!frame.evictable) continue;
      if (frame.ref) this.activate(at, frame);
      else if (!frame.dirty) {
        this.leave(at);
        this.queues.inactive.unshift(at);
      } else this.toBack(this.world.schedule(at) ? 'writing' : 'laundry', at);
    }
  }

  /** Whether it met a frame that may be taken. */
  private activeScan(frames: number, shortage: number): boolean {
    const { actAdvance, actDecline, actMax } = this.params;
    let [met, left] = [false, shortage];
    for (let looked = 0; looked < frames && this.queues.active.length > 0; looked++) {
      const at = this.queues.active[0] as number;
      const frame = this.frame(at);
      this.steps++;
      if (!frame.evictable) {
        this.toBack('active', at);
        continue;
      }
      met = true;
      const before = this.count[at] as number;
      const count = frame.ref ? Math.min(before + 1 + actAdvance, actMax) : Math.max(0, before - actDecline);
      frame.ref = false;
      this.count[at] = count;
      if (count > 0) this.toBack('active', at);
      else if (left > 0 && frame.dirty) {
        this.toBack('laundry', at);
        left -= 1;
      } else {
        this.toBack('inactive', at);
        left -= 3;
      }
      if (shortage > 0 && left <= 0) break;
    }
    return met;
  }

  private firstOf(name: 'writing' | 'laundry'): number {
    for (const at of this.queues[name]) {
      this.steps++;
      if (!this.frame(at).evictable) continue;
      this.fallbacks++;
      return at;
    }
    return NONE;
  }

  private activate(at: number, frame: Frame): void {
    frame.ref = false;
    this.count[at] = Math.max(this.count[at] as number, this.params.actInit) + 1 + this.params.actAdvance;
    this.toBack('active', at);
  }

  private toBack(name: QueueName, at: number): void {
    this.leave(at);
    this.queues[name].push(at);
  }

  private leave(at: number): void {
    for (const name of ['active', 'inactive', 'laundry', 'writing'] as const) {
      this.queues[name] = this.queues[name].filter((other) => other !== at);
    }
  }

  private frame(at: number): Frame {
    return this.frames[at] as Frame;
  }
}
