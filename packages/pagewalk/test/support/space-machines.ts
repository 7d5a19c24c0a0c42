/** Random machines for random scripts, each from a small number. */
import {
  type ConfigField,
  POLICIES,
  type PolicyId,
  type PolicyRow,
  PREFETCHERS,
  TLB_POLICIES,
} from '@pagewalk/engine/catalog';
import { type MachineConfig, machine, NO_TLB, type TlbShape, widthOf } from '../oracle/config.ts';
import { Dice } from './dice.ts';
import { HABITS, type Habits } from './operations.ts';

const PRESSED = { ...HABITS, spanning: false };
const WINDOW_PAGES = 64;

interface Drawn {
  readonly config: MachineConfig;
  readonly habits: Habits;
}

/** A small space of few levels, or the lower half of a canonical one with the window somewhere in it. */
function spaceOf(dice: Dice, levels: number): { space: Partial<MachineConfig>; base: number } {
  const pageShift = dice.one([12, 12, 12, 8, 14, 21]);
  if (levels > 2 && dice.chance(0.3)) {
    const vaBits = dice.one([48, 39, 57]);
    // Addresses in scripts are exact up to 2^53.
    const last = 2 ** (Math.min(vaBits - 1, 52) - pageShift) - WINDOW_PAGES;
    const base = dice.one([last, Math.min(last, 2 ** dice.between(8, 30) - 10)]);
    return { space: { pageShift, levels, vaBits }, base };
  }
  const vspace = BigInt(WINDOW_PAGES * 2 ** pageShift);
  return { space: { pageShift, levels, vspace, vaBits: widthOf(vspace, pageShift, levels) }, base: 0 };
}

/** Room for all that a script can ask for; the rest is any machine with one cpu and small pages. */
export function ampleMachine(seed: number): Drawn {
  const dice = new Dice(seed);
  const design = dice.chance(0.5) ? 0 : dice.below(5);
  const { space, base } = spaceOf(dice, design === 0 ? dice.between(1, 5) : 4);
  const cpus = dice.chance(0.7) ? 1 : dice.between(2, 4);
  const config = machine({
    ...common(dice, 3, KEEPING),
    ...space,
    frames: 300,
    swapSlots: 300,
    verify: dice.chance(0.8),
    words: laidOut(dice, {
      ...choices(dice),
      cpus,
      design,
      alias_chains: dice.below(2),
      invalidation: dice.below(3),
      flush_ceiling: dice.one([1, 3, 33]),
    }),
  });
  return { config, habits: { ...HABITS, base, cpus } };
}

/** Few frames, little swap, and everything else that there is. */
export function pressedMachine(seed: number): Drawn {
  const dice = new Dice(seed);
  const design = dice.below(5);
  const { space, base } = spaceOf(dice, design === 0 ? dice.between(1, 5) : 4);
  const frames = dice.chance(0.6) ? dice.between(2, 14) : dice.between(8, 60);
  const nodes = dice.chance(0.4) ? dice.between(1, Math.min(4, frames)) : 1;
  const cpus = dice.chance(0.4) ? dice.between(1, 4) : 1;
  const config = machine({
    ...common(dice, frames),
    ...shares(dice, frames),
    ...space,
    frames,
    swapSlots: dice.chance(0.7) ? dice.between(0, 40) : 200,
    verify: true,
    words: { space: 1, ...choices(dice), ...features(dice, design, cpus, nodes) },
  });
  return { config, habits: { ...PRESSED, base, cpus, nodes, advice: { ...HABITS.advice, willneed: 3 } } };
}

/** Pages of 2 MiB too: more frames, ranges of hundreds of pages. */
export function largeMachine(seed: number): Drawn {
  const dice = new Dice(seed);
  const design = dice.below(5);
  const frames = dice.between(520, 2600);
  const nodes = dice.chance(0.3) ? 2 : 1;
  const cpus = dice.chance(0.3) ? 2 : 1;
  const config = machine({
    ...common(dice, frames),
    ...shares(dice, frames),
    frames,
    swapSlots: dice.chance(0.7) ? 4000 : dice.between(0, 600),
    levels: 4,
    vaBits: 48,
    verify: true,
    words: {
      space: 1,
      ...choices(dice),
      ...features(dice, design, cpus, nodes),
      large_pages: dice.between(1, 4),
      khugepaged_period: dice.between(1, 60),
      khugepaged_pages: dice.between(1, 3000),
      max_ptes_none: dice.one([0, 64, 511]),
      max_ptes_swap: dice.one([0, 64, 511]),
      max_ptes_shared: dice.one([0, 256, 511]),
      reserve_threshold: dice.one([1, 8, 64, 512]),
      fragmentation: dice.one([0, 0, 0, 300]),
      ...(dice.chance(0.5) ? { tlbl_entries: 4, tlbl_ways: 2 } : {}),
    },
  });
  const advice = { ...HABITS.advice, hugepage: 10, willneed: 2 };
  return {
    config,
    habits: { ...PRESSED, huge: 0.15, window: 1600, grain: 512, cpus, nodes, advice, processes: 3 },
  };
}

