import { Heap } from '../ds/heap';
import { Frame, NONE, NONE64, PageKey } from '../types';
import { Future, Policy, PolicyContext } from './policy';

const READ: u64 = 100;

/**
 * Belady's rule weighed by cost: the page goes whose eviction wins most touches until its next use for its cost, a read, and a write if it
 * is dirty. Only two pages can win: the furthest clean one and the furthest dirty one. A page that was found dirty is not looked
 * at again until it is touched. Not the optimum, which is a flow through the whole trace, but what knowledge of the future makes of CFLRU's idea.
 * After Belady 1966, doi 10.1147/sj.52.0078, and Park et al. 2006, doi 10.1145/1176760.1176789.
 */
export class OptWa extends Policy {
  private future: Future;
  private dirtyCost: u64;
  /** Pages by next use, the furthest on top (its complement is the key): those that were found dirty since their last touch, and the others. */
  private dirty: Heap;
  private unknown: Heap;

  constructor(context: PolicyContext) {
    super(context);
    this.future = context.future;
    this.dirtyCost = READ + context.params.get(0);
    this.dirty = new Heap(context.frames.count);
    this.unknown = new Heap(context.frames.count);
  }

  onLoad(frame: Frame, page: PageKey): void {
    this.unknown.add(frame, ~this.future.next, 0);
  }

  onHit(frame: Frame): void {
    this.onEvict(frame);
    this.unknown.add(frame, ~this.future.next, 0);
  }

  onEvict(frame: Frame): void {
    this.heapOf(frame).remove(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const heap = this.heapOf(head);
    heap.add(part, heap.first(head), 0);
  }

  victim(page: PageKey): Frame {
    const clean = this.furthestClean();
    const dirty = this.furthestDirty();
    if (clean == NONE) return dirty;
    if (dirty == NONE) return clean;
    const cleanDistance = this.distance(this.unknown, clean);
    const dirtyDistance = this.distance(this.dirty, dirty);
    const isClean =
      cleanDistance == NONE64 || (dirtyDistance != NONE64 && cleanDistance * this.dirtyCost >= dirtyDistance * READ);
    return isClean ? clean : dirty;
  }

  agrees(frame: Frame, resident: bool): bool {
    return (this.dirty.holds(frame) || this.unknown.holds(frame)) == resident;
  }

  private heapOf(frame: Frame): Heap {
    return this.unknown.holds(frame) ? this.unknown : this.dirty;
  }

  private furthestClean(): Frame {
    const unknown = this.unknown;
    let f = unknown.top();
    for (; f != NONE; f = unknown.top()) {
      this.steps++;
      if (this.frames.isDirty(f)) {
        unknown.remove(f);
        this.dirty.add(f, unknown.first(f), 0);
      } else if (this.frames.isEvictable(f)) {
        break;
      } else {
        unknown.pass();
      }
    }
    unknown.restore();
    return f;
  }

  private furthestDirty(): Frame {
    const dirty = this.dirty;
    let f = dirty.top();
    for (; f != NONE; f = dirty.top()) {
      this.steps++;
      if (this.frames.isEvictable(f)) break;
      dirty.pass();
    }
    dirty.restore();
    return f;
  }

  /** Touches from now to the next use; all ones: never. */
  private distance(heap: Heap, frame: Frame): u64 {
    const next = ~heap.first(frame);
    if (next == NONE64) return NONE64;
    return next > this.time.now ? next - this.time.now : 0;
  }
}
