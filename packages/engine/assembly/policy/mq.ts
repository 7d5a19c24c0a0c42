import { Column, column } from '../ds/column';
import { GhostQueue } from '../ds/ghost-queue';
import { Lists } from '../ds/lists';
import { Frame, NONE, NONE64, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * Multi-queue: a page that was referenced f times is in LRU queue log2 f, and falls to the next lower one when it was not referenced
 * for a lifetime; pages go from the lowest queue that has any. f outlives the eviction, in the queue Qout. Departs from the paper in that the
 * lifetime is fixed. Zhou, Philbin, Li 2001, USENIX ATC, "The multi-queue replacement algorithm for second level buffer caches".
 */
export class Mq extends Policy {
  /** The queues, each with its oldest page in front. */
  private queues: Lists;
  private count: u32;
  private queue: Column<u8>;
  private references: Column<u32>;
  private expire: Column<u64>;
  private page: Column<PageKey>;
  private lifetime: u64;
  /** No front of a queue but the lowest expires before. */
  private earliest: u64 = NONE64;
  private qout: GhostQueue;
  private ghostReferences: Column<u32>;

  constructor(context: PolicyContext) {
    super(context);
    const frames = context.frames.count;
    const queues = <u32>context.params.get(0);
    this.count = queues;
    this.lifetime = max<u64>((<u64>frames * context.params.get(1)) / 100, 1);
    const ghosts = <u32>((<u64>frames * context.params.get(2)) / 100);
    this.queues = new Lists(frames, queues);
    this.queue = column<u8>(frames);
    this.references = column<u32>(frames);
    this.expire = column<u64>(frames);
    this.page = column<PageKey>(frames);
    this.qout = new GhostQueue(ghosts);
    this.ghostReferences = column<u32>(ghosts);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const ghost = this.qout.find(page);
    this.references.set(frame, ghost == NONE ? 0 : this.ghostReferences.get(ghost));
    if (ghost != NONE) this.qout.remove(ghost);
    this.page.set(frame, page);
    this.reference(frame);
  }

  onHit(frame: Frame): void {
    this.reference(frame);
  }

  onEvict(frame: Frame): void {
    const ghost = this.qout.remember(this.page.get(frame));
    if (ghost != NONE) this.ghostReferences.set(ghost, this.references.get(frame));
    this.queues.remove(frame);
  }

  onDiscard(frame: Frame): void {
    this.queues.remove(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.references.set(part, this.references.get(head));
    this.expire.set(part, this.expire.get(head));
    this.queue.set(part, this.queue.get(head));
    this.page.set(part, page);
    this.queues.insertAfter(head, part);
  }

  onCold(frame: Frame): void {
    this.queues.remove(frame);
    this.references.set(frame, 1);
    this.queue.set(frame, 0);
    this.queues.pushFront(0, frame);
  }

  victim(page: PageKey): Frame {
    for (let k: u32 = 0; k < this.count; k++) {
      let f = this.queues.front(k);
      for (; !this.queues.isEnd(f); f = this.queues.after(f)) {
        this.steps++;
        if (this.frames.isEvictable(f)) return f;
      }
    }
    return NONE;
  }

  /** The queue. */
  state(frame: Frame): u32 {
    return this.queue.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.queues.holds(frame) == resident;
  }

  private reference(frame: Frame): void {
    const now = this.time.now;
    const references = this.references.get(frame);
    const more = references == u32.MAX_VALUE ? references : references + 1;
    this.references.set(frame, more);
    const queue = min<u32>(31 - clz(more), this.count - 1);
    const expire = now - 1 + this.lifetime;
    if (this.queues.back(queue) == frame) {
      this.expire.set(frame, expire);
    } else {
      if (this.queues.holds(frame)) this.queues.remove(frame);
      this.enter(queue, frame, expire);
    }
    if (this.earliest < now) this.adjust(now);
  }

  /** Moves the front of each queue down that has expired. Pages enter a queue in order of expiry, so its front is the first to expire. */
  private adjust(now: u64): void {
    this.earliest = NONE64;
    for (let k: u32 = 1; k < this.count; k++) {
      const f = this.queues.front(k);
      if (this.queues.isEnd(f)) continue;
      if (this.expire.get(f) < now) {
        this.queues.remove(f);
        this.enter(k - 1, f, now + this.lifetime);
      }
      const next = this.queues.front(k);
      if (!this.queues.isEnd(next)) this.earliest = min(this.earliest, this.expire.get(next));
    }
  }

  private enter(queue: u32, frame: Frame, expire: u64): void {
    this.queue.set(frame, <u8>queue);
    this.expire.set(frame, expire);
    this.queues.pushBack(queue, frame);
    if (queue > 0) this.earliest = min(this.earliest, expire);
  }
}
