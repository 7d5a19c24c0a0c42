/**
 * Model and engine where memory may be short and every feature may be on: frames, faults and counters are the engine's business then, but each
 * touch must be served or refused for the same reason, unless memory is full, and every page must hold what was last written to it.
 */
import { type CounterName, POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import type { MachineConfig } from '../oracle/config.ts';
import { MACHINE } from '../oracle/space/counts.ts';
import { newFrame, ZEROES } from '../oracle/space/memory.ts';
import { SpaceModel } from '../oracle/space/model.ts';
import { type AccessStep, access, type OperationStep, operation, type Step } from '../oracle/space/step.ts';
import { shortest } from './shrink.ts';
import { attempt, Divergence, type Model, report, sameEnd, type Trial } from './space-compare.ts';
import { spaceConfig } from './space-config.ts';
import { SpaceEngine } from './space-engine.ts';
import { broken } from './space-invariants.ts';

const FAILURES: readonly CounterName[] = ['segfaults', 'region_segfaults', 'protection_failures', 'bus_errors'];

export class PressureDuel {
  readonly model: SpaceModel;
  readonly engine: SpaceEngine;
  private readonly pageSize: number;
  private readonly releases: boolean;
  /** Stamps of the engine by writes of the model. */
  private readonly stamps = new Map<number, number>();
  private readonly writes = new Map<number, number>();

  constructor(config: MachineConfig, steps: readonly Step[] = [], model: Model = SpaceModel) {
    this.model = new model({ ...spaceConfig(config), short: true });
    this.engine = new SpaceEngine(config, steps);
    this.pageSize = 2 ** config.pageShift;
    this.releases = POLICIES.some((row: PolicyRow) => row.id === config.policy && row.releases === true);
  }

  step(step: Step): string[] {
    return step.kind === 'access' ? this.access(step) : this.operation(step);
  }

  private access(step: AccessStep): string[] {
    const before = this.engine.count('oom_failures');
    const got = this.engine.step(step);
    const touches = step.folded ? step.extent : 1;
    if (got === null && this.engine.count('oom_failures') - before >= touches) {
      this.model.mention(step.pid);
      return [];
    }
    const failures = FAILURES.map((name) => this.engine.count(name));
    const expected = this.model.step(step);
    if (!sameEnd(expected, got)) return [ends(expected, got)];
    if (got !== null) return [];
    const differ = FAILURES.flatMap((name, at) => {
      const [engine, model] = [failures[at], this.model.counts.get(MACHINE, name)];
      return engine === model ? [] : [`${name}: engine ${engine}, model ${model}`];
    });
    return this.model.last === 'served' ? [...differ, ...this.contents(step)] : differ;
  }

  private operation(step: OperationStep): string[] {
    const got = this.engine.step(step);
    const violation = this.engine.check();
    const check = violation === 'none' ? [] : [`check: ${violation}`];
    if (got === 'out_of_memory') {
      if (this.engine.pids.includes(step.pid)) this.model.mention(step.pid);
      return check;
    }
    const unwritten = step.name === 'munmap' && this.isUnwritten(step);
    const expected = this.model.step(step);
    // Whether pages that nobody asked for and nobody wrote to are still there is not for the model to say.
    const isMoot = unwritten && [...expected, got ?? 'nothing_mapped'].every((error) => error === 'nothing_mapped');
    return sameEnd(expected, got) || isMoot ? check : [...check, ends(expected, got)];
  }

  private isUnwritten({ pid, words: [address = 0, length = 0] }: OperationStep): boolean {
    const process = this.model.process(pid);
    if (process === undefined) return true;
    const range = { start: Math.floor(address / this.pageSize), end: Math.ceil((address + length) / this.pageSize) };
    const pages = process.pagesIn(range).map(([page]) => page);
    return process.regions.within(range).length === 0 && pages.every((page) => this.isBlank(process.pid, page));
  }

  private isBlank(pid: number, page: number): boolean {
    const entry = this.model.process(pid)?.pages.get(page);
    if (entry?.kind !== 'frame') return entry?.kind !== 'slot';
    return entry.frame.stamp === ZEROES || entry.doubtful === true;
  }

  /** What the page that was just touched holds now. */
  private contents({ pid, address }: AccessStep): string[] {
    const page = Math.floor(address / this.pageSize);
    const entry = this.model.process(pid)?.pages.get(page);
    const got = this.engine.stampAt(pid, page);
    // A policy may give a page back right after its touch.
    if (got === null) return this.releases ? [] : [`page ${page} of ${pid} was served and is in no frame`];
    if (entry?.kind === 'frame' && entry.doubtful && got === 0) {
      this.model.process(pid)?.pages.set(page, { ...entry, frame: newFrame(), doubtful: false });
      return [];
    }
    const expected = entry?.kind === 'frame' ? entry.frame.stamp : ZEROES;
    if (this.same(expected, got)) return [];
    return [
      `page ${page} of ${pid} holds stamp ${got} (write ${this.writes.get(got)}), not ${this.stamps.get(expected)} (write ${expected})`,
    ];
  }

  private same(write: number, stamp: number): boolean {
    if (write === ZEROES) return stamp === 0;
    if (write < ZEROES) return !this.writes.has(stamp);
    if (!this.stamps.has(write) && !this.writes.has(stamp)) {
      this.stamps.set(write, stamp);
      this.writes.set(stamp, write);
    }
    return this.stamps.get(write) === stamp && this.writes.get(stamp) === write;
  }

  /** Reads every page that the model knows of. */
  sweep(): string[] {
    for (const process of this.model.living) {
      for (const page of [...process.pages.keys()].sort((a, b) => a - b)) {
        const differ = this.access(access(process.pid, 'R', page * this.pageSize));
        if (differ.length > 0) return differ.map((line) => `read again at the end: ${line}`);
      }
    }
    const differ = checked(this);
    return differ.length > 0 ? differ : this.ended();
  }

  /** All processes end: then only what files and shared memory hold is left. */
  private ended(): string[] {
    for (const { pid } of this.model.living) {
      const differ = this.operation(operation(pid, 'exit'));
      if (differ.length > 0) return differ.map((line) => `exit of ${pid} at the end: ${line}`);
    }
    const left = this.engine.framesInUse() + this.engine.count('swap_slots_used');
    const isFragmented = (this.engine.config.words?.fragmentation ?? 0) > 0;
    if (left === 0 || isFragmented || this.model.objects.some(({ removed }) => !removed)) return [];
    return [`${left} frames and slots are in use when all processes have ended`];
  }
}

const ends = (expected: readonly string[], got: string | null) =>
  `ends with ${got ?? 'success'}, not ${expected.join(' or ') || 'success'}`;

const LOOK_EVERY = 100;

/** Looks on at each step. */
export interface Witness {
  begin(step: Step): void;
  complaints(): readonly string[];
}

export type MakeWitness = (engine: SpaceEngine) => Witness;

const NOBODY: MakeWitness = () => ({ begin: () => {}, complaints: () => [] });

/** `each`: check() after every step, not only after operations. */
export function pressureTrial(
  config: MachineConfig,
  steps: readonly Step[],
  each = false,
  model: Model = SpaceModel,
  makeWitness = NOBODY,
): Trial {
  const duel = new PressureDuel(config, steps, model);
  const witness = makeWitness(duel.engine);
  for (const [at, step] of steps.entries()) {
    const look = each || at % LOOK_EVERY === LOOK_EVERY - 1;
    witness.begin(step);
    const differ = attempt(() => [...duel.step(step), ...(look ? checked(duel) : []), ...witness.complaints()]);
    if (differ.length > 0) return { steps: at + 1, differ };
  }
  return { steps: steps.length, differ: attempt(() => duel.sweep()) };
}

const checked = ({ engine, model }: PressureDuel) => [
  ...(engine.check() === 'none' ? [] : [`check: ${engine.check()}`]),
  ...broken(engine, model),
];

export function holdUnderPressure(
  config: MachineConfig,
  steps: readonly Step[],
  origin: string,
  witness = NOBODY,
): void {
  const { steps: run, differ } = pressureTrial(config, steps, false, SpaceModel, witness);
  if (differ.length === 0) return;
  const again = (some: readonly Step[]) => pressureTrial(config, some, true, SpaceModel, witness);
  const least = shortest(steps.slice(0, run), (some) => again(some).differ.length > 0);
  throw new Divergence(report(config, least, origin, again));
}
