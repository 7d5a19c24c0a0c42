/** A hardware page table by itself, for its tests: they compile this file to a module of their own. */
import { createHardwareTable } from '../pagetable/hardware/create';
import { HardwareTable } from '../pagetable/hardware/table';
import { TableArena } from '../pagetable/table-arena';

let arena = new TableArena();
let table = changetype<HardwareTable>(0);

export function create(design: u32, frames: u32, buckets: u32, hash: u32, aliases: bool): void {
  arena = new TableArena();
  table = createHardwareTable(design, frames, buckets, hash, aliases, arena)!;
  arena.open();
}

export function find(process: u32, page: u64, k: u32): u64 {
  return table.find(process, page, k);
}

export function peek(process: u32, page: u64, k: u32): u64 {
  return table.peek(process, page, k);
}

export function set(process: u32, page: u64, k: u32, pte: u64): bool {
  return table.set(process, page, k, pte);
}

export function clear(process: u32, page: u64, k: u32): void {
  table.clear(process, page, k);
}

export function refs(): u32 {
  return table.refs;
}

export function lookups(): u64 {
  return table.lookups;
}

export function probes(): u64 {
  return table.probes;
}

export function probesMax(): u32 {
  return table.probesMax;
}

export function histogram(bin: u32): u64 {
  return table.histogram.get(bin);
}

export function count(): u32 {
  return table.count();
}

export function nodes(): u32 {
  return table.nodes();
}

export function buckets(): u32 {
  return table.buckets();
}

export function loadPermille(): u32 {
  return table.loadPermille();
}

export function aliases(): u32 {
  return table.aliases();
}

export function bytes(): u64 {
  return table.bytes();
}

export function entryBytes(): u64 {
  return table.entryBytes();
}

export function anchorBytes(): u64 {
  return table.anchorBytes();
}

export function aliasBytes(): u64 {
  return table.aliasBytes();
}

export function bytesPeak(): u64 {
  return table.bytesPeak;
}

export function resizes(): u32 {
  return table.resizes;
}

export function moves(): u64 {
  return table.moves;
}

export function replacements(): u64 {
  return table.replacements;
}

export function isExhausted(): bool {
  return table.exhausted;
}
