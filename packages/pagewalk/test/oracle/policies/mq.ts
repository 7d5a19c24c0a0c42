/**
 * Multi-queue. Zhou, Philbin, Li 2001, USENIX Annual Technical Conference:
 *
 *   hit on b:   take b out of its queue                           miss:  victim: the head of the lowest queue that is not empty;
 *                                                                        it is put at the tail of Qout with its reference count
 *               (a miss that finds b in Qout takes its reference count from there, else 0)
 *   b.reference++;  b.queue := QueueNum(b.reference);  b to the tail of Q[b.queue];  b.expire := currentTime + lifeTime;  Adjust()
 *
 *   currentTime++ at each access; Adjust: for k = 1 … m-1, c := head of Q[k]: if c.expire < currentTime
 *     c to the tail of Q[k-1];  c.expire := currentTime + lifeTime
 */
import type { World } from '../policy.ts';
import { InOrder, without } from './in-order.ts';

export class Mq extends InOrder {
  /** The least recently used in front. */
  private queues: number[][];
  private readonly page = new Map<number, string>();
  private readonly references = new Map<number, number>();
  private readonly expire = new Map<number, number>();
  /** References of pages that left, in order of eviction. */
  private readonly out = new Map<string, number>();
  private readonly lifetime: number;
  private readonly most: number;

  constructor(world: World, queues: number, lifetime: number, qout: number) {
    super(world);
    this.queues = Array.from({ length: queues }, () => []);
    this.lifetime = Math.max(1, Math.floor((this.frames.length * lifetime) / 100));
    this.most = Math.floor((this.frames.length * qout) / 100);
  }

  override onLoad(frame: number, page: string): void {
    this.page.set(frame, page);
    this.use(frame, (this.out.get(page) ?? 0) + 1);
    this.out.delete(page);
  }

  override onHit(frame: number): void {
    this.use(frame, (this.references.get(frame) as number) + 1);
  }

  override onEvict(frame: number): void {
    this.leave(frame);
    const oldest = [...this.out.keys()][0];
    if (this.out.size === this.most && oldest !== undefined) this.out.delete(oldest);
    if (this.most > 0) this.out.set(this.page.get(frame) as string, this.references.get(frame) as number);
  }

  victim(): number {
    return this.first(this.queues.flat());
  }

  private use(frame: number, references: number): void {
    this.references.set(frame, references);
    this.leave(frame);
    // The access itself counts after its expiry time was set.
    const before = this.world.now() - 1;
    this.enter(frame, Math.min(Math.floor(Math.log2(references)), this.queues.length - 1), before);
    this.adjust();
  }

  private adjust(): void {
    const now = this.world.now();
    for (const [k, queue] of this.queues.entries()) {
      const head = queue[0];
      if (k === 0 || head === undefined || (this.expire.get(head) as number) >= now) continue;
      this.leave(head);
      this.enter(head, k - 1, now);
    }
  }

  private enter(frame: number, k: number, time: number): void {
    this.queues[k]?.push(frame);
    this.expire.set(frame, time + this.lifetime);
  }

  private leave(frame: number): void {
    this.queues = this.queues.map((queue) => without(queue, frame));
  }
}
