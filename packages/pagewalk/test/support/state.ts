/** Engine and oracle, laid side by side: every counter, the clock, and all state that both can show. */
import type { Machine } from '../oracle/machine.ts';
import type { RawEngine } from './raw-engine.ts';

/** Name of a thing that can be compared, and what it is. */
export type Facts = Map<string, string>;

const TAG_PAGE_BITS = 49n;
const INVALID = (1n << 64n) - 1n;

export function engineCounts(engine: RawEngine, caches: Iterable<number>): Facts {
  const { touches, ns } = engine.clock;
  const facts: Facts = new Map([
    ['pids', engine.pids.join(' ')],
    ['clock touches', `${touches}`],
    ['clock ns', `${ns}`],
  ]);
  tell(facts, 'machine', engine.counters());
  for (const [slot, pid] of engine.pids.entries()) tell(facts, `pid ${pid}`, engine.counters(slot));
  for (const index of caches) tell(facts, `cache ${index}`, engine.cacheCounters(index));
  return facts;
}

export function oracleCounts(machine: Machine): Facts {
  const facts: Facts = new Map([
    ['pids', machine.pids.join(' ')],
    ['clock touches', `${machine.vtime}`],
    ['clock ns', `${machine.tally.clock}`],
  ]);
  tell(facts, 'machine', machine.counters());
  for (const [asid, pid] of machine.pids.entries()) tell(facts, `pid ${pid}`, machine.counters(asid));
  for (const [index, counts] of machine.cacheCounters()) tell(facts, `cache ${index}`, counts);
  return facts;
}

function tell(facts: Facts, whose: string, counts: object): void {
  for (const [name, value] of Object.entries(counts)) facts.set(`${whose} ${name}`, `${value}`);
}

export function engineState(engine: RawEngine, caches: Iterable<number>): Facts {
  const facts: Facts = new Map();
  const [references, ref, dirty, page, process, slot] = (
    ['frame_references', 'frame_ref', 'frame_dirty', 'frame_page', 'frame_process', 'frame_slot'] as const
  ).map((name) => engine.view(name)) as (number | bigint)[][];
  for (const [at, mappings] of (references as number[]).entries()) {
    const owned = slot?.[at] === 0xffffffff ? null : Number(slot?.[at]);
    const text = drawFrame(Number(process?.[at]), BigInt(page?.[at] ?? 0), ref?.[at] === 1, dirty?.[at] === 1, owned);
    facts.set(`frame ${at}`, mappings === 0 ? 'free' : text);
  }
  for (const asid of engine.pids.keys()) {
    for (const { page, frame, slot } of engine.pages(asid))
      facts.set(`page ${asid}:${hex(page)}`, drawPlace(frame, slot));
  }
  for (const index of caches) facts.set(`cache ${index}`, engineCache(engine, index));
  return facts;
}

/** TLBs way by way; page-walk caches, whose ways have no meaning, sorted. */
function engineCache(engine: RawEngine, index: number): string {
  const values = index < 3 ? engine.view('cache_value', index) : [];
  const entries = (engine.view('cache_tag', index) as bigint[]).map((tag, at) => {
    if (tag === INVALID) return '-';
    const key = `${tag >> TAG_PAGE_BITS}:${hex(BigInt.asUintN(Number(TAG_PAGE_BITS), tag))}`;
    return index < 3 ? `${key}=${values[at]}` : key;
  });
  return index < 3
    ? entries.join(' ')
    : entries
        .filter((entry) => entry !== '-')
        .sort()
        .join(' ');
}

export function oracleState(machine: Machine): Facts {
  const facts: Facts = new Map();
  for (const [at, { page, ref, dirty, slot }] of machine.memory.frames.entries()) {
    facts.set(`frame ${at}`, page === null ? 'free' : drawFrame(page.asid, page.number, ref, dirty, slot));
  }
  for (const table of machine.tables) {
    for (const page of table.pages.values()) {
      facts.set(`page ${table.asid}:${hex(page.number)}`, drawPlace(page.frame, page.slot));
    }
  }
  const indexBits = machine.config.vaBits - machine.config.pageShift;
  for (const [index, tlb] of [...machine.firstLevel.entries(), [2, machine.secondLevel] as const]) {
    const drawn = tlb.ways.map((way) =>
      way.valid ? `${way.asid}:${hex(BigInt.asUintN(indexBits, way.page))}=${way.frame}` : '-',
    );
    facts.set(`cache ${index}`, drawn.join(' '));
  }
  for (const [level, cache] of machine.walkCaches.levels.entries()) {
    facts.set(`cache ${3 + level}`, [...cache.keys].sort().join(' '));
  }
  return facts;
}

const hex = (page: bigint) => page.toString(16);

function drawFrame(asid: number, page: bigint, ref: boolean, dirty: boolean, slot: number | null): string {
  return `${asid}:${hex(page)}${ref ? ' ref' : ''}${dirty ? ' dirty' : ''}${slot === null ? '' : ` slot ${slot}`}`;
}

function drawPlace(frame: number | null, slot: number | null): string {
  return frame !== null ? `frame ${frame}` : `slot ${slot}`;
}

/** One line for each fact that is not the same on both sides. */
export function differences(engine: Facts, oracle: Facts): string[] {
  return [...new Set([...engine.keys(), ...oracle.keys()])]
    .filter((name) => engine.get(name) !== oracle.get(name))
    .map((name) => `${name}: engine ${engine.get(name) ?? 'nothing'}, oracle ${oracle.get(name) ?? 'nothing'}`);
}
