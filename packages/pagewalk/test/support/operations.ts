/**
 * Random scripts: accesses and operations of several processes in a small piece of the address space, so that everything meets everything. The
 * writer plays along with a model and mostly asks for what makes sense there; the rest is wrong in every way there is. A script
 * is a plain list of steps: any part of one is a script too, which is how a failing one is made smaller.
 */
import { ADVICE, BACKINGS, MAP_FLAGS, MEMORY_MODES, type OperationName } from '@pagewalk/engine/catalog';
import { type SpaceConfig, SpaceModel } from '../oracle/space/model.ts';
import type { Process } from '../oracle/space/process.ts';
import type { Range } from '../oracle/space/region.ts';
import { access, operation, type Step } from '../oracle/space/step.ts';
import type { Op } from '../oracle/trace.ts';
import { Dice } from './dice.ts';

export interface Habits {
  /** Pages in which nearly everything happens: so many, from `base` on. */
  readonly window: number;
  readonly base: number;
  /** Share of operations among the steps. */
  readonly operations: number;
  /** Living processes, about. */
  readonly processes: number;
  /** Accesses that reach over the end of a page. */
  readonly spanning: boolean;
  /** Sizes and places of ranges are multiples of this many pages as often as not. */
  readonly grain: number;
  /** Share of mmap that asks for large pages. */
  readonly huge: number;
  readonly weights: Partial<Record<OperationName, number>>;
  readonly advice: Partial<Record<(typeof ADVICE)[number]['name'], number>>;
  readonly cpus: number;
  readonly nodes: number;
}

export const HABITS: Habits = {
  window: 20,
  base: 0,
  operations: 0.3,
  processes: 4,
  spanning: true,
  grain: 1,
  huge: 0,
  weights: {
    fork: 8,
    exit: 3,
    mmap: 16,
    munmap: 9,
    mprotect: 10,
    mremap: 8,
    brk: 5,
    madvise: 16,
    mlock: 3,
    munlock: 4,
    shm_create: 3,
    shm_attach: 6,
    shm_detach: 4,
    shm_remove: 1,
    msync: 5,
    sched: 0.5,
    mbind: 0.5,
    set_mempolicy: 0.5,
    ftruncate: 3,
  },
  advice: {
    hugepage: 1,
    nohugepage: 1,
    dontneed: 8,
    free: 5,
    cold: 1,
    pageout: 10,
    sequential: 1,
    random: 1,
    normal: 1,
  },
  cpus: 1,
  nodes: 1,
};

const OBJECTS = 4;

export function randomScript(config: SpaceConfig, habits: Habits, seed: number, length: number): Step[] {
  const writer = new Writer(config, habits, new Dice(seed));
  return Array.from({ length }, () => writer.next());
}

class Writer {
  private readonly model: SpaceModel;
  private readonly habits: Habits;
  private readonly dice: Dice;
  private readonly pageSize: number;

  constructor(config: SpaceConfig, habits: Habits, dice: Dice) {
    this.model = new SpaceModel(config);
    this.pageSize = config.pageSize;
    this.habits = habits;
    this.dice = dice;
  }

  next(): Step {
    const pid = this.pid();
    const step = this.dice.chance(this.habits.operations) ? this.operation(pid) : this.access(pid);
    this.model.step(step);
    return step;
  }

  /** Mostly one that lives. */
  private pid(): number {
    const living = this.model.living;
    if (living.length === 0 || this.dice.chance(0.01)) return this.newPid();
    if (this.dice.chance(0.003)) return this.dice.between(1, this.model.processes.length + 1);
    return this.dice.one(living).pid;
  }

  private newPid(): number {
    return this.model.processes.length + 1;
  }

