import { Column, column } from '../ds/column';
import { MOST_ORDER } from '../frame/buddy';
import { FRAME_EVICTABLE, FRAME_PINNED } from '../frame/frames';
import { LARGE_ORDER } from '../frame/node-allocator';
import { C_RESIDENT_PAGES } from '../gen/counters';
import { Machine } from '../machine';
import { Region } from '../space/regions';
import { Asid, NONE, NONE64 } from '../types';

/** Words of a process in `memoryUse`: resident pages, pages that only it maps, and as f64 the pages shared out among those who map them. */
const USE_WORDS: u32 = 3;
const BLOCK_WORDS: i32 = 25;

/** What a host may look at of regions, objects and nodes, copied into a block of words that is valid until the next call. */
export class SpaceViews {
  private machine: Machine;
  private block: Column<u64>;
  private use: Column<u64>;

  constructor(machine: Machine) {
    this.machine = machine;
    this.block = column<u64>(BLOCK_WORDS);
    this.use = column<u64>(machine.processes.capacity * USE_WORDS);
  }

  /** Address of the first region of a process, 0 if it has none. */
  firstRegion(process: Asid): usize {
    return this.machine.space.on ? this.machine.space.kernel.regions.first(process) : 0;
  }

  /** First address and bytes; byte in the object at the start; flags, object (NONE: none), NUMA mode and nodes; the next region, 0 after the last. */
  region(at: usize): Column<u64> {
    const shift = this.machine.pageShift;
    const region = changetype<Region>(at);
    const block = this.block;
    block.set(0, this.machine.caches.pageOf(region.start) << shift);
    block.set(1, (region.end - region.start) << shift);
    block.set(2, region.offset << shift);
    block.set(3, region.flags);
    block.set(4, region.object);
    block.set(5, region.mode);
    block.set(6, region.mask);
    block.set(7, region.next);
    return block;
  }

  /** Of each process by its slot, USE_WORDS each. A large page counts as all its base pages, the page of zeroes not at all. */
  memoryUse(): Column<u64> {
    const machine = this.machine;
    const processes = machine.processes;
    const use = this.use;
    for (let p: u32 = 0; p < processes.count; p++) {
      const resident = machine.space.on ? 0 : processes.get(p, C_RESIDENT_PAGES);
      use.set(p * USE_WORDS, resident);
      use.set(p * USE_WORDS + 1, resident);
      use.set(p * USE_WORDS + 2, reinterpret<u64>(<f64>resident));
    }
    if (machine.space.on) this.share();
    return use;
  }

  private share(): void {
    const kernel = this.machine.space.kernel;
    const frames = kernel.frames;
    const mappings = kernel.mappings;
    const use = this.use;
    for (let f: u32 = 0; f < frames.count; f++) {
      const state = frames.state.get(f);
      if (state != FRAME_EVICTABLE && state != FRAME_PINNED) continue;
      const pages: u64 = (<u64>1) << frames.order.get(f);
      const references = frames.references.get(f);
      for (let more = mappings.first(f); more; more = mappings.more()) {
        const at = kernel.processOf(mappings.tag) * USE_WORDS;
        use.set(at, use.get(at) + pages);
        if (references == 1) use.set(at + 1, use.get(at + 1) + pages);
        const shared = reinterpret<f64>(use.get(at + 2)) + <f64>pages / <f64>references;
        use.set(at + 2, reinterpret<u64>(shared));
      }
    }
  }

  /**
   * Frames, free ones, permille of the free ones that are in no block of 2 MiB; touches from its own cpus, from others, and their time; then the
   * number of free blocks of every order, all 0 where single frames are kept.
   */
  node(node: u32): Column<u64> {
    const machine = this.machine;
    const block = this.block;
    const allocator = machine.space.kernel.supply.allocator;
    const isOn = machine.space.on;
    block.set(0, isOn ? allocator.size(node) : machine.frames.count);
    block.set(1, isOn ? allocator.freeOn(node) : machine.frames.freeCount);
    block.set(2, isOn && allocator.hasBlocks ? allocator.unusable(node, LARGE_ORDER) : 0);
    const traffic = machine.space.traffic;
    block.set(3, traffic.localTouches.get(node));
    block.set(4, traffic.remoteTouches.get(node));
    block.set(5, traffic.ns.get(node));
    for (let k: u32 = 0; k <= MOST_ORDER; k++) block.set(6 + k, isOn ? allocator.freeBlocks(node, k) : 0);
    return block;
  }

  /** Is there an object with this number? Is it a file? Its pages (all ones: no end), regions that map it, was it removed, pages in memory, in swap. */
  object(id: u32): Column<u64> {
    const block = this.block;
    const objects = this.machine.space.kernel.objects;
    const exists = this.machine.space.on && objects.exists(id);
    block.set(0, u64(exists));
    if (!exists) return block;
    const object = objects.get(id);
    block.set(1, u64(object.isFile));
    block.set(2, object.pages);
    block.set(3, object.attachments);
    block.set(4, u64(object.removed));
    let cached: u64 = 0;
    let swapped: u64 = 0;
    for (let p: u32 = 0; p < objects.places; p++) {
      const key = objects.keyAt(p);
      if (key == NONE64 || objects.idOf(key) != id) continue;
      if (objects.frameOf(key) != NONE) cached++;
      else if (objects.slotOf(key) != NONE) swapped++;
    }
    block.set(5, cached);
    block.set(6, swapped);
    return block;
  }
}
