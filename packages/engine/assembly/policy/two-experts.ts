import { Column, column } from '../ds/column';
import { FrequencyLists } from '../ds/frequency-lists';
import { GhostLists } from '../ds/ghost-lists';
import { Random } from '../ds/random';
import { Frame, NONE, NOWHERE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/** The experts, and their histories: one goes by recency, one by frequency. */
export const RECENT: u32 = 0;
export const FREQUENT: u32 = 1;

/** Neither expert loses its voice. */
const LEAST_WEIGHT: f64 = 0.01;

/** Items of both histories: each may hold the wanted page beyond its size. */
export function remembered(frames: u32, historyPercent: u64): u32 {
  return 2 * (max<u32>(1, <u32>((<u64>frames * historyPercent) / 100)) + 1);
}

/**
 * What LeCaR and CACHEUS have in common: two experts name a victim each, a weighted coin decides which of them is heard, and pages that left on
 * the word of one are remembered in its history. If such a page is wanted again, the expert was wrong and loses weight. The arithmetic is IEEE
 * 754 doubles with a stated exponential (ds/exponential.ts), the same bits on every host.
 */
export abstract class TwoExperts extends Policy {
  protected random: Random;
  protected uses: FrequencyLists;
  /** The histories, the latest eviction in front. */
  protected histories: GhostLists;
  /** Weight of the expert for recency; the other one has the rest of 1. */
  private weight: f64 = 0.5;
  private historySize: u32;
  private usesThen: Column<u64>;
  private pages: Column<PageKey>;
  /** The page that a victim is being looked for: it is not pushed out of its history. */
  private wanted: PageKey = NOWHERE;
  /** The frame that one of them, and not both, named last. */
  private named: Frame = NONE;
  private namedBy: u32 = 0;

  constructor(context: PolicyContext, historyPercent: u64, latestFirst: bool) {
    super(context);
    const count = context.frames.count;
    const items = remembered(count, historyPercent);
    this.random = new Random(context.seed);
    this.uses = new FrequencyLists(count, latestFirst);
    this.histories = new GhostLists(items, 2);
    this.historySize = items / 2 - 1;
    this.usesThen = column<u64>(items);
    this.pages = column<PageKey>(count);
  }

  /** The victim of the expert for recency, or NONE. */
  protected abstract leastRecent(): Frame;

  /** What the weight of an expert is multiplied by when the page of an item of its history is wanted: 0 … 1. */
  protected abstract penalty(item: u32): f64;

  /** A page enters that was not remembered. */
  protected abstract enter(frame: Frame): void;

  /** The page of an item enters and is about to leave its history. */
  protected abstract comeBack(frame: Frame, item: u32): void;

  /** The page enters a history as `item` and is about to leave its frame. */
  protected abstract remember(frame: Frame, item: u32): void;

  /** The page of an item is about to leave its history without coming back. */
  protected abstract forget(item: u32): void;

  /** The page leaves its frame. */
  protected abstract leave(frame: Frame): void;

  onLoad(frame: Frame, page: PageKey): void {
    this.named = NONE;
    this.pages.set(frame, page);
    const item = this.histories.find(page);
    if (item == NONE) {
      this.uses.add(frame, 1);
      this.enter(frame);
      return;
    }
    this.weight = this.weightAfter(item);
    this.uses.add(frame, this.usesThen.get(item) + 1);
    this.comeBack(frame, item);
    this.histories.remove(item);
  }

  onHit(frame: Frame): void {
    this.uses.use(frame);
  }

  onEvict(frame: Frame): void {
    if (frame == this.named) {
      this.makeRoom(this.namedBy);
      const item = this.histories.pushFront(this.namedBy, this.pages.get(frame));
      this.usesThen.set(item, this.uses.usesOf(frame));
      this.remember(frame, item);
    }
    this.onDiscard(frame);
  }

  onDiscard(frame: Frame): void {
    this.named = NONE;
    this.uses.remove(frame);
    this.leave(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const item = this.histories.find(page);
    if (item != NONE) {
      this.forget(item);
      this.histories.remove(item);
    }
    this.pages.set(part, page);
    this.uses.addBeside(head, part);
  }

  victim(page: PageKey): Frame {
    this.wanted = page;
    this.named = NONE;
    const recent = this.leastRecent();
    if (recent == NONE) return NONE;
    const frequent = this.leastFrequent();
    if (recent == frequent) return recent;
    const item = this.histories.find(page);
    const weight = item == NONE ? this.weight : this.weightAfter(item);
    this.namedBy = this.uniform() < weight ? RECENT : FREQUENT;
    this.named = this.namedBy == RECENT ? recent : frequent;
    return this.named;
  }

  /** Uniform in [0, 1), 53 bits. */
  protected uniform(): f64 {
    return <f64>(this.random.next() >> 11) * 1.1102230246251565e-16;
  }

  private leastFrequent(): Frame {
    let f = this.uses.first();
    for (; f != NONE; f = this.uses.after(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  /** The weight when the page of an item is wanted. */
  private weightAfter(item: u32): f64 {
    let recent = this.weight;
    let frequent = 1 - recent;
    if (this.histories.listOf(item) == RECENT) recent *= this.penalty(item);
    else frequent *= this.penalty(item);
    return max<f64>(LEAST_WEIGHT, min<f64>(1 - LEAST_WEIGHT, recent / (recent + frequent)));
  }

  private makeRoom(history: u32): void {
    const histories = this.histories;
    const wanted = histories.find(this.wanted);
    const most = this.historySize + (wanted != NONE && histories.listOf(wanted) == history ? 1 : 0);
    while (histories.size(history) >= most) {
      let item = histories.back(history);
      if (item == wanted) item = histories.before(item);
      this.forget(item);
      histories.remove(item);
    }
  }

  /** Uses of the page, also those before it left and came back. */
  state(frame: Frame): u32 {
    return this.uses.holds(frame) ? <u32>min<u64>(this.uses.usesOf(frame), u32.MAX_VALUE) : 0;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.uses.holds(frame) == resident;
  }
}
