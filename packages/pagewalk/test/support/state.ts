/** Engine and oracle, laid side by side: every counter, the clock, and all state that both can show. */
import { type MachineConfig, NO_TLB, type TlbShape } from '../oracle/config.ts';
import type { Machine } from '../oracle/machine.ts';
import { type FrameContents, type Mapping, type RawEngine, splitTag } from './raw-engine.ts';

/** Name of a thing that can be compared, and what it is. */
export type Facts = Map<string, string>;

/** Caches 0 to 2 are TLBs. */
const FIRST_WALK_CACHE = 3;
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

export function engineState(engine: RawEngine, shapes: ReadonlyMap<number, TlbShape>): Facts {
  const facts: Facts = new Map();
  for (const [at, frame] of engine.frames().entries()) if (frame !== null) facts.set(`frame ${at}`, drawFrame(frame));
  for (const asid of engine.pids.keys()) {
    for (const mapping of engine.pages(asid)) facts.set(`page ${asid}:${hex(mapping.page)}`, drawMapping(mapping));
  }
  for (const [index, shape] of shapes) facts.set(`cache ${index}`, engineCache(engine, shape, index));
  return facts;
}

/** What is in a TLB or page-walk cache, set by set: in the order in which entries go where there is one, else way by way. */
function engineCache(engine: RawEngine, shape: TlbShape, index: number): string {
  const values = engine.view('cache_value', index) as number[];
  const order = engine.view('cache_order', index) as number[];
  const ways = (engine.view('cache_tag', index) as bigint[]).map((tag, at) => ({
    valid: tag !== INVALID,
    order: order[at] as number,
    text: drawTag(tag) + (index < FIRST_WALK_CACHE ? `=${values[at]}` : ''),
  }));
  // A set of the engine may have a few more places than ways; they stay invalid.
  const stride = engine.abi.cacheStride(index);
  return drawSets(
    ways.filter((_, at) => at % stride < shape.ways),
    shape,
  );
}

function drawTag(tag: bigint): string {
  const { asid, page } = splitTag(tag);
  return `${asid}:${hex(page)}`;
}

function drawSets(ways: readonly { valid: boolean; order: number; text: string }[], shape: TlbShape): string {
  const sets = Array.from({ length: shape.entries / shape.ways }, (_, set) =>
    ways.slice(set * shape.ways, (set + 1) * shape.ways),
  );
  const ordered = shape.policy === 'lru' || shape.policy === 'fifo';
  return sets
    .map((set) =>
      ordered
        ? set
            .filter(({ valid }) => valid)
            .sort((a, b) => a.order - b.order)
            .map(({ text }) => text)
        : set.map(({ valid, text }) => (valid ? text : '-')),
    )
    .map((set) => set.join(' '))
    .join(' | ');
}

export function oracleState(machine: Machine): Facts {
  const facts: Facts = new Map();
  const indexBits = machine.config.vaBits - machine.config.pageShift;
  for (const [at, frame] of machine.memory.frames.entries()) {
    if (frame.page === null) continue;
    const { ref, dirty, slot } = frame;
    const { asid, number } = frame.page;
    facts.set(`frame ${at}`, drawFrame({ asid, page: BigInt.asUintN(indexBits, number), ref, dirty, slot }));
  }
  for (const table of machine.tables) {
    for (const page of table.pages.values()) {
      const { ref: accessed = false, dirty = false } =
        page.frame === null ? {} : (machine.memory.frames[page.frame] ?? {});
      facts.set(`page ${table.asid}:${hex(page.number)}`, drawMapping({ ...page, accessed, dirty }));
    }
  }
  for (const [index, { shape, ways }] of machine.tlbs) {
    const drawn = ways.map((way) => ({
      valid: way.valid,
      order: shape.policy === 'fifo' ? way.filled : way.used,
      text: `${way.asid}:${hex(BigInt.asUintN(indexBits, way.page))}=${way.frame}`,
    }));
    facts.set(`cache ${index}`, drawSets(drawn, shape));
  }
  for (const [level, { keys }] of machine.walkCaches.levels.entries()) {
    facts.set(`cache ${FIRST_WALK_CACHE + level}`, keys.join(' '));
  }
  return facts;
}

const hex = (page: bigint) => page.toString(16);

function drawFrame({ asid, page, ref, dirty, slot }: FrameContents): string {
  return `${asid}:${hex(page)}${ref ? ' ref' : ''}${dirty ? ' dirty' : ''}${slot === null ? '' : ` slot ${slot}`}`;
}

function drawMapping({ frame, slot, accessed, dirty }: Omit<Mapping, 'page'>): string {
  const place = frame !== null ? `frame ${frame}` : `slot ${slot}`;
  return `${place}${accessed ? ' accessed' : ''}${dirty ? ' dirty' : ''}`;
}

/** The shapes of a machine's caches by their index; a page-walk cache is fully associative. */
export function shapesOf(config: MachineConfig): Map<number, TlbShape> {
  const shapes = new Map<number, TlbShape>(config.tlbs.entries());
  shapes.set(2, config.stlb ?? NO_TLB);
  for (let level = 0; level < config.levels - 1; level++) {
    const entries = config.pwc[level] ?? 0;
    shapes.set(FIRST_WALK_CACHE + level, { entries, ways: Math.max(entries, 1), policy: 'lru' });
  }
  return shapes;
}

/** One line for each fact that is not the same on both sides. */
export function differences(engine: Facts, oracle: Facts): string[] {
  return [...new Set([...engine.keys(), ...oracle.keys()])]
    .filter((name) => engine.get(name) !== oracle.get(name))
    .map((name) => `${name}: engine ${engine.get(name) ?? 'nothing'}, oracle ${oracle.get(name) ?? 'nothing'}`);
}