  private access(pid: number): Step {
    const { dice, pageSize } = this;
    const op = dice.one<Op>(['R', 'R', 'R', 'R', 'W', 'W', 'W', 'W', 'I']);
    const page = this.page(pid);
    // Numbers behind the end of a wide space are not exact to the byte.
    if (page >= this.model.config.pages) return access(pid, op, page * pageSize);
    const kind = dice.next();
    if (kind < 0.08) return access(pid, op, page * pageSize, dice.between(1, 4), true);
    const offset = dice.below(pageSize);
    if (kind < 0.16 && this.habits.spanning)
      return access(pid, op, page * pageSize + offset, dice.between(1, 2 * pageSize));
    return access(pid, op, page * pageSize + offset);
  }

  private somewhere(): number {
    return this.habits.base + this.dice.below(this.habits.window);
  }

  private page(pid: number): number {
    const { dice, model } = this;
    if (dice.chance(0.003)) return model.config.pages + dice.below(4);
    const regions = model.process(pid)?.regions.list ?? [];
    if (regions.length === 0 || dice.chance(0.2)) return this.somewhere();
    const { start, end } = dice.one(regions);
    return dice.between(start, Math.min(end, start + this.habits.window) - 1);
  }

  private operation(pid: number): Step {
    const { dice, model } = this;
    const crowd = model.living.length;
    const room = model.processes.length < model.config.maxProcesses;
    const name = dice.weighted<OperationName>({
      ...this.habits.weights,
      fork: (this.habits.weights.fork ?? 0) * (room && crowd < this.habits.processes ? 1 : 0.05),
      exit: (this.habits.weights.exit ?? 0) * (crowd > 1 && (room || crowd > 2) ? 1 : 0.02),
    });
    return operation(pid, name, ...this.words(name, pid));
  }

  private words(name: OperationName, pid: number): number[] {
    const { dice } = this;
    switch (name) {
      case 'fork':
        return [dice.chance(0.97) ? this.newPid() : this.pid()];
      case 'exit':
        return [];
      case 'mmap':
        return this.mmap();
      case 'mprotect':
        return [...this.range(pid), this.protection()];
      case 'mremap':
        return this.mremap(pid);
      case 'brk':
        return [this.brk(pid)];
      case 'madvise':
        return [...this.range(pid), this.advice()];
      case 'shm_create':
        return [this.object('shm'), dice.chance(0.95) ? this.bytes(dice.between(1, 6)) : 0];
      case 'shm_attach':
        return [this.object('shm'), this.place(this.somewhere()), this.protection()];
      case 'shm_detach':
        return [this.attachment(pid)];
      case 'shm_remove':
        return [this.object('shm')];
      case 'sched':
        return [dice.below(this.habits.cpus + 1)];
      case 'mbind':
        return [...this.range(pid), ...this.mode()];
      case 'set_mempolicy':
        return this.mode();
      case 'ftruncate':
        return [this.object('file'), dice.chance(0.9) ? this.bytes(dice.below(8)) : 0];
      default:
        return this.range(pid);
    }
  }

  private mmap(): number[] {
    const { dice } = this;
    const backing = dice.weighted({ anon: 6, file: 5, shm: 2 });
    const shared = dice.chance(backing === 'shm' ? 0.8 : 0.45) ? MAP_FLAGS.shared : 0;
    const range = this.bent(this.anywhere());
    const offset = dice.chance(0.98) ? dice.below(4) * this.habits.grain * this.pageSize : dice.below(this.pageSize);
    const object = backing === 'anon' ? 0 : this.object(backing);
    if (dice.chance(this.habits.huge)) return this.hugeMmap(dice.chance(0.95) ? 0 : shared);
    return [...range, this.protection() + shared, BACKINGS.indexOf(backing), object, backing === 'anon' ? 0 : offset];
  }

  private hugeMmap(shared: number): number[] {
    const { dice, pageSize } = this;
    const { grain } = this.habits;
    const start = dice.chance(0.95) ? Math.floor(this.somewhere() / grain) * grain : this.somewhere();
    const size = dice.chance(0.95) ? MAP_FLAGS.huge_2m : MAP_FLAGS.huge_1g;
    return [start * pageSize, dice.between(1, 2) * grain * pageSize, this.protection() + shared + size, 0, 0, 0];
  }

