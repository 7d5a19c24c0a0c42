import { Column, column } from '../ds/column';
import { C_LOCAL_NS, C_LOCAL_TOUCHES, C_REMOTE_NS, C_REMOTE_TOUCHES } from '../gen/counters';
import { bump } from '../space/processes';
import { Ns } from '../types';
import { Nodes } from './nodes';

/**
 * Who touches the memory of which node, and how long that takes: per node here, per process in its counters. Only the data reference of
 * a touch counts; the entries of page tables are taken to be as near as memory_ns says.
 */
export class Traffic {
  /** Per node of the memory: touches by its own cpus, by others, and their time. */
  localTouches: Column<u64>;
  remoteTouches: Column<u64>;
  ns: Column<u64>;
  private nodes: Nodes;
  /** What the clock has counted for a touch already. */
  private memoryNs: Ns;

  constructor(nodes: Nodes, memoryNs: Ns) {
    this.nodes = nodes;
    this.memoryNs = memoryNs;
    this.localTouches = column<u64>(nodes.count);
    this.remoteTouches = column<u64>(nodes.count);
    this.ns = column<u64>(nodes.count);
  }

  /**
   * `touches` of memory of node `to` from a cpu of node `from`, by the process with the counters at `block`. Returns the time to add to the
   * clock beyond memory_ns a touch, modulo 2^64: it is negative where the memory is faster than that.
   */
  count(block: usize, from: u32, to: u32, touches: u64): Ns {
    const each = this.nodes.nsOf(from, to);
    const ns = each * touches;
    const isLocal = from == to;
    bump(block, isLocal ? C_LOCAL_TOUCHES : C_REMOTE_TOUCHES, touches);
    bump(block, isLocal ? C_LOCAL_NS : C_REMOTE_NS, ns);
    const column = isLocal ? this.localTouches : this.remoteTouches;
    column.set(to, column.get(to) + touches);
    this.ns.set(to, this.ns.get(to) + ns);
    return (each - this.memoryNs) * touches;
  }
}
