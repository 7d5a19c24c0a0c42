import { Column } from '../ds/column';
import { FRAME_FREE, FRAME_RESERVED, Frames } from '../frame/frames';
import { LARGE_ORDER, NodeAllocator } from '../frame/node-allocator';
import { Nodes } from '../frame/nodes';
import { Placement } from '../frame/placement';
import { CFG_FRAGMENTATION, CFG_LARGE_PAGES, CFG_MAX_PROCESSES, CFG_NUMA_MASK, CFG_NUMA_MODE } from '../gen/config';
import { MODE_DEFAULT } from '../gen/operations';
import { TableArena } from '../pagetable/table-arena';
import { Cpus } from '../tlb/cpus';
import { Asid, Frame, NONE, Vpn } from '../types';
import { LARGE_NEVER, LARGE_RESERVE, LargeRule } from './large-rule';
import { CLASS_BITS, PageMap } from './page-map';
import { Processes } from './processes';
import { REGION_FILE, Region, Regions } from './regions';
import { Reservations } from './reservations';

/**
 * Where frames come from and go to: the policy of nodes says in which order the nodes are asked, the allocator has their free frames, and with
 * large_pages=reserve a page of a reserved block gets its own frame there. When all nodes asked are empty, reservations on them
 * are broken; only then is there nothing left but to reclaim, node by node in the same order (`window`).
 */
export class Supply {
  allocator: NodeAllocator;
  nodes: Nodes;
  placement: Placement;
  reservations: Reservations;
  rule: LargeRule;
  private frames: Frames;
  private cpus: Cpus;
  private arena: TableArena;
  private wantsBlocks: bool;
  private reserves: bool;
  private fragmentation: u32;

  constructor(
    config: Column<u64>,
    frames: Frames,
    nodes: Nodes,
    processes: Processes,
    cpus: Cpus,
    pages: PageMap,
    regions: Regions,
    arena: TableArena,
  ) {
    const mode = <u32>config.get(CFG_LARGE_PAGES);
    this.frames = frames;
    this.nodes = nodes;
    this.cpus = cpus;
    this.arena = arena;
    const fragmentation = <u32>config.get(CFG_FRAGMENTATION);
    this.fragmentation = fragmentation;
    this.wantsBlocks = mode != LARGE_NEVER || fragmentation != 0;
    this.reserves = mode == LARGE_RESERVE;
    this.allocator = new NodeAllocator(frames.count, nodes.count, frames.free);
    this.placement = new Placement(
      nodes,
      <u32>config.get(CFG_MAX_PROCESSES),
      <u32>config.get(CFG_NUMA_MODE),
      config.get(CFG_NUMA_MASK),
    );
    this.reservations = new Reservations(frames, processes, arena, mode == LARGE_RESERVE);
    this.rule = new LargeRule(config, pages, regions);
  }

  /** Everything is free. */
  open(): void {
    const allocator = this.allocator;
    allocator.open(this.wantsBlocks ? this.arena.need(allocator.blockBytes()) : 0);
    if (this.fragmentation != 0) {
      allocator.fragment(this.fragmentation);
      for (let f: Frame = 0; f < this.frames.count; f += (<u32>1) << LARGE_ORDER) {
        if (allocator.isUnmovable(f)) this.frames.state.set(f, FRAME_RESERVED);
      }
    }
    this.mirror();
  }

  /** Goes on with the free frames of a machine that had one node, and single frames only. */
  adopt(): void {
    this.allocator.adopt(this.frames.freeCount, this.frames.peak);
  }

  /** A free frame for a page of a process and region (0: implicit memory), or NONE. */
  take(process: Asid, region: usize, page: Vpn): Frame {
    if (this.reserves && (region == 0 || changetype<Region>(region).object == NONE)) {
      const reserved = this.takeReserved(process, region, page);
      if (reserved != NONE) return reserved;
    }
    this.plan(process, region, page, 0);
    const order = this.placement.order;
    for (let i: u32 = 0; i < this.placement.count; i++) {
      const frame = this.takeOn(order.get(i), 0);
      if (frame != NONE) return frame;
    }
    if (this.reserves) {
      for (let i: u32 = 0; i < this.placement.count; i++) {
        while (this.breakOldest(order.get(i))) {
          const frame = this.takeOn(order.get(i), 0);
          if (frame != NONE) return frame;
        }
      }
    }
    return NONE;
  }

  /** A block of 2^order frames, or NONE. */
  takeBlock(process: Asid, region: usize, page: Vpn, order: u32): Frame {
    if (!this.allocator.hasBlocks) this.allocator.toBlocks(this.arena.need(this.allocator.blockBytes()));
    this.plan(process, region, page, order / CLASS_BITS);
    for (let i: u32 = 0; i < this.placement.count; i++) {
      const frame = this.takeOn(this.placement.order.get(i), order);
      if (frame != NONE) return frame;
    }
    return NONE;
  }

