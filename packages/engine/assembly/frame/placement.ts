import { Column, column } from '../ds/column';
import { MODE_BIND, MODE_DEFAULT, MODE_INTERLEAVE, MODE_LOCAL, MODE_PREFERRED, MODE_WEIGHTED } from '../gen/operations';
import { Asid } from '../types';
import { MOST_NODES, Nodes } from './nodes';

/**
 * On which node a page goes: the policy of its region, else of its process, else of the machine, as an ordered list of nodes to try.
 *
 *   local        the cpu's node, then by distance from it
 *   bind         only these nodes, by distance from the cpu's
 *   preferred    one node: it, then by distance from it; several: these by distance from the cpu's node, then the others likewise
 *   interleave   the n-th of these nodes, n the page's place modulo how many there are, then by distance from that
 *   weighted     likewise, but a node comes as many times in a turn as its weight says
 *
 * The place of a page is its offset in the region (of a large page: in large pages), or, for a page of a file, the next number of a counter
 * that the process has. Policies act when a page gets a frame and never move one. After Linux, mm/mempolicy.c and
 * admin-guide/mm/numa_memory_policy.rst; like there, bind with full nodes reclaims or fails on them, all others go elsewhere first.
 */
export class Placement {
  /** The nodes to try, in order, and how many: of the `plan` made last. */
  order: Column<u32>;
  count: u32 = 0;

  private nodes: Nodes;
  private mode: u32;
  private mask: u64;
  /** Per process. */
  private modes: Column<u8>;
  private masks: Column<u64>;
  private turns: Column<u64>;

  /** `mode` and `mask` are those of the machine. */
  constructor(nodes: Nodes, processes: u32, mode: u32, mask: u64) {
    this.nodes = nodes;
    this.mode = mode == MODE_DEFAULT ? MODE_LOCAL : mode;
    this.mask = mask;
    this.order = column<u32>(MOST_NODES);
    this.modes = column<u8>(processes);
    this.masks = column<u64>(processes);
    this.turns = column<u64>(processes);
  }

  /** The policy of a process from now on; MODE_DEFAULT: that of the machine. */
  setProcess(process: Asid, mode: u32, mask: u64): void {
    this.modes.set(process, <u8>mode);
    this.masks.set(process, mask);
  }

  /** A fork: the child has the policy and the turn of its parent. */
  inherit(parent: Asid, child: Asid): void {
    this.setProcess(child, this.modes.get(parent), this.masks.get(parent));
    this.turns.set(child, this.turns.get(parent));
  }

  /** The place of the next page of a file that a process reads. */
  turnOf(process: Asid): u64 {
    const turn = this.turns.get(process);
    this.turns.set(process, turn + 1);
    return turn;
  }

  /** Fills `order` for a page of a process that runs on a cpu of node `home`. */
  plan(home: u32, process: Asid, regionMode: u32, regionMask: u64, place: u64): void {
    let mode = regionMode;
    let mask = regionMask;
    if (mode == MODE_DEFAULT) {
      mode = this.modes.get(process);
      mask = this.masks.get(process);
    }
    if (mode == MODE_DEFAULT) {
      mode = this.mode;
      mask = this.mask;
    }
    const all = this.nodes.count == 64 ? u64.MAX_VALUE : ((<u64>1) << this.nodes.count) - 1;
    mask &= all;
    this.count = 0;
    if (mask == 0 || mode == MODE_LOCAL) this.append(home, all);
    else if (mode == MODE_BIND) this.append(home, mask);
    else if (mode == MODE_PREFERRED) {
      if (popcnt(mask) == 1) this.append(<u32>ctz(mask), all);
      else {
        this.append(home, mask);
        this.append(home, all & ~mask);
      }
    } else if (mode == MODE_INTERLEAVE) this.append(nth(mask, <u32>(place % popcnt(mask))), all);
    else if (mode == MODE_WEIGHTED) this.append(this.weighted(mask, place), all);
  }

  /** Nodes of a mask by distance from a node. */
  private append(from: u32, mask: u64): void {
    for (let p: u32 = 0; p < this.nodes.count; p++) {
      const node = this.nodes.near(from, p);
      if (((mask >> node) & 1) != 0) this.order.set(this.count++, node);
    }
  }

  private weighted(mask: u64, place: u64): u32 {
    let turn: u64 = 0;
    for (let left = mask; left != 0; left &= left - 1) turn += this.nodes.weightOf(<u32>ctz(left));
    let at = place % turn;
    let left = mask;
    let node = <u32>ctz(left);
    while (at >= this.nodes.weightOf(node)) {
      at -= this.nodes.weightOf(node);
      left &= left - 1;
      node = <u32>ctz(left);
    }
    return node;
  }
}

/** The n-th bit that is set. */
function nth(mask: u64, n: u32): u32 {
  let left = mask;
  for (let i: u32 = 0; i < n; i++) left &= left - 1;
  return <u32>ctz(left);
}
