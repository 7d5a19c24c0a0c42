import { Column } from '../ds/column';
import { Pool } from '../ds/pool';
import { Frames } from '../frame/frames';
import { TableArena } from '../pagetable/table-arena';
import { Frame } from '../types';

/** A further mapping of a frame, beyond the one in its FrameRecord. */
class Further {
  tag: u64;
  pte: u32;
  /** Address of the next, 0 after the last. */
  next: u32;
}

/**
 * The reverse map: which pages of which processes map a frame, each as a TLB tag and the address of its PTE. The first mapping is in the frame's
 * record, the others in a chain. A large page is mapped by its head frame.
 */
export class Mappings {
  private frames: Frames;
  private pool: Pool;
  /** Head of the chain of every frame; opened with the columns of the frames. */
  private further: Column<u32>;
  /** Cursor of an iteration. */
  tag: u64 = 0;
  pte: usize = 0;
  private next: u32 = 0;

  constructor(frames: Frames, arena: TableArena) {
    this.frames = frames;
    this.pool = new Pool(arena, 16);
    this.further = changetype<Column<u32>>(0);
  }

  open(further: Column<u32>): void {
    this.further = further;
  }

  add(frame: Frame, tag: u64, pte: usize): void {
    const frames = this.frames;
    const count = frames.references.get(frame);
    frames.references.set(frame, count + 1);
    if (count == 0) {
      const record = frames.record(frame);
      record.tag = tag;
      record.pte = <u32>pte;
      return;
    }
    const at = this.pool.take();
    const node = changetype<Further>(at);
    node.tag = tag;
    node.pte = <u32>pte;
    node.next = this.further.get(frame);
    this.further.set(frame, <u32>at);
  }

  remove(frame: Frame, tag: u64): void {
    const frames = this.frames;
    frames.references.set(frame, frames.references.get(frame) - 1);
    const record = frames.record(frame);
    const chain = this.further.get(frame);
    if (record.tag == tag) {
      if (chain == 0) return;
      const node = changetype<Further>(<usize>chain);
      record.tag = node.tag;
      record.pte = node.pte;
      this.further.set(frame, node.next);
      this.pool.give(chain);
      return;
    }
    let before: u32 = 0;
    let at = chain;
    while (changetype<Further>(<usize>at).tag != tag) {
      before = at;
      at = changetype<Further>(<usize>at).next;
    }
    const after = changetype<Further>(<usize>at).next;
    if (before == 0) this.further.set(frame, after);
    else changetype<Further>(<usize>before).next = after;
    this.pool.give(at);
  }

  /** Sets the cursor on the first mapping; false if there is none. The mappings must not change while the cursor moves. */
  first(frame: Frame): bool {
    if (this.frames.references.get(frame) == 0) return false;
    const record = this.frames.record(frame);
    this.tag = record.tag;
    this.pte = record.pte;
    this.next = this.further.get(frame);
    return true;
  }

  more(): bool {
    if (this.next == 0) return false;
    const node = changetype<Further>(<usize>this.next);
    this.tag = node.tag;
    this.pte = node.pte;
    this.next = node.next;
    return true;
  }

  /** Whether a frame is mapped by this tag and PTE. */
  holds(frame: Frame, tag: u64, pte: usize): bool {
    for (let has = this.first(frame); has; has = this.more()) if (this.tag == tag) return this.pte == pte;
    return false;
  }
}