  private mremap(pid: number): number[] {
    const { dice } = this;
    const [address = 0, length = 0] = this.range(pid);
    const same = dice.chance(0.3);
    const newLength = dice.chance(0.5) ? length : this.bytes(this.size());
    return [address, length, same ? address : this.place(this.somewhere()), newLength];
  }

  private brk(pid: number): number {
    const { dice } = this;
    const heap = this.model.process(pid)?.heap;
    if (heap === null || heap === undefined) return this.bytes(this.somewhere());
    return Math.max(0, this.bytes(heap.end + dice.between(-3, 4) * this.habits.grain));
  }

  /** Objects 0 and 1 are files, 2 and 3 shared memory, as a rule. */
  private object(kind: 'file' | 'shm'): number {
    const { dice } = this;
    if (dice.chance(0.03)) return dice.below(OBJECTS);
    return dice.below(OBJECTS / 2) + (kind === 'file' ? 0 : OBJECTS / 2);
  }

  private attachment(pid: number): number {
    const { dice } = this;
    const attached = (this.model.process(pid)?.regions.list ?? []).filter((region) => region.attached);
    if (attached.length === 0 || dice.chance(0.2)) return this.place(this.somewhere());
    const { start, offset } = dice.one(attached);
    return this.place(Math.max(0, dice.chance(0.8) ? start - offset : start));
  }

  private protection(): number {
    return this.dice.one([3, 3, 3, 3, 1, 1, 7, 5, 0, 2, 4]);
  }

  private advice(): number {
    const name = this.dice.weighted(this.habits.advice);
    return this.dice.chance(0.99) ? ADVICE.findIndex((row) => row.name === name) : ADVICE.length;
  }

  private mode(): number[] {
    const { dice, habits } = this;
    const mode = dice.below(MEMORY_MODES.length);
    const some = MEMORY_MODES[mode]?.nodes === 'some';
    return [mode, some === dice.chance(0.9) ? dice.between(1, 2 ** Math.min(habits.nodes, 8)) : 0];
  }

  /** Mostly all or a part of a region. */
  private range(pid: number): number[] {
    const { dice } = this;
    const process: Process | undefined = this.model.process(pid);
    const regions = process?.regions.list ?? [];
    if (regions.length === 0 || dice.chance(0.25)) return this.bent(this.anywhere());
    const region = dice.one(regions);
    if (dice.chance(0.4)) return this.bent(region);
    const start = dice.between(region.start, region.end - 1);
    return this.bent({ start, end: dice.between(start + 1, region.end) });
  }

  private anywhere(): Range {
    const { dice, habits } = this;
    const start = this.somewhere();
    const aligned = dice.chance(0.5) ? start - (start % habits.grain) : start;
    return { start: aligned, end: aligned + this.size() };
  }

  private size(): number {
    const { dice, habits } = this;
    const size = dice.between(1, 6) * (dice.chance(0.7) ? habits.grain : 1);
    return Math.min(size, habits.window);
  }

  /** Address and length, now and then not quite right. */
  private bent({ start, end }: Range): number[] {
    const { dice, pageSize } = this;
    const length = (end - start) * pageSize;
    const kind = dice.next();
    if (kind < 0.02) return [start * pageSize, 0];
    if (kind < 0.025) return [start * pageSize, (this.model.config.pages + 1) * pageSize];
    if (kind < 0.1) return [start * pageSize, length - dice.below(pageSize)];
    return [this.place(start), length];
  }

  private place(page: number): number {
    return page * this.pageSize + (this.dice.chance(0.02) ? this.dice.below(this.pageSize) : 0);
  }

  private bytes(pages: number): number {
    return pages * this.pageSize - (this.dice.chance(0.2) && pages > 0 ? this.dice.below(this.pageSize) : 0);
  }
}
