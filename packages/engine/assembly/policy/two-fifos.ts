import { Column, column } from '../ds/column';
import { GhostLists } from '../ds/ghost-lists';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

export const SMALL: u32 = 0;
export const MAIN: u32 = 1;

/**
 * What S3-FIFO and QD-LP-FIFO have in common: new pages enter a small FIFO queue, pages that were used there move on to a main one, and those
 * that were not are remembered when they leave, so that they enter the main queue when they return. In the main queue a page goes round as
 * often as it was used, up to `max` times. They differ in the uses that the small queue asks for, and in the queue that a victim is taken from.
 */
export abstract class TwoFifos extends Policy {
  /** Pages that each queue is meant to hold. */
  protected smallShare: u32;
  protected mainShare: u32;
  private threshold: u8;
  private cap: u8;
  /** Resident frames, the latest to enter in front. */
  private queues: Lists;
  private sizes: Column<u32>;
  /** List 0: pages that left the small queue unused, the latest in front. */
  protected ghosts: GhostLists;
  private queue: Column<u8>;
  private uses: Column<u8>;
  private pages: Column<PageKey>;

  constructor(context: PolicyContext, smallPercent: u64, ghostPercent: u64, cap: u64, threshold: u64) {
    super(context);
    const count = context.frames.count;
    const small = max<u32>(1, <u32>((<u64>count * smallPercent) / 100));
    const main = count - small;
    this.smallShare = small;
    this.mainShare = main;
    this.threshold = <u8>threshold;
    this.cap = <u8>cap;
    this.queues = new Lists(count, 2);
    this.sizes = column<u32>(2);
    this.ghosts = new GhostLists(<u32>((<u64>main * ghostPercent) / 100), 1);
    this.queue = column<u8>(count);
    this.uses = column<u8>(count);
    this.pages = column<PageKey>(count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const item = this.ghosts.find(page);
    if (item != NONE) this.ghosts.remove(item);
    const queue = item == NONE ? SMALL : MAIN;
    this.queues.pushFront(queue, frame);
    this.enter(queue, frame, page, 0);
  }

  onHit(frame: Frame): void {
    const uses = this.uses.get(frame);
    if (uses < this.cap) this.uses.set(frame, uses + 1);
  }

  onEvict(frame: Frame): void {
    if (this.queue.get(frame) == SMALL) this.remember(this.pages.get(frame));
    this.leave(frame);
  }

  onDiscard(frame: Frame): void {
    this.leave(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const item = this.ghosts.find(page);
    if (item != NONE) this.ghosts.remove(item);
    this.queues.insertAfter(head, part);
    this.enter(this.queue.get(head), part, page, this.uses.get(head));
  }

  /** Pages in a queue. */
  protected size(queue: u32): u32 {
    return this.sizes.get(queue);
  }

  /** The page to take from one queue or, if there is none, from the other. */
  protected search(queue: u32): Frame {
    const first = queue == SMALL ? this.searchSmall() : this.searchMain();
    if (first != NONE) return first;
    return queue == SMALL ? this.searchMain() : this.searchSmall();
  }

  private searchSmall(): Frame {
    let f = this.queues.back(SMALL);
    while (!this.queues.isEnd(f)) {
      const newer = this.queues.before(f);
      this.steps++;
      if (this.frames.isEvictable(f)) {
        if (this.uses.get(f) < this.threshold) return f;
        this.promote(f);
        if (this.size(MAIN) > this.mainShare) return this.searchMain();
      }
      f = newer;
    }
    return NONE;
  }

  private searchMain(): Frame {
    let f = this.queues.back(MAIN);
    while (!this.queues.isEnd(f)) {
      this.steps++;
      let newer = this.queues.before(f);
      if (this.frames.isEvictable(f)) {
        const uses = this.uses.get(f);
        if (uses == 0) return f;
        this.uses.set(f, uses - 1);
        this.queues.moveToFront(MAIN, f);
        // It is met again after all the others, at once if there are none.
        if (this.queues.isEnd(newer)) newer = f;
      }
      f = newer;
    }
    return NONE;
  }

  private promote(frame: Frame): void {
    this.leave(frame);
    this.queues.pushFront(MAIN, frame);
    this.enter(MAIN, frame, this.pages.get(frame), 0);
  }

  private enter(queue: u32, frame: Frame, page: PageKey, uses: u8): void {
    this.queue.set(frame, <u8>queue);
    this.pages.set(frame, page);
    this.uses.set(frame, uses);
    this.sizes.set(queue, this.sizes.get(queue) + 1);
  }

  private leave(frame: Frame): void {
    const queue = this.queue.get(frame);
    this.queues.remove(frame);
    this.sizes.set(queue, this.sizes.get(queue) - 1);
  }

  private remember(page: PageKey): void {
    const ghosts = this.ghosts;
    if (ghosts.capacity == 0) return;
    if (ghosts.size(0) == ghosts.capacity) ghosts.removeBack(0);
    ghosts.pushFront(0, page);
  }

  /** Bit 8: in the main queue; below: its uses since it entered the queue or went round in it. */
  state(frame: Frame): u32 {
    return ((<u32>this.queue.get(frame)) << 8) | this.uses.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.queues.holds(frame) == resident;
  }
}
