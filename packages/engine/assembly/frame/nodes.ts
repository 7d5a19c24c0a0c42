import { Column, column } from '../ds/column';
import { Ns } from '../types';

export const MOST_NODES: u32 = 64;

/**
 * What the host says of the nodes before the machine is made, and what follows from it: how long a memory reference from a cpu of one
 * node to another takes, and, for each node, all nodes by distance. A cpu belongs to one node: of C cpus, cpu c is on node c * nodes / C.
 */
export class Nodes {
  count: u32;
  private cpus: u32;
  /** Reference from node i to node j at i * count + j. */
  private ns: Column<u64>;
  private weights: Column<u64>;
  /** Row i: the nodes as node i sees them, itself first, then by time, equals by number. */
  private nearest: Column<u32>;

  /** `ns` is a matrix of count × count, `weights` has a word per node: shares of a weighted interleave. */
  constructor(count: u32, cpus: u32, ns: Column<u64>, weights: Column<u64>) {
    this.count = count;
    this.cpus = cpus;
    this.ns = ns;
    this.weights = weights;
    this.nearest = column<u32>(count * count);
    for (let n: u32 = 0; n < count; n++) this.sort(n);
  }

  nodeOfCpu(cpu: u32): u32 {
    return (cpu * this.count) / this.cpus;
  }

  /** A memory reference from a cpu of node `from` to memory of node `to`. */
  nsOf(from: u32, to: u32): Ns {
    return this.ns.get(from * this.count + to);
  }

  /** The node that is `place`-th nearest to a node, which is itself at place 0. */
  near(node: u32, place: u32): u32 {
    return this.nearest.get(node * this.count + place);
  }

  /** At least 1. */
  weightOf(node: u32): u64 {
    return max<u64>(1, this.weights.get(node));
  }

  /** Insertion sort: keys are (not itself, ns, number). */
  private sort(node: u32): void {
    const row = node * this.count;
    for (let n: u32 = 0; n < this.count; n++) {
      let at = n;
      while (at > 0 && this.isNearer(node, n, this.nearest.get(row + at - 1))) {
        this.nearest.set(row + at, this.nearest.get(row + at - 1));
        at--;
      }
      this.nearest.set(row + at, n);
    }
  }

  private isNearer(node: u32, a: u32, b: u32): bool {
    if (a == node || b == node) return a == node;
    return this.nsOf(node, a) < this.nsOf(node, b);
  }
}
