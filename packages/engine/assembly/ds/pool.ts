import { TableArena } from '../pagetable/table-arena';

/** Records taken from the arena at a time. */
const BATCH: u32 = 64;

/** Zeroed records of one size, a multiple of 8 bytes, with stable addresses; returned ones are used again, the last returned first. */
export class Pool {
  used: u32 = 0;
  private arena: TableArena;
  private bytes: u32;
  /** Free records, linked through their first word. */
  private free: usize = 0;

  constructor(arena: TableArena, bytes: u32) {
    this.arena = arena;
    this.bytes = bytes;
  }

  /** Makes sure that a record can be taken; false when the host gives no more memory. */
  reserve(): bool {
    return this.free != 0 || this.arena.reserve(this.bytes * BATCH);
  }

  take(): usize {
    if (this.free == 0) this.grow();
    const at = this.free;
    this.free = load<usize>(at);
    memory.fill(at, 0, this.bytes);
    this.used++;
    return at;
  }

  give(at: usize): void {
    store<usize>(at, this.free);
    this.free = at;
    this.used--;
  }

  private grow(): void {
    const base = this.arena.need(this.bytes * BATCH);
    for (let i = <i32>BATCH - 1; i >= 0; i--) {
      const at = base + <usize>i * this.bytes;
      store<usize>(at, this.free);
      this.free = at;
    }
  }
}
