/** How the page of a touch was found: TLB sets, page-walk caches and page-table entries, in the order in which they were read. */
import { PAGE_TABLES, PTE } from '@pagewalk/engine/catalog';
import { isSplitMachine } from '../../machine/caches.ts';
import type { MachineConfig } from '../../machine/config/schema.ts';
import { designOf, isRadix, levelsOf } from '../../machine/config/table-type.ts';
import type { MachineEvent } from '../../machine/events.ts';
import type { Pfn, Slot } from '../../machine/types.ts';
import type { CacheEntry } from '../../machine/views.ts';
import type { Scene } from './scene.ts';
import type { EntryFacts, EntryRead, LevelIndex, TlbRead, Translation } from './types.ts';

type Lookup = Extract<MachineEvent, { kind: 'lookup' }>;

export function translationOf(config: MachineConfig, scene: Scene, address: bigint): Translation {
  const { events } = scene;
  // Then the TLBs were emptied between the view before the touch and the touch.
  const flushed = scene.switched && !config.tagged;
  const after = entryFacts(scene.after.entry);
  const pageBits = Math.log2(config.page_size);
  const all = indicesOf(config, address >> BigInt(pageBits));
  // The lowest indices of an address in a large page are part of its offset.
  const indices = all.slice(0, all.length - after.large);
  const offsetBits = all.slice(indices.length).reduce((sum, { bits }) => sum + bits, pageBits);
  const of = <K extends MachineEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<MachineEvent, { kind: K }> => event.kind === kind);
  return {
    table: tableOf(config),
    references: scene.references,
    indices,
    offset: Number(BigInt.asUintN(offsetBits, address)),
    offset_bits: offsetBits,
    tlbs: of('lookup').map((lookup) => tlbRead(config, scene, lookup, flushed)),
    pwcs: of('pwc_lookup').map(({ level, hit }) => ({ level, hit })),
    flushed,
    walk: isRadix(config.pt_type) ? walkOf(events).filter(({ level }) => level < indices.length) : [],
    before: entryFacts(scene.before.entry),
    after,
  };
}

const tableOf = ({ pt_type: type }: MachineConfig): string => PAGE_TABLES[designOf(type)]?.name ?? type;

/** Bits of a page number are dealt evenly over the levels, the lowest taking what is left over. */
function indicesOf(config: MachineConfig, page: bigint): LevelIndex[] {
  const levels = levelsOf(config.pt_type);
  const all = config.va_bits - Math.log2(config.page_size);
  let below = all;
  return Array.from({ length: levels }, (_, level) => {
    const bits = Math.floor(all / levels) + (level >= levels - (all % levels) ? 1 : 0);
    below -= bits;
    return { level, bits, index: Number((page >> BigInt(below)) & ((1n << BigInt(bits)) - 1n)) };
  });
}

function tlbRead(config: MachineConfig, { before, after }: Scene, lookup: Lookup, flushed: boolean): TlbRead {
  const { tlb: index, set, hit, pid, page } = lookup;
  const split = isSplitMachine(config);
  const name = ([split ? 'itlb' : 'tlb', 'dtlb', 'stlb', 'ltlb'] as const)[index] ?? 'tlb';
  const shape = config[name === 'ltlb' ? 'large_tlb' : name];
  const ways = shape?.ways ?? 1;
  const inSet = (entries: readonly CacheEntry[] = []) => entries.filter((entry) => entry.set === set);
  const held = flushed ? [] : inSet(before.tlbs[index]).toSorted((a, b) => a.order - b.order || a.way - b.way);
  const mine = inSet(after.tlbs[index]).find((entry) => covers(entry, pid, page));
  const displaced = hit || !mine ? undefined : held.find((each) => each.way === mine.way && !isSame(each, mine));
  // An entry whose page was evicted meanwhile was dropped, not displaced.
  const dropped = displaced && !isHeld(after.tlbs, displaced) && wasEvicted(displaced, before, after);
  return {
    name,
    set,
    sets: (shape?.entries ?? 1) / ways,
    ways,
    hit,
    way: mine?.way ?? null,
    held: held.map(plain),
    displaced: displaced && !dropped ? plain(displaced) : null,
  };
}

const covers = (entry: CacheEntry, pid: number, page: bigint): boolean =>
  entry.pid === pid && page >= entry.page && page < entry.page + BigInt(entry.pages);

const isSame = (a: CacheEntry, b: CacheEntry): boolean => a.pid === b.pid && a.page === b.page;

const plain = ({ way, pid, page, pages, frame }: CacheEntry) => ({ way, pid, page, pages, frame });

const isHeld = (tlbs: Scene['after']['tlbs'], { pid, page }: CacheEntry): boolean =>
  tlbs.some((entries) => entries.some((entry) => entry.pid === pid && entry.page === page));

/** Whether the frame of an entry holds another page now. */
function wasEvicted({ frame }: CacheEntry, before: Scene['before'], after: Scene['after']): boolean {
  if (frame === null) return false;
  return before.frames.page[frame] !== after.frames.page[frame] || before.frames.pid[frame] !== after.frames.pid[frame];
}

/** Tables that are missing are made once the fault is served; the walk then reads the entries in them. */
function walkOf(events: readonly MachineEvent[]): EntryRead[] {
  const fault = events.findIndex(({ kind }) => kind === 'fault');
  return events.flatMap((event, place) =>
    event.kind === 'walk_step'
      ? [{ level: event.level, index: event.index, present: event.present, made: fault >= 0 && place > fault }]
      : [],
  );
}

export function entryFacts(value: bigint): EntryFacts {
  const bit = (place: number): boolean => ((value >> BigInt(place)) & 1n) === 1n;
  const target = Number((value >> BigInt(PTE.target)) & 0xff_ffff_ffffn);
  const present = bit(PTE.present);
  return {
    value,
    present,
    writable: bit(PTE.writable),
    accessed: bit(PTE.accessed),
    dirty: bit(PTE.dirty),
    cow: bit(PTE.cow),
    large: bit(PTE.giga) ? 2 : bit(PTE.huge) ? 1 : 0,
    frame: present || bit(PTE.hint) ? (target as Pfn) : null,
    slot: !present && bit(PTE.swap) ? (target as Slot) : null,
  };
}
