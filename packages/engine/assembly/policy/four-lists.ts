import { Column, column } from '../ds/column';
import { GhostLists } from '../ds/ghost-lists';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/** Lists of resident pages, and with the same numbers the ghosts that were evicted from them. */
export const T1: u32 = 0;
export const T2: u32 = 1;
export const B1: u32 = 0;
export const B2: u32 = 1;

export function other(list: u32): u32 {
  return T1 + T2 - list;
}

/**
 * What ARC, CAR and CART share: two lists of resident pages, two of ghosts, a target for the size of T1 that ghost hits move, and the bounds on
 * the ghosts, |T1| + |B1| ≤ c and |B1| + |B2| ≤ c with c frames. They hold after every load. An eviction must not touch them, because the
 * ghost that goes might be the page that comes; so there is room for one ghost more, and a second eviction in a row restores them first.
 */
export abstract class FourLists extends Policy {
  protected capacity: u32;
  protected lists: Lists;
  protected ghosts: GhostLists;
  /** The paper's p. */
  protected target: f64 = 0;
  /** Whether a step of the target is rounded down to whole pages. */
  private whole: bool;
  private page: Column<PageKey>;
  private list: Column<u8>;
  private sizes: Column<u32>;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    this.capacity = count;
    this.lists = new Lists(count, 2);
    this.ghosts = new GhostLists(count + 1, 2);
    this.whole = context.params.get(0) != 0;
    this.page = column<PageKey>(count);
    this.list = column<u8>(count);
    this.sizes = column<u32>(2);
  }

  onEvict(frame: Frame): void {
    this.dropGhosts();
    const list = this.listOf(frame);
    const page = this.page.get(frame);
    this.leave(frame);
    this.forget(page);
    this.ghosts.pushFront(list, page);
  }

  onDiscard(frame: Frame): void {
    this.leave(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.forget(page);
    this.page.set(part, page);
    this.lists.insertAfter(head, part);
    this.count(part, this.listOf(head));
    this.dropGhosts();
  }

  /** The list a resident page is in, counted from 1. */
  state(frame: Frame): u32 {
    return this.lists.holds(frame) ? this.listOf(frame) + 1 : 0;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.lists.holds(frame) == resident;
  }

  protected dropGhosts(): void {
    const ghosts = this.ghosts;
    while (this.size(T1) + ghosts.size(B1) > this.capacity) ghosts.removeBack(B1);
    while (ghosts.total > this.capacity) ghosts.removeBack(B2);
  }

  @inline
  protected size(list: u32): u32 {
    return this.sizes.get(list);
  }

  @inline
  protected listOf(frame: Frame): u32 {
    return this.list.get(frame);
  }

  protected enterFront(list: u32, frame: Frame): void {
    this.lists.pushFront(list, frame);
    this.count(frame, list);
  }

  protected enterBack(list: u32, frame: Frame): void {
    this.lists.pushBack(list, frame);
    this.count(frame, list);
  }

  protected leave(frame: Frame): void {
    const list = this.listOf(frame);
    this.lists.remove(frame);
    this.sizes.set(list, this.size(list) - 1);
  }

  protected setPage(frame: Frame, page: PageKey): void {
    this.page.set(frame, page);
  }

  /** The target after a ghost hit: a hit in B1 raises it by `more` / |B1|, one in B2 lowers it by `less` / |B2|, by 1 at least. */
  protected targetAfter(ghost: u32, more: u32, less: u32): f64 {
    return this.ghosts.listOf(ghost) == B1
      ? min<f64>(this.target + this.quotient(more, this.ghosts.size(B1)), this.capacity)
      : max<f64>(this.target - this.quotient(less, this.ghosts.size(B2)), 0);
  }

  /** The first page of a clock that may be taken; those before it are passed over, to the tail. NONE after a turn without one. */
  protected head(list: u32): Frame {
    for (let i = this.size(list); i > 0; i--) {
      const f = this.lists.front(list);
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
      this.lists.remove(f);
      this.lists.pushBack(list, f);
    }
    return NONE;
  }

  private quotient(a: u32, b: u32): f64 {
    const exact = <f64>a / <f64>b;
    return max<f64>(this.whole ? floor<f64>(exact) : exact, 1);
  }

  private forget(page: PageKey): void {
    const ghost = this.ghosts.find(page);
    if (ghost != NONE) this.ghosts.remove(ghost);
  }

  private count(frame: Frame, list: u32): void {
    this.list.set(frame, <u8>list);
    this.sizes.set(list, this.size(list) + 1);
  }
}
