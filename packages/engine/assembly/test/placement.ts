/** Exports of nodes and placement for packages/pagewalk/test/engine/placement.test.ts. */
import { column } from '../ds/column';
import { Nodes } from '../frame/nodes';
import { Placement } from '../frame/placement';
import { MODE_LOCAL } from '../gen/operations';

const ns = column<u64>(64 * 64);
const weights = column<u64>(64);
let nodes = new Nodes(1, 1, ns, weights);
let placement = new Placement(nodes, 1, MODE_LOCAL, 0);

export function setNs(place: u32, value: u64): void {
  ns.set(place, value);
}

export function setWeight(node: u32, value: u64): void {
  weights.set(node, value);
}

export function create(count: u32, cpus: u32, processes: u32, mode: u32, mask: u64): void {
  nodes = new Nodes(count, cpus, ns, weights);
  placement = new Placement(nodes, processes, mode, mask);
}

export function nodeOfCpu(cpu: u32): u32 {
  return nodes.nodeOfCpu(cpu);
}

export function setProcess(process: u32, mode: u32, mask: u64): void {
  placement.setProcess(process, mode, mask);
}

export function inherit(parent: u32, child: u32): void {
  placement.inherit(parent, child);
}

export function turnOf(process: u32): u64 {
  return placement.turnOf(process);
}

export function plan(home: u32, process: u32, mode: u32, mask: u64, place: u64): u32 {
  placement.plan(home, process, mode, mask, place);
  return placement.count;
}

export function candidate(place: u32): u32 {
  return placement.order.get(place);
}
