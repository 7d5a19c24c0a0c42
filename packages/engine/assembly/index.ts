/**
 * The engine's ABI: one machine per instance, small integers and addresses only. `configure()` gives the block of configuration words
 * (catalog/config.ts) to fill in, `create()` makes the machine from it, `chunk()` takes records (abi/runner.ts), `run()` runs them. All
 * state that changes lies in linear memory, so that a copy of the memory is a snapshot of the machine.
 */

import { Invariants } from './abi/invariants';
import { Report } from './abi/report';
import { CHUNK_RECORDS, Runner } from './abi/runner';
import { SpaceViews } from './abi/space-views';
import { TableStats } from './abi/table-stats';
import { Views } from './abi/views';
import { Column, column } from './ds/column';
import { setEventsOn } from './event/event-ring';
import { CFG_LEVELS, CFG_PAGE_SHIFT, CFG_VA_BITS, CONFIG_COUNT } from './gen/config';
import { CREATE_LEVELS, CREATE_NONE } from './gen/stops';
import { Machine } from './machine';

const config: Column<u64> = column<u64>(CONFIG_COUNT);
const records: usize = heap.alloc(<usize>CHUNK_RECORDS * 16);
const nextUsesAt: usize = heap.alloc(<usize>CHUNK_RECORDS * 16);
const nodeNsBlock: Column<u64> = column<u64>(64 * 64);
const nodeWeightsBlock: Column<u64> = column<u64>(64);
const clockBlock: Column<u64> = column<u64>(2);
let tableStatsBlock: TableStats = changetype<TableStats>(0);
let machine: Machine = changetype<Machine>(0);
let runner: Runner = changetype<Runner>(0);
let report: Report = changetype<Report>(0);
let invariants: Invariants = changetype<Invariants>(0);
let views: Views = changetype<Views>(0);
let spaceViews: SpaceViews = changetype<SpaceViews>(0);

export function configure(): usize {
  return config.at(0);
}

/** Address of the matrix of memory times between nodes, nodes × nodes u64, to be filled in before `create` if there are several. */
export function nodeNs(): usize {
  return nodeNsBlock.at(0);
}

/** Address of 64 u64, a weight per node, for the weighted interleave. */
export function nodeWeights(): usize {
  return nodeWeightsBlock.at(0);
}

/** Place in CREATE_ERRORS. Once per instance; traps when the memory cannot hold the machine. */
export function create(): u32 {
  if (config.get(CFG_VA_BITS) < config.get(CFG_PAGE_SHIFT) + config.get(CFG_LEVELS)) return CREATE_LEVELS;
  const made = new Machine(config, nodeNsBlock, nodeWeightsBlock);
  machine = made;
  runner = new Runner(made, records, nextUsesAt);
  report = new Report(made);
  invariants = new Invariants(made, report, config);
  views = new Views(made);
  spaceViews = new SpaceViews(made);
  tableStatsBlock = new TableStats();
  made.openTables();
  return CREATE_NONE;
}

export function chunk(): usize {
  return records;
}

export function nextUses(): usize {
  return nextUsesAt;
}

export function run(first: u32, count: u32): u32 {
  return runner.run(first, count);
}

/** The next uses that come are those of a trace that begins now. */
export function beginFuture(): void {
  runner.feed.base = machine.clock.touches;
}

export function stopReason(): u32 {
  return machine.stop;
}

export function stopDetail(): usize {
  return machine.stopDetail.at(0);
}

/** Address of {touches so far, simulated ns}. */
export function clock(): usize {
  clockBlock.set(0, machine.clock.touches);
  clockBlock.set(1, machine.clock.now());
  return clockBlock.at(0);
}

export function processes(): u32 {
  return machine.processes.count;
}

export function pidOf(slot: u32): u32 {
  return machine.processes.pid.get(slot);
}

export function slotOf(pid: u32): u32 {
  return machine.processes.slotOf(pid);
}

/** The cpu that a process runs on. */
export function cpuOf(slot: u32): u32 {
  return machine.cpus.cpuOf(slot);
}

/** Counter block of a process slot; of the whole machine for 0xffffffff. */
export function counters(slot: u32): usize {
  return report.counters(slot).at(0);
}

export function cacheCounters(index: u32): usize {
  return report.cacheCounters(index).at(0);
}

export function setEvents(on: u32): void {
  setEventsOn(on != 0);
}

export function eventRing(): usize {
  return machine.events.base;
}

export function eventsUsed(): u32 {
  return machine.events.used;
}

export function drainEvents(): void {
  machine.events.used = 0;
}

/** Place in VIOLATIONS of the first invariant found broken. */
export function check(): u32 {
  return invariants.run();
}

export function checkDetail(): usize {
  return invariants.detail.at(0);
}

export function view(kind: u32, index: u32): usize {
  return views.at(kind, index);
}

export function viewLength(kind: u32, index: u32): u32 {
  return views.length(kind, index);
}

/** Bytes from one element of a view to the next. */
export function viewStride(kind: u32): u32 {
  return views.stride(kind);
}

/** Entries of a set side by side in the views of a TLB or page-walk cache: its ways, or a few more that are invalid. */
export function cacheStride(index: u32): u32 {
  return views.cacheStride(index);
}

export function policyHand(): u32 {
  return machine.policy.hand;
}

export function nextPte(slot: u32, pageLow: u32, pageHigh: u32): usize {
  return views.nextPte(slot, ((<u64>pageHigh) << 32) | <u64>pageLow).at(0);
}

/** Address of what the hardware's page table knows of itself, in the order of TABLE_STATS; 0 for a radix table. */
export function tableStats(): usize {
  const table = machine.space.kernel.hardware;
  return table ? tableStatsBlock.of(table).at(0) : 0;
}

/** Address of a region for `region`, 0 if the process has none. */
export function firstRegion(slot: u32): usize {
  return spaceViews.firstRegion(slot);
}

/** Address of a block of words (abi/space-views.ts), like those of the next three. */
export function region(at: usize): usize {
  return spaceViews.region(at).at(0);
}

export function memoryUse(): usize {
  return spaceViews.memoryUse().at(0);
}

export function node(index: u32): usize {
  return spaceViews.node(index).at(0);
}

export function object(id: u32): usize {
  return spaceViews.object(id).at(0);
}