  /** 2^order frames of this very node, or NONE. */
  takeOn(node: u32, order: u32): Frame {
    const frame = this.allocator.take(node, order);
    if (frame != NONE) this.mirror();
    return frame;
  }

  /** Whether the plan made last has this node, so that its page may lie there. */
  mayBeOn(node: u32): bool {
    for (let i: u32 = 0; i < this.placement.count; i++) if (this.placement.order.get(i) == node) return true;
    return false;
  }

  /**
   * After `take` gave NONE: the frames that the policy may take a victim from are from now on those of the `place`-th node that was asked; false
   * if there were not that many. `window(NONE)` ends it.
   */
  window(place: u32): bool {
    const frames = this.frames;
    if (this.nodes.count == 1) return place == 0;
    if (place >= this.placement.count) {
      frames.setWindow(0, frames.count);
      return false;
    }
    const node = this.placement.order.get(place);
    frames.setWindow(this.allocator.first(node), this.allocator.size(node));
    return true;
  }

  nodeOf(frame: Frame): u32 {
    return this.allocator.nodeOf(frame);
  }

  /** 2^order frames that hold nothing any more. */
  release(frame: Frame, order: u32): void {
    const frames = this.frames;
    if (order != 0) frames.order.set(frame, 0);
    for (let i: u32 = 0; i < (<u32>1) << order; i++) {
      frames.state.set(frame + i, FRAME_FREE);
      frames.references.set(frame + i, 1);
    }
    if (this.reserves && order == 0 && this.reservations.owns(frame)) {
      if (this.reservations.putBack(frame)) this.dissolve(frame & ~(((<u32>1) << LARGE_ORDER) - 1));
    } else this.allocator.release(frame, order);
    this.mirror();
  }

  /** A reservation has become a large page, or nothing of it is left in reserve. */
  closeReservation(head: Frame): void {
    this.reservations.close(head);
    this.mirror();
  }

  nodeOfProcess(process: Asid): u32 {
    return this.nodes.nodeOfCpu(this.cpus.cpuOf(process));
  }

  /** Asks the policy for the nodes of a page of class `k`. */
  plan(process: Asid, region: usize, page: Vpn, k: u32): void {
    if (this.nodes.count == 1) {
      this.placement.count = 1;
      return;
    }
    const home = this.nodeOfProcess(process);
    if (region == 0) {
      this.placement.plan(home, process, MODE_DEFAULT, 0, page >> (k * CLASS_BITS));
      return;
    }
    const r = changetype<Region>(region);
    if (r.has(REGION_FILE) && !r.isPrivate) {
      this.placement.plan(home, process, MODE_DEFAULT, 0, this.placement.turnOf(process));
    } else this.placement.plan(home, process, r.mode, r.mask, r.indexOf(page) >> (k * CLASS_BITS));
  }

  private takeReserved(process: Asid, region: usize, page: Vpn): Frame {
    const base = this.rule.baseOf(page, 1);
    const tag = this.cpus.caches(0).tagOf(process, base);
    let head = this.reservations.find(tag);
    if (head == NONE) {
      if (!this.rule.allows(region) || !this.rule.fits(process, region, base, 1)) return NONE;
      if (!this.rule.isEmpty(process, base, 1)) return NONE;
      head = this.takeBlock(process, region, page, LARGE_ORDER);
      if (head == NONE) return NONE;
      this.reservations.open(tag, head);
    }
    const index = <u32>(page - base);
    if (!this.reservations.use(head, index)) return NONE;
    this.mirror();
    return head + index;
  }

  /** Frees what the oldest reservation on a node has left; false if there is none. */
  private breakOldest(node: u32): bool {
    const first = this.allocator.first(node);
    const head = this.reservations.oldest(first, first + this.allocator.size(node));
    if (head == NONE) return false;
    this.reservations.countBroken(head);
    this.reservations.close(head);
    for (let f = head; f < head + ((<u32>1) << LARGE_ORDER); f++) {
      if (this.frames.state.get(f) != FRAME_RESERVED) continue;
      this.frames.state.set(f, FRAME_FREE);
      this.allocator.release(f, 0);
    }
    this.mirror();
    return true;
  }

  /** Nothing of a reserved block is in use any more. */
  private dissolve(head: Frame): void {
    this.reservations.countBroken(head);
    this.reservations.close(head);
    for (let i: u32 = 0; i < (<u32>1) << LARGE_ORDER; i++) this.frames.state.set(head + i, FRAME_FREE);
    this.allocator.release(head, LARGE_ORDER);
  }

  /** The frame table knows how many frames are free. */
  private mirror(): void {
    const frames = this.frames;
    frames.setFree(this.allocator.free);
    const used = frames.count - frames.freeCount - this.reservations.idle;
    if (used > frames.peak) frames.peak = used;
  }
}
