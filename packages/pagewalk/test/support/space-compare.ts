/** Model and engine over one script: what each step came to, and at the end every counter, every page and what is in it. */
import type { CounterName, OperationErrorName } from '@pagewalk/engine/catalog';
import type { MachineConfig } from '../oracle/config.ts';
import { MACHINE } from '../oracle/space/counts.ts';
import { type Entry, type Frame, type Slot, ZEROES } from '../oracle/space/memory.ts';
import { type SpaceConfig, SpaceModel } from '../oracle/space/model.ts';
import type { Process } from '../oracle/space/process.ts';
import { lineOf, type Step } from '../oracle/space/step.ts';
import { shortest } from './shrink.ts';
import { spaceConfig } from './space-config.ts';
import { type Place, SpaceEngine } from './space-engine.ts';
import { broken } from './space-invariants.ts';

const CLASSES = ['anon', 'file_private', 'file_shared', 'shm'] as const;

/** Counters of processes that do not depend on caches, tables and time. */
export const COUNTED: readonly CounterName[] = [
  ...(['accesses', 'reads', 'writes', 'ifetches', 'touches', 'operations'] as const),
  ...(['segfaults', 'region_segfaults', 'protection_failures', 'bus_errors', 'oom_failures'] as const),
  ...(['page_faults', 'minor_faults', 'major_faults'] as const),
  ...(['demand_zero_faults', 'zero_page_faults', 'swap_in_faults', 'map_faults', 'file_read_faults'] as const),
  ...(['cow_faults', 'cow_copies', 'cow_reuses', 'write_notify_faults', 'hint_faults', 'fork_pages'] as const),
  ...(['evictions', 'clean_evictions', 'dirty_evictions', 'swap_ins', 'swap_outs', 'swap_clean_drops'] as const),
  ...(['zero_drops', 'lazy_free_drops', 'file_clean_drops', 'file_write_backs'] as const),
  ...CLASSES.flatMap((name) => [
    `${name}_minor_faults` as const,
    `${name}_major_faults` as const,
    `${name}_cow_faults` as const,
    `${name}_protection_failures` as const,
  ]),
];

export type Model = new (config: SpaceConfig) => SpaceModel;

export class Divergence extends Error {}

/** Both after so many steps, and how they differ; `each`: looked at after every step, to the first difference. */
export interface Trial {
  readonly steps: number;
  readonly differ: readonly string[];
}

export class Duel {
  readonly config: MachineConfig;
  readonly model: SpaceModel;
  readonly engine: SpaceEngine;
  private readonly stamps = new Twins<number, number>();

  constructor(config: MachineConfig, steps: readonly Step[] = [], model: Model = SpaceModel) {
    this.config = config;
    this.model = new model(spaceConfig(config));
    this.engine = new SpaceEngine(config, steps);
  }

  /** What is wrong at once: how the step ended, and with `check()` after an operation. */
  step(step: Step): string[] {
    const expected = this.model.step(step);
    const got = this.engine.step(step);
    const differ = sameEnd(expected, got)
      ? []
      : [`ends with ${got ?? 'success'}, not ${expected.join(' or ') || 'success'}`];
    const violation = step.kind === 'operation' ? this.engine.check() : 'none';
    return violation === 'none' ? differ : [...differ, `check: ${violation}`];
  }

  /** All that differs between the two now. */
  between(): string[] {
    const differ: string[] = [];
    const say = (what: string, got: unknown, expected: unknown) => {
      if (got !== expected) differ.push(`${what}: engine ${got}, model ${expected}`);
    };
    const violation = this.engine.check();
    if (violation !== 'none') differ.push(`check: ${violation}`);
    differ.push(...broken(this.engine, this.model));
    say('pids', this.engine.pids.join(' '), this.model.processes.map(({ pid }) => pid).join(' '));
    this.compareCounters(MACHINE, null, say);
    for (const [slot, pid] of this.engine.pids.entries()) this.compareCounters(pid, slot, say);
    for (const process of this.model.processes) {
      const { resident_pages, swapped_pages } = this.engine.counters(this.engine.pids.indexOf(process.pid));
      say(`pid ${process.pid} resident_pages`, resident_pages, this.model.memoryOf(process).rss);
      const swapped = [...process.pages.values()].filter(({ kind }) => kind === 'slot');
      say(`pid ${process.pid} swapped_pages`, swapped_pages, swapped.length);
    }
    if (this.config.verify) {
      say('verified reads', this.engine.counters().verified_reads, this.model.counts.get(MACHINE, 'verified_reads'));
    }
    this.comparePages(say);
    return differ;
  }

  private compareCounters(pid: number, slot: number | null, say: Say): void {
    const counters = this.engine.counters(slot);
    for (const name of COUNTED) {
      say(`${slot === null ? 'machine' : `pid ${pid}`} ${name}`, counters[name], this.model.counts.get(pid, name));
    }
  }

