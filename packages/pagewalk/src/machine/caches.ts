/** The TLBs and page-walk caches of a machine: their shape, by the index that the engine knows them by, and their counters. */
import { levelsOf } from './config/fields.ts';
import type { MachineConfig } from './config/schema.ts';
import type { TlbShape } from './config/tlb.ts';
import type { Core } from './core.ts';
import { type CacheCounters, cacheCounters } from './counters.ts';
import { type CacheEntry, cacheEntries } from './views.ts';

/** `ltlb` holds large pages where they have a TLB of their own. */
export type TlbName = 'tlb' | 'itlb' | 'dtlb' | 'stlb' | 'ltlb';

/** Indexes of the caches of one cpu: TLBs, page-walk caches, TLB of large pages. */
const CACHES = 8;
const LARGE = 7;
const LARGE_PAGES = 512;

interface TlbPlace extends TlbShape {
  readonly name: TlbName;
  readonly index: number;
}

export const isSplitMachine = (config: MachineConfig): boolean => config.itlb !== null || config.dtlb !== null;

function tlbPlaces(config: MachineConfig): TlbPlace[] {
  const split = isSplitMachine(config);
  const places: [TlbName, number, TlbShape | null][] = [
    ['tlb', 0, split ? null : config.tlb],
    ['itlb', 0, config.itlb],
    ['dtlb', 1, config.dtlb],
    ['stlb', 2, config.stlb],
    ['ltlb', LARGE, config.large_tlb],
  ];
  return places.flatMap(([name, index, shape]) => (shape ? [{ name, index, ...shape }] : []));
}

interface PwcPlace {
  /** Level of the table whose entries it caches, 0 for the root. */
  readonly level: number;
  readonly entries: number;
  readonly index: number;
}

function pwcPlaces(config: MachineConfig): PwcPlace[] {
  const inner = levelsOf(config.pt_type) - 1;
  return config.pwc
    .slice(0, inner)
    .map((entries, level) => ({ level, entries, index: 3 + level }))
    .filter(({ entries }) => entries > 0);
}

export type TlbReport = { readonly name: TlbName; readonly reach_bytes: number } & TlbShape & CacheCounters;
export type CacheReport = { readonly level: number; readonly entries: number } & CacheCounters;

export function tlbReports(core: Core): TlbReport[] {
  return tlbPlaces(core.config).map(({ name, index, entries, ways, policy }) => ({
    name,
    entries,
    ways,
    policy,
    reach_bytes: entries * core.config.page_size * (index === LARGE ? LARGE_PAGES : 1),
    ...cacheCounters(core.cacheCounters(index)),
  }));
}

export function pwcReports(core: Core): CacheReport[] {
  return pwcPlaces(core.config).map(({ level, entries, index }) => ({
    level,
    entries,
    ...cacheCounters(core.cacheCounters(index)),
  }));
}

/** The valid entries of a TLB of a cpu by its name. */
export function tlbEntries(core: Core, name: string, cpu = 0): CacheEntry[] {
  const places = tlbPlaces(core.config);
  const place = places.find((each) => each.name === name);
  if (!place)
    throw new RangeError(`no TLB '${name}'; this machine has ${places.map((each) => each.name).join(', ') || 'none'}`);
  return cacheEntries(core.engine, core.config, place.index + CACHES * cpuOf(core, cpu));
}

/** The valid entries of the page-walk cache of a table level on a cpu. */
export function pwcEntries(core: Core, level: number, cpu = 0): CacheEntry[] {
  const place = pwcPlaces(core.config).find((each) => each.level === level);
  if (!place) throw new RangeError(`no page-walk cache of level ${level}`);
  return cacheEntries(core.engine, core.config, place.index + CACHES * cpuOf(core, cpu));
}

function cpuOf({ config }: Core, cpu: number): number {
  if (Number.isInteger(cpu) && cpu >= 0 && cpu < config.cpus) return cpu;
  throw new RangeError(
    `no cpu ${cpu}; this machine has ${config.cpus === 1 ? 'only cpu 0' : `0 to ${config.cpus - 1}`}`,
  );
}
