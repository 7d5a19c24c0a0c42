/**
 * Random scripts about 2 MiB blocks: few processes fill, share, cut, move and give up the same few of them, on machines with about as much memory.
 * What `operations.ts` writes meets large pages now and then; here everything does.
 */
import { ADVICE, type ConfigField, MAP_FLAGS, POLICIES, type PolicyId } from '@pagewalk/engine/catalog';
import { type MachineConfig, machine } from '../oracle/config.ts';
import { isForeseeing } from '../oracle/future.ts';
import { access, operation, type Step } from '../oracle/space/step.ts';
import { Dice } from './dice.ts';

const PAGE = 4096;
const BLOCK = 512;
const BLOCKS = 5;
/** Pages of a block that are touched by themselves, and where ranges are cut. */
const PLACES = [0, 1, 7, 200, 256, 510, 511] as const;

export function blockMachine(seed: number): MachineConfig {
  const dice = new Dice(seed);
  const row = dice.one(POLICIES.filter(({ id }) => !isForeseeing(id)));
  const nodes = dice.one([1, 1, 2, 3]);
  const words: Partial<Record<ConfigField, number>> = {
    space: 1,
    large_pages: dice.one([1, 2, 2, 3, 4, 4]),
    khugepaged_period: dice.between(1, 40),
    khugepaged_pages: dice.one([512, 2000, 5000]),
    max_ptes_none: dice.one([200, 511, 511]),
    max_ptes_swap: dice.one([0, 511]),
    max_ptes_shared: dice.one([0, 511]),
    reserve_threshold: dice.one([1, 2, 4, 512]),
    fragmentation: dice.one([0, 0, 0, 300]),
    cpus: dice.one([1, 2, 3]),
    nodes,
    numa_mode: dice.between(1, 5),
    numa_mask: dice.between(1, 2 ** nodes - 1),
    numa_balancing: nodes > 1 ? 1 : 0,
    numa_scan_period: dice.between(1, 10),
    numa_scan_pages: dice.one([1, 600, 2000]),
    design: dice.one([0, 0, 1, 2, 3, 4]),
    alias_chains: dice.below(2),
    invalidation: dice.below(3),
    zero_page: dice.below(3),
    strict_regions: 0,
    ...(dice.chance(0.5) ? { tlbl_entries: 4, tlbl_ways: 2 } : {}),
  };
  return machine({
    frames: dice.one([700, 1024, 1600, 3000]),
    swapSlots: dice.one([0, 300, 4000, 4000]),
    verify: true,
    policy: row.id as PolicyId,
    params: row.params.map(({ name, default: usual }) => (name === 'tick' ? 20 : usual)),
    tlbs: [{ entries: 8, ways: 4, policy: 'lru' }],
    stlb: dice.chance(0.5) ? { entries: 16, ways: 4, policy: 'lru' } : null,
    pwc: dice.chance(0.5) ? [2, 2, 2] : [],
    maxProcesses: 12,
    words,
  });
}

export function blockScript(config: MachineConfig, seed: number, length: number): Step[] {
  const writer = new Writer(new Dice(seed + 1_000_000), config);
  const steps: Step[] = [];
  while (steps.length < length) steps.push(...writer.next());
  return steps;
}

class Writer {
  private readonly dice: Dice;
  private readonly cpus: number;
  private readonly nodes: number;
  private readonly most: number;
  private living = [1];
  private pids = 1;

  constructor(dice: Dice, { words = {}, maxProcesses }: MachineConfig) {
    this.dice = dice;
    this.cpus = words.cpus ?? 1;
    this.nodes = words.nodes ?? 1;
    this.most = maxProcesses;
  }

  next(): Step[] {
    const { dice } = this;
    const pid = dice.one(this.living);
    const kind = dice.next();
    if (kind < 0.55) return [this.touch(pid)];
    if (kind < 0.62) return this.run(pid);
    if (kind < 0.68)
      return [operation(pid, 'mmap', ...this.whole(), 3 + dice.one([0, 0, 0, 4, MAP_FLAGS.shared]), 0, 0, 0)];
    if (kind < 0.71) return this.fork(pid);
    if (kind < 0.72) return this.exit(pid);
    return [this.change(pid)];
  }

  private touch(pid: number): Step {
    const { dice } = this;
    const page = dice.below(BLOCKS) * BLOCK + dice.one(PLACES);
    return access(
      pid,
      dice.one(['R', 'W', 'W']),
      page * PAGE,
      dice.chance(0.2) ? dice.between(2, 12) : 1,
      dice.chance(0.2),
    );
  }

  /** A block, or most of it. */
  private run(pid: number): Step[] {
    const { dice } = this;
    const first = dice.below(BLOCKS) * BLOCK;
    const from = dice.one([0, 0, 7]);
    const to = dice.one([511, 511, 300]);
    const op = dice.one(['R', 'W'] as const);
    return Array.from({ length: to - from + 1 }, (_, at) => access(pid, op, (first + from + at) * PAGE));
  }

  private fork(pid: number): Step[] {
    if (this.pids === this.most || this.living.length > 3) return [];
    this.living.push(++this.pids);
    return [operation(pid, 'fork', this.pids)];
  }

  private exit(pid: number): Step[] {
    if (this.living.length === 1) return [];
    this.living = this.living.filter((one) => one !== pid);
    return [operation(pid, 'exit')];
  }

  private change(pid: number): Step {
    const { dice } = this;
    const range = dice.chance(0.5) ? this.whole() : this.part();
    const name = dice.weighted({
      munmap: 3,
      mprotect: 4,
      mremap: 3,
      madvise: 10,
      mlock: 1,
      munlock: 2,
      sched: 6,
      mbind: 2,
      set_mempolicy: 2,
    });
    if (name === 'mprotect') return operation(pid, name, ...range, dice.one([0, 1, 3, 3, 3, 7]));
    if (name === 'mremap') return this.mremap(pid, range);
    if (name === 'madvise') return operation(pid, name, ...range, this.advice());
    if (name === 'sched') return operation(pid, name, dice.below(this.cpus));
    if (name === 'mbind') return operation(pid, name, ...range, ...this.mode());
    if (name === 'set_mempolicy') return operation(pid, name, ...this.mode());
    return operation(pid, name, ...range);
  }

  private mremap(pid: number, [address = 0, length = 0]: readonly number[]): Step {
    const { dice } = this;
    const to = (dice.below(BLOCKS) * BLOCK + dice.one([0, 0, 0, 3])) * PAGE;
    return operation(pid, 'mremap', address, length, dice.chance(0.2) ? address : to, length);
  }

  private advice(): number {
    const wanted = this.dice.weighted({
      hugepage: 4,
      nohugepage: 1,
      dontneed: 3,
      free: 1,
      cold: 1,
      pageout: 3,
      willneed: 1,
    });
    return ADVICE.findIndex(({ name }) => name === wanted);
  }

  private mode(): number[] {
    const mode = this.dice.below(6);
    return [mode, mode < 2 ? 0 : this.dice.between(1, 2 ** this.nodes - 1)];
  }

  private whole(): [number, number] {
    const first = this.dice.below(BLOCKS);
    const blocks = this.dice.between(1, Math.min(2, BLOCKS - first));
    return [first * BLOCK * PAGE, blocks * BLOCK * PAGE];
  }

  private part(): [number, number] {
    const { dice } = this;
    const from = dice.below(BLOCKS) * BLOCK + dice.one(PLACES);
    return [from * PAGE, dice.one([1, 3, 255, 512, 700]) * PAGE];
  }
}