  private comparePages(say: Say): void {
    const { model, engine } = this;
    const { sharing } = model;
    say('frames in use', engine.framesInUse(), sharing.framesInUse().size);
    say('swap_slots_used', engine.counters().swap_slots_used, sharing.slotsInUse().size);
    const references = engine.view('frame_references') as number[];
    const wanted = model.references();
    const frames = new Twins<Frame, number>();
    const slots = new Twins<Slot, number>();
    for (const process of model.processes) {
      const places = engine.places(engine.pids.indexOf(process.pid));
      for (const page of new Set([...places.keys(), ...process.pages.keys()])) {
        const where = `page ${process.pid}:${page}`;
        const [entry, place] = [process.pages.get(page), places.get(page)];
        say(where, drawPlace(place), drawEntry(entry));
        if (entry?.kind === 'slot' && place?.slot != null)
          say(`${where} slot`, slots.match(entry.slot, place.slot), true);
        if (entry?.kind !== 'frame' || place?.frame == null) continue;
        say(`${where} frame shared as in the model`, frames.match(entry.frame, place.frame), true);
        say(`${where} references`, references[place.frame], wanted.get(entry.frame));
        this.compareContents(process, page, say);
      }
    }
  }

  private compareContents(process: Process, page: number, say: Say): void {
    if (!this.config.verify) return;
    const stamp = this.engine.stampAt(process.pid, page);
    const expected = this.model.contents(process, page);
    if (stamp === null || expected === null) return;
    const where = `contents of ${process.pid}:${page}`;
    if (expected === ZEROES) say(where, stamp, 0);
    // What nobody wrote may look the same everywhere.
    else if (expected > 0)
      say(`${where}: stamp ${stamp} for write ${expected}`, this.stamps.match(expected, stamp), true);
  }
}

/** Pairs that belong together: each with one other only. */
export class Twins<A, B> {
  private readonly forth = new Map<A, B>();
  private readonly back = new Map<B, A>();

  match(a: A, b: B): boolean {
    if (!this.forth.has(a) && !this.back.has(b)) {
      this.forth.set(a, b);
      this.back.set(b, a);
    }
    return this.forth.get(a) === b && this.back.get(b) === a;
  }
}

type Say = (what: string, got: unknown, expected: unknown) => void;

export const sameEnd = (expected: readonly OperationErrorName[], got: OperationErrorName | null): boolean =>
  got === null ? expected.length === 0 : expected.includes(got);

function drawPlace(place: Place | undefined): string {
  if (place === undefined) return 'nothing';
  if (place.zero) return 'zero page';
  return place.frame === null ? 'slot' : `frame${place.writable ? ', writable' : ''}`;
}

function drawEntry(entry: Entry | undefined): string {
  if (entry === undefined) return 'nothing';
  if (entry.kind === 'zero') return 'zero page';
  return entry.kind === 'slot' ? 'slot' : `frame${entry.writable ? ', writable' : ''}`;
}

/** Runs a script; with `each` everything is compared after every step. */
export function trial(config: MachineConfig, steps: readonly Step[], each = false, model: Model = SpaceModel): Trial {
  const duel = new Duel(config, steps, model);
  for (const [at, step] of steps.entries()) {
    const differ = attempt(() => [...duel.step(step), ...(each ? duel.between() : [])]);
    if (differ.length > 0) return { steps: at + 1, differ };
  }
  return { steps: steps.length, differ: attempt(() => duel.between()) };
}

/** What is thrown is a difference too. */
export function attempt(run: () => string[]): string[] {
  try {
    return run();
  } catch (error) {
    return [`${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : error}`];
  }
}

/** Throws a Divergence with the shortest script that shows one. */
export function compareSpaces(config: MachineConfig, steps: readonly Step[], origin: string): void {
  const { steps: run, differ } = trial(config, steps);
  if (differ.length === 0) return;
  const fails = (some: readonly Step[]) => trial(config, some, true).differ.length > 0;
  throw new Divergence(
    report(config, shortest(steps.slice(0, run), fails), origin, (some) => trial(config, some, true)),
  );
}

export function report(
  config: MachineConfig,
  steps: readonly Step[],
  origin: string,
  run: (steps: readonly Step[]) => Trial,
): string {
  const { steps: last, differ } = run(steps);
  const pageSize = 2 ** config.pageShift;
  const { words = {}, frames, swapSlots, policy, params, pageShift, levels, tlbs, stlb, pwc, verify, tagged } = config;
  const shape = { frames, swapSlots, policy, params, pageShift, levels, tlbs, stlb, pwc, verify, tagged };
  return [
    `${origin}: model and engine part at the last of these steps`,
    ...steps.slice(0, last).map((step) => `  ${lineOf(step, pageSize)}`),
    ...differ.slice(0, 30).map((line) => `  > ${line}`),
    `  words ${JSON.stringify(words)}`,
    `  machine ${JSON.stringify(shape)}`,
  ].join('\n');
}
