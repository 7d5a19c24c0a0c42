import { Column, column } from '../ds/column';
import { Lists } from '../ds/lists';
import { Asid, Frame, NONE, PageKey } from '../types';
import { Policy, PolicyContext } from './policy';

/**
 * What policies have in common that give each process the memory it needs: the pages in memory of each process, by last use. A page belongs
 * to the process that used it last. When memory is full all the same, the page goes that was not used for the longest time by anyone.
 */
export abstract class ResidentSets extends Policy {
  /** A list per process, the page used last in front. */
  protected pages: Lists;
  /** Processes seen so far. */
  protected processes: u32 = 0;
  /** Last use of a page: on the clock of its process, and in touches of the machine. */
  protected lastUse: Column<u64>;
  private lastTouch: Column<u64>;
  /** One clock and one list for all processes. */
  private isGlobal: bool;

  constructor(context: PolicyContext, isGlobal: bool) {
    super(context);
    this.isGlobal = isGlobal;
    this.pages = new Lists(context.frames.count, isGlobal ? 1 : context.time.processes);
    this.lastUse = column<u64>(context.frames.count);
    this.lastTouch = column<u64>(context.frames.count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.pages.pushFront(this.note(frame), frame);
  }

  onHit(frame: Frame): void {
    this.pages.moveToFront(this.note(frame), frame);
  }

  onEvict(frame: Frame): void {
    this.pages.remove(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    this.lastUse.set(part, this.lastUse.get(head));
    this.lastTouch.set(part, this.lastTouch.get(head));
    this.pages.insertAfter(head, part);
  }

  onCold(frame: Frame): void {
    this.pages.remove(frame);
    this.pages.pushBack(this.note(frame), frame);
    this.lastUse.set(frame, 0);
    this.lastTouch.set(frame, 0);
  }

  victim(page: PageKey): Frame {
    let victim = NONE;
    let oldest = u64.MAX_VALUE;
    for (let p: u32 = 0; p < this.processes; p++) {
      const f = this.longestUnused(p);
      if (f == NONE || this.lastTouch.get(f) >= oldest) continue;
      oldest = this.lastTouch.get(f);
      victim = f;
    }
    if (victim != NONE) this.fallbacks++;
    return victim;
  }

  agrees(frame: Frame, resident: bool): bool {
    return this.pages.holds(frame) == resident;
  }

  protected timeOf(process: Asid): u64 {
    return this.isGlobal ? this.time.now : this.time.of(process);
  }

  /** Notes a use of the page now, and says whose list it belongs to. */
  private note(frame: Frame): Asid {
    const process: Asid = this.isGlobal ? 0 : this.time.running;
    if (process >= this.processes) this.processes = process + 1;
    this.lastUse.set(frame, this.timeOf(process));
    this.lastTouch.set(frame, this.time.now);
    return process;
  }

  private longestUnused(process: Asid): Frame {
    for (let f = this.pages.back(process); !this.pages.isEnd(f); f = this.pages.before(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }
}
