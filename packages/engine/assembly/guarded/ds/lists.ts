import { Column } from '../../ds/column';
import { Lists as Unchecked } from '../../ds/lists';
import { RULE_FREE_ITEM, RULE_HELD_ITEM, RULE_INDEX, RULE_MEMORY } from '../../gen/policy-rules';
import { refuse } from '../guard';

/** Links of items and lists together, of 8 bytes each, are less than memory. */
const MOST: u64 = 1 << 28;

/**
 * Lists as ds/lists.ts has them, whose fields these are, for policies that somebody brought along: what an operation asks of its items and lists is
 * checked once, and then all links are right.
 */
export class Lists {
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: what the twin works on
  private links: Column<u32>;
  private items: u32;
  private lists: u32;

  constructor(items: u32, lists: u32) {
    if (<u64>items + lists > MOST) refuse(RULE_MEMORY, (<u64>items + lists) << 3, MOST << 3);
    const made = new Unchecked(items, lists);
    this.links = changetype<Column<u32>>(load<usize>(changetype<usize>(made), offsetof<Unchecked>('links')));
    this.items = items;
    this.lists = lists;
  }

  get capacity(): u32 {
    return this.items;
  }

  @inline
  front(list: u32): u32 {
    this.checkList(list);
    return this.all().front(list);
  }

  @inline
  back(list: u32): u32 {
    this.checkList(list);
    return this.all().back(list);
  }

  @inline
  after(item: u32): u32 {
    this.checkPlace(item);
    return this.all().after(item);
  }

  @inline
  before(item: u32): u32 {
    this.checkPlace(item);
    return this.all().before(item);
  }

  @inline
  isEmpty(list: u32): bool {
    this.checkList(list);
    return this.all().isEmpty(list);
  }

  @inline
  isEnd(item: u32): bool {
    return item >= this.items;
  }

  @inline
  holds(item: u32): bool {
    this.checkItem(item);
    return this.all().holds(item);
  }

  @inline
  pushFront(list: u32, item: u32): void {
    this.checkList(list);
    this.checkFree(item);
    this.all().pushFront(list, item);
  }

  @inline
  pushBack(list: u32, item: u32): void {
    this.checkList(list);
    this.checkFree(item);
    this.all().pushBack(list, item);
  }

  insertAfter(place: u32, item: u32): void {
    this.checkPlace(place);
    this.checkFree(item);
    this.all().insertAfter(place, item);
  }

  @inline
  remove(item: u32): void {
    this.checkHeld(item);
    this.all().remove(item);
  }

  @inline
  moveToFront(list: u32, item: u32): void {
    this.checkList(list);
    this.checkHeld(item);
    this.all().moveToFront(list, item);
  }

  @inline
  private all(): Unchecked {
    return changetype<Unchecked>(this);
  }

  @inline
  private checkList(list: u32): void {
    if (list >= this.lists) refuse(RULE_INDEX, list, this.lists);
  }

  @inline
  private checkItem(item: u32): void {
    if (item >= this.items) refuse(RULE_INDEX, item, this.items);
  }

  @inline
  private checkHeld(item: u32): void {
    this.checkItem(item);
    if (!this.all().holds(item)) refuse(RULE_FREE_ITEM, item, 0);
  }

  /** An item of a list, or the end of one. */
  @inline
  private checkPlace(item: u32): void {
    if (item >= this.items + this.lists) refuse(RULE_INDEX, item, this.items);
    if (!this.all().holds(item)) refuse(RULE_FREE_ITEM, item, 0);
  }

  @inline
  private checkFree(item: u32): void {
    this.checkItem(item);
    if (this.all().holds(item)) refuse(RULE_HELD_ITEM, item, 0);
  }
}
