/**
 * CLOCK-Pro: LIRS with ref bits. Jiang, Chen, Zhang 2005, USENIX ATC. One list from head to tail instead of the circle, cut open behind
 * HAND_hot; the other hands follow from the order:
 *
 *   HAND_cold, at the resident cold page nearest to the tail:  ref bit 0: evict it, a ghost while it is in its test period
 *     ref bit 1: in test: hot, to the head, HAND_hot runs; else to the head, cold
 *   HAND_hot, at the tail:  hot with ref bit 0: cold; hot with 1: clear it, to the head; cold: its test ends, a resident one to the head
 *   HAND_test, at the page in test nearest to the tail:  its test ends;  it runs while there are more ghosts than frames
 *   A test that ends with a use, or in promotion: one more frame for cold pages; one that ends without: one less.
 */
import { type Frame, NONE, Policy, type World } from '../policy.ts';

interface Page {
  readonly name: string;
  /** null: a ghost. */
  frame: number | null;
  isHot: boolean;
  isInTest: boolean;
}

export class ClockPro extends Policy {
  /** The head first. */
  private list: Page[] = [];
  /** Resident cold pages in the order in which HAND_cold comes to them. */
  private cold: Page[] = [];
  private roomForCold: number;
  private readonly mostForCold: number;
  private hasLoaded = true;
  private wasAsked = false;

  constructor(world: World, coldPercent: number) {
    super(world);
    const c = world.frames.length;
    this.mostForCold = Math.max(1, c - 1);
    this.roomForCold = Math.min(Math.max(1, Math.floor((c * coldPercent) / 100)), this.mostForCold);
  }

  override refOnLoad(): boolean {
    return false;
  }

  override victim(): number {
    this.wasAsked = true;
    for (let passed = 0; passed < this.cold.length; ) {
      const page = this.cold[0] as Page;
      this.steps++;
      if (!this.mayGo(page)) {
        this.cold.push(this.cold.shift() as Page);
        passed++;
        continue;
      }
      if (!this.takeRef(page)) return page.frame as number;
      passed = 0;
      if (page.isInTest) this.promote(page);
      else this.toHead(page);
    }
    for (const page of this.list.filter(({ isHot }) => isHot).toReversed()) {
      this.steps++;
      if (this.mayGo(page)) return page.frame as number;
    }
    return NONE;
  }

  override onEvict(frame: number): void {
    if (!this.hasLoaded) this.trim();
    this.hasLoaded = false;
    const page = this.list.find((other) => other.frame === frame) as Page;
    page.frame = null;
    this.cold = this.cold.filter((other) => other !== page);
    if (!page.isInTest) this.list = this.list.filter((other) => other !== page);
  }

  override onLoad(frame: number, name: string): void {
    const ghost = this.list.find((page) => page.name === name);
    const fills = !this.wasAsked && this.hotPages() < this.frames.length - this.roomForCold;
    this.hasLoaded = true;
    this.wasAsked = false;
    if (ghost) {
      ghost.frame = frame;
      this.promote(ghost);
    } else this.toHead({ name, frame, isHot: fills, isInTest: !fills });
    this.trim();
  }

  private promote(page: Page): void {
    this.changeRoom(1);
    page.isHot = true;
    page.isInTest = false;
    this.toHead(page);
    while (this.hotPages() > this.frames.length - this.roomForCold) this.runHandHot();
  }

  private runHandHot(): void {
    for (let isOver = false; !isOver; ) {
      const page = this.list.at(-1) as Page;
      if (!page.isHot) this.passHot(page);
      else {
        isOver = !this.takeRef(page);
        if (isOver) page.isHot = false;
        this.toHead(page);
      }
    }
    while (this.hotPages() > 0 && !this.list.at(-1)?.isHot) this.passHot(this.list.at(-1) as Page);
  }

  /** HAND_hot comes to a cold page. */
  private passHot(page: Page): void {
    if (page.isInTest) this.endTest(page);
    if (page.frame !== null) this.toHead(page);
  }

  private endTest(page: Page): void {
    const wasUsed = page.frame !== null && this.frames[page.frame]?.ref === true;
    page.isInTest = false;
    this.changeRoom(wasUsed ? 1 : -1);
    if (page.frame === null) this.list = this.list.filter((other) => other !== page);
  }

  private changeRoom(change: number): void {
    this.roomForCold = Math.min(Math.max(1, this.roomForCold + change), this.mostForCold);
  }

  private toHead(page: Page): void {
    this.list = [page, ...this.list.filter((other) => other !== page)];
    this.cold = this.cold.filter((other) => other !== page);
    if (!page.isHot) this.cold.push(page);
  }

  private trim(): void {
    while (this.list.filter(({ frame }) => frame === null).length > this.frames.length)
      this.endTest(this.list.findLast(({ isInTest }) => isInTest) as Page);
  }

  private hotPages(): number {
    return this.list.filter(({ isHot }) => isHot).length;
  }

  private mayGo({ frame }: Page): boolean {
    return frame !== null && this.frames[frame]?.evictable === true;
  }

  private takeRef({ frame }: Page): boolean {
    const state = this.frames[frame as number] as Frame;
    const { ref } = state;
    state.ref = false;
    return ref;
  }
}
