/** Exports of cpus and their TLBs for packages/pagewalk/test/engine/shootdown.test.ts and large-tlb.test.ts. */
import { Column, column } from '../ds/column';
import { CFG_LEVELS, CFG_MAX_PROCESSES, CFG_PAGE_SHIFT, CFG_VA_BITS, CONFIG_COUNT } from '../gen/config';
import { RadixShape } from '../pagetable/radix';
import { TableArena } from '../pagetable/table-arena';
import { Processes } from '../space/processes';
import { Clock } from '../time/clock';
import { Cpus } from '../tlb/cpus';
import { Shootdown } from '../tlb/shootdown';

const config: Column<u64> = column<u64>(CONFIG_COUNT);
let processes = new Processes(1);
let clock = new Clock(0, 0, 0, 4);
let cpus = changetype<Cpus>(0);
let shootdown = changetype<Shootdown>(0);

export function configure(): usize {
  return config.at(0);
}

export function create(): void {
  const bits = <u32>(config.get(CFG_VA_BITS) - config.get(CFG_PAGE_SHIFT));
  processes = new Processes(<u32>config.get(CFG_MAX_PROCESSES));
  clock = new Clock(0, 0, 0, <u32>config.get(CFG_LEVELS));
  cpus = new Cpus(config, new RadixShape(<u32>config.get(CFG_LEVELS), bits, new TableArena()));
  shootdown = new Shootdown(config, cpus, processes, clock);
  cpus.useClass(1);
  cpus.useClass(2);
}

export function enter(process: u32): bool {
  return cpus.enter(process);
}

export function move(process: u32, cpu: u32): void {
  cpus.move(process, cpu);
}

export function mayHold(process: u32): u64 {
  return cpus.mayHold.get(process);
}

/** On the cpu of the process. */
export function lookup(side: u32, process: u32, page: u64, isWrite: bool): u32 {
  return cpus.caches(cpus.cpuOf(process)).lookup(side, process, page, isWrite);
}

export function level(process: u32): u32 {
  return cpus.caches(cpus.cpuOf(process)).level;
}

/** A translation, and what a walk to it leaves in the page-walk caches. */
export function fill(side: u32, process: u32, page: u64, k: u32, value: u32): void {
  const cpu = cpus.cpuOf(process);
  cpus.caches(cpu).fill(side, process, page, k, value);
  const walk = cpus.walk(cpu);
  for (let l: u32 = 0; l + k < walk.levels; l++) walk.fill(l, process, page, 8);
}

export function begin(cpu: u32): void {
  shootdown.begin(cpu);
}

export function add(process: u32, page: u64, k: u32): void {
  shootdown.add(process, page, k);
}

export function addAll(process: u32): void {
  shootdown.addAll(process);
}

export function finish(): u32 {
  return shootdown.finish();
}

export function flushProcess(process: u32, cpu: u32): u32 {
  return shootdown.flushProcess(process, cpu);
}

export function counter(row: u32): u64 {
  return processes.get(processes.machine, row);
}

export function extraNs(): u64 {
  return clock.extra;
}

export function firstPageOf(tag: u64): u64 {
  return cpus.caches(0).firstPageOf(tag);
}

export function classOf(tag: u64): u32 {
  return cpus.caches(0).classOf(tag);
}

export function tagOf(process: u32, page: u64, k: u32): u64 {
  return cpus.caches(0).tagOfClass(process, page, k);
}

/** 0 … 3: TLBs, 4 …: page-walk caches. */
export function places(cpu: u32, cache: u32): u32 {
  return cache < 4
    ? cpus.caches(cpu).cache(cache).places()
    : cpus
        .walk(cpu)
        .cache(cache - 4)
        .places();
}

export function tag(cpu: u32, cache: u32, entry: u32): u64 {
  return cache < 4
    ? cpus.caches(cpu).cache(cache).tags.get(entry)
    : cpus
        .walk(cpu)
        .cache(cache - 4)
        .tags.get(entry);
}

export function value(cpu: u32, cache: u32, entry: u32): u32 {
  return cpus.caches(cpu).cache(cache).values.get(entry);
}

export function order(cpu: u32, cache: u32, entry: u32): u32 {
  return cpus.caches(cpu).cache(cache).orderOf(entry);
}

export function recent(cpu: u32, cache: u32, set: u32): u64 {
  return cpus
    .caches(cpu)
    .cache(cache)
    .recent.get(set * 2);
}

export function hits(cpu: u32, cache: u32): u64 {
  return cpus.caches(cpu).cache(cache).hits;
}

export function misses(cpu: u32, cache: u32): u64 {
  return cpus.caches(cpu).cache(cache).misses;
}

export function fills(cpu: u32, cache: u32): u64 {
  return cpus.caches(cpu).cache(cache).fills;
}
