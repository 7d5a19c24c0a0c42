/** Exports of a prefetcher for packages/pagewalk/test/engine/prefetchers.test.ts. The page cache is a bitmap of one object. */
import { Bitmap } from '../ds/bitmap';
import { column } from '../ds/column';
import { createPrefetcher } from '../gen/prefetchers';
import { CachedPages, Demand, PrefetchContext, Prefetcher } from '../prefetch/prefetcher';
import { NONE64 } from '../types';

const PAGES: u32 = 1 << 20;

class OneFile extends CachedPages {
  pages: Bitmap = new Bitmap(PAGES);

  has(object: u32, index: u64): bool {
    return index < <u64>PAGES && this.pages.get(<u32>index);
  }
}

const params = column<u64>(4);
const cached = new OneFile();
const demand = new Demand();
let prefetcher = changetype<Prefetcher>(0);

export function create(kind: u32, processes: u32, a: u32, b: u32, c: u32): void {
  params.set(0, a);
  params.set(1, b);
  params.set(2, c);
  prefetcher = createPrefetcher(kind, new PrefetchContext(processes, params, cached));
}

export function setCached(index: u32, value: bool): void {
  if (value) cached.pages.set(index);
  else cached.pages.clear(index);
}

/** The demand of the next call; an end of 0 stands for an object without end. */
export function setDemand(
  process: u32,
  page: u64,
  fill: u32,
  object: u32,
  index: u64,
  end: u64,
  slot: u32,
  advice: u32,
): void {
  demand.process = process;
  demand.page = page;
  demand.fill = fill;
  demand.object = object;
  demand.index = index;
  demand.objectPages = end == 0 ? NONE64 : end;
  demand.slot = slot;
  demand.advice = advice;
  prefetcher.begin();
}

export function onFault(): void {
  prefetcher.onFault(demand);
}

export function onFirstTouch(): void {
  prefetcher.onFirstTouch(demand);
}

export function onMarker(): void {
  prefetcher.onMarker(demand);
}

export function maps(): bool {
  return prefetcher.maps;
}

export function count(): u32 {
  return prefetcher.count;
}

export function wantedKind(): u32 {
  return prefetcher.wantedKind;
}

export function marker(): u64 {
  return prefetcher.marker;
}

export function wanted(place: u32): u64 {
  return prefetcher.wanted.get(place);
}
