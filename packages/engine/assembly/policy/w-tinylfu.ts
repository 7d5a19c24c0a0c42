import { Column, column } from '../ds/column';
import { FrequencySketch } from '../ds/frequency-sketch';
import { Lists } from '../ds/lists';
import { Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

const WINDOW: u8 = 0;
const PROBATIONARY: u8 = 1;
const PROTECTED: u8 = 2;

/**
 * W-TinyLFU: a page enters a small LRU window; when it is at the end of that, it is admitted to a segmented LRU only if it was touched more often
 * lately than the page which it would displace there. How often, a count-min sketch estimates, for all pages alike, resident or not.
 * The window has a fixed size. Einziger, Friedman, Manes 2017, doi 10.1145/3149371.
 */
export class WTinylfu extends Policy {
  private pages: Lists;
  private segment: Column<u8>;
  /** Of a frame's page, as the sketch knows it. */
  private hash: Column<u64>;
  private sketch: FrequencySketch;
  private windowSize: u32 = 0;
  private windowRoom: u32;
  private protectedSize: u32 = 0;
  private protectedRoom: u32;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    const params = context.params;
    const window = max<u32>(<u32>((<u64>count * params.get(0)) / 100), 1);
    this.windowRoom = window;
    this.protectedRoom = <u32>((<u64>(count - window) * params.get(1)) / 100);
    this.sketch = new FrequencySketch(count * 4, count * params.get(2), params.get(3) != 0);
    this.pages = new Lists(count, 3);
    this.segment = column<u8>(count);
    this.hash = column<u64>(count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    const hash = FrequencySketch.hash(page);
    this.hash.set(frame, hash);
    this.enter(frame, WINDOW);
    while (this.windowSize > this.windowRoom) this.transfer(this.pages.back(WINDOW), PROBATIONARY);
    this.sketch.record(hash);
  }

  onHit(frame: Frame): void {
    const segment = this.segment.get(frame);
    if (segment == PROBATIONARY) {
      this.transfer(frame, PROTECTED);
      while (this.protectedSize > this.protectedRoom) this.transfer(this.pages.back(PROTECTED), PROBATIONARY);
    } else {
      this.pages.moveToFront(segment, frame);
    }
    this.sketch.record(this.hash.get(frame));
  }

  onEvict(frame: Frame): void {
    this.pages.remove(frame);
    this.count(this.segment.get(frame), -1);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.hash.set(part, FrequencySketch.hash(page));
    this.segment.set(part, this.segment.get(head));
    this.pages.insertAfter(head, part);
    this.count(this.segment.get(head), 1);
  }

  onCold(frame: Frame): void {
    this.onEvict(frame);
    this.segment.set(frame, PROBATIONARY);
    this.pages.pushBack(PROBATIONARY, frame);
  }

  victim(page: PageKey): Frame {
    const candidate = this.oldest(WINDOW);
    let incumbent = this.oldest(PROBATIONARY);
    if (incumbent == NONE) incumbent = this.oldest(PROTECTED);
    if (incumbent == NONE) return candidate;
    if (candidate == NONE) return incumbent;
    const sketch = this.sketch;
    const isBetter = sketch.estimate(this.hash.get(candidate)) > sketch.estimate(this.hash.get(incumbent));
    return isBetter ? incumbent : candidate;
  }

  /** 0: in the window, 1: probationary, 2: protected. */
  state(frame: Frame): u32 {
    return this.segment.get(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.pages.holds(frame) == resident;
  }

  private transfer(frame: Frame, segment: u8): void {
    this.onEvict(frame);
    this.enter(frame, segment);
  }

  private enter(frame: Frame, segment: u8): void {
    this.segment.set(frame, segment);
    this.pages.pushFront(segment, frame);
    this.count(segment, 1);
  }

  private count(segment: u8, change: i32): void {
    if (segment == WINDOW) this.windowSize += change;
    else if (segment == PROTECTED) this.protectedSize += change;
  }

  private oldest(segment: u8): Frame {
    let f = this.pages.back(segment);
    for (; !this.pages.isEnd(f); f = this.pages.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }
}