/** A policy that gives pages back does so however much memory there is. */
const KEEPING: readonly PolicyRow[] = POLICIES.filter(({ releases }: PolicyRow) => releases !== true);

/** Whose pages go, and how many frames each process may have. */
function shares(dice: Dice, frames: number): Partial<MachineConfig> {
  const interval = dice.chance(0.5) ? 0 : dice.between(1, 40);
  const most = dice.chance(0.5) ? 'equal' : dice.between(1, frames);
  return {
    local: dice.chance(0.25),
    limit: dice.chance(0.2) ? { frames: most, interval } : { frames: 0, interval: 0 },
  };
}

function common(dice: Dice, frames: number, policies: readonly PolicyRow[] = POLICIES): Partial<MachineConfig> {
  const row = dice.one(policies);
  const tagged = dice.chance(0.7);
  return {
    policy: row.id as PolicyId,
    params: row.params.map(({ name, min, max }) =>
      dice.between(min, name === 'tick' ? 40 : Math.min(max, min + 30, Math.max(frames, min))),
    ),
    tlbs: dice.chance(0.3) ? [tlb(dice), tlb(dice)] : [tlb(dice)],
    stlb: dice.chance(0.5) ? tlb(dice) : null,
    pwc: dice.chance(0.5) ? [dice.below(3), dice.below(3), dice.below(4)] : [],
    tagged,
    seed: BigInt(dice.below(1 << 30)),
    maxProcesses: dice.between(6, 40),
  };
}

function tlb(dice: Dice): TlbShape {
  if (dice.chance(0.15)) return NO_TLB;
  const policy = dice.one(TLB_POLICIES);
  const ways = dice.one([1, 2, 4, 8]);
  return { entries: ways * dice.between(1, 4), ways, policy };
}

const choices = (dice: Dice): Partial<Record<ConfigField, number>> => ({
  strict_regions: Number(dice.chance(0.3)),
  zero_page: dice.one([0, 1, 1, 1, 2]),
  fork_eager: Number(dice.chance(0.15)),
});

/** The mode for all this is on from the start where something asks for it, else maybe only from the first operation on. */
function laidOut(dice: Dice, words: Partial<Record<ConfigField, number>>): Partial<Record<ConfigField, number>> {
  const isCosts = words.cpus === 1 && words.design === 0 && words.invalidation === 0 && words.flush_ceiling === 33;
  const isAsked = !isCosts || words.strict_regions === 1 || words.zero_page !== 1 || words.fork_eager === 1;
  return { ...words, space: isAsked ? 1 : dice.below(2) };
}

function features(dice: Dice, design: number, cpus: number, nodes: number): Partial<Record<ConfigField, number>> {
  const prefetcher = dice.chance(0.5) ? 0 : dice.between(1, PREFETCHERS.length);
  const params = prefetcher === 0 ? [] : (PREFETCHERS[prefetcher - 1]?.params ?? []);
  return {
    design,
    hash_buckets: dice.one([0, 1, 4]),
    alias_chains: Number(dice.chance(0.7)),
    cpus,
    nodes,
    numa_mode: nodes > 1 ? dice.between(1, 5) : 1,
    numa_mask: nodes > 1 ? dice.between(1, 2 ** nodes - 1) : 0,
    numa_balancing: nodes > 1 ? dice.below(2) : 0,
    numa_scan_period: dice.between(1, 40),
    numa_scan_pages: dice.between(1, 40),
    prefetcher,
    ...Object.fromEntries(
      params.map(({ min, max }, at) => [`prefetch_${at}`, dice.between(min, Math.min(max, min + 16))]),
    ),
    invalidation: dice.below(3),
    flush_ceiling: dice.one([1, 3, 33]),
    bloom_bits: dice.one([64, 1024]),
    ipi_ns: dice.one([0, 2000]),
    invlpg_ns: dice.one([0, 100]),
    file_read_ns: dice.below(60_000),
    file_write_ns: dice.below(60_000),
    file_channels: dice.between(1, 3),
    copy_ns: dice.below(1000),
    fault_around: dice.one([1, 1, 4, 16]),
  };
}
