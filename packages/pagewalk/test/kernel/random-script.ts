/**
 * Random scripts that the real kernel can follow, written along with the model so that every operation is one that is done. Pages used are 64 KiB
 * apart and files are mapped for random use, so that the kernel neither maps nor reads neighbours; what the kernel is known to do otherwise
 * (docs/real-kernel.md) does not come up.
 */

import { ObjectNames } from '../../src/trace/operations/names.ts';
import type { Entry, Frame } from '../oracle/space/memory.ts';
import { type SpaceConfig, SpaceModel } from '../oracle/space/model.ts';
import type { Process } from '../oracle/space/process.ts';
import type { Region } from '../oracle/space/region.ts';
import { Dice } from '../support/dice.ts';
import { stepOf } from './in-machine.ts';

const PAGE = 4096;
const UNIT = 0x10000;
const BASE = 0x10000000;
const UNITS = 16;
const PROCESSES = 8;
const PROTECTIONS = ['rw-', 'rw-', 'rw-', 'rwx', 'r--', '---'];
/** The kernel reads ahead in what is executable, random or not. */
const NOT_EXECUTABLE = ['rw-', 'rw-', 'r--', '---'];
const KINDS = {
  access: 60,
  fork: 4,
  exit: 1.5,
  anonymous: 5,
  file: 4,
  attach: 3,
  munmap: 3,
  mprotect: 5,
  mremap: 4,
  dontneed: 3,
  mlock: 1,
  munlock: 1,
  msync: 3,
  ftruncate: 1,
};

export function randomScript(seed: number, length: number, config: SpaceConfig): string {
  const writer = new Writer(seed, config);
  writer.add('1 ftruncate a 0x50000');
  writer.add('1 ftruncate b 0x30000');
  writer.add('1 shm_create s 0x40000');
  while (writer.lines.length < length) writer.one();
  return `${writer.lines.join('\n')}\n`;
}

class Writer {
  readonly lines: string[] = [];
  private readonly dice: Dice;
  private readonly model: SpaceModel;
  private readonly names = new ObjectNames();

  constructor(seed: number, config: SpaceConfig) {
    this.dice = new Dice(seed);
    this.model = new SpaceModel(config);
  }

  /** Whether it was done. */
  add(line: string): boolean {
    const before = this.names.size;
    const done = this.model.step(stepOf(line, this.names)).length === 0;
    if (done) this.lines.push(line);
    else if (this.names.size > before) throw new Error(`a name that no line mentions: ${line}`);
    return done;
  }

  one(): void {
    const { dice } = this;
    const pid = dice.one(this.model.living).pid;
    const kind = dice.weighted<keyof typeof KINDS>(KINDS);
    if (kind === 'access') this.access(pid);
    else if (kind === 'fork') this.fork(pid);
    else if (kind === 'exit') this.exit(pid);
    else if (kind === 'anonymous')
      this.add(`${pid} mmap ${this.range()} ${dice.one(PROTECTIONS)} ${this.sharing()} anon`);
    else if (kind === 'file') this.file(pid);
    else if (kind === 'attach') this.add(`${pid} shm_attach s ${place(dice.below(UNITS - 4))} rw-`);
    else if (kind === 'munmap') this.add(`${pid} munmap ${this.range()}`);
    else if (kind === 'mprotect') this.protect(pid);
    else if (kind === 'mremap') this.move(pid);
    else if (kind === 'dontneed') this.add(`${pid} madvise ${this.range()} dontneed`);
    else if (kind === 'mlock') this.lock(pid);
    else if (kind === 'munlock' || kind === 'msync') this.add(`${pid} ${kind} ${this.range()}`);
    else this.add(`${pid} ftruncate ${dice.one(['a', 'b'])} ${hex(UNIT * dice.between(1, 5))}`);
  }

  /** To the kernel a region counts as written when a write to it fails behind the end of its file. */
  private access(pid: number): void {
    const op = this.dice.one(['R', 'W']);
    const unit = this.dice.below(UNITS);
    const [region] = this.regionsIn(pid, unit, 1);
    if (op === 'W' && region?.shared === false && this.model.isBeyondEnd(region, pagesOf(unit, 1).start)) return;
    this.add(`${pid} ${op} ${place(unit)}`);
  }

  /** The kernel copies nothing of private memory that was never written, whatever is mapped there. */
  private fork(pid: number): void {
    const child = this.model.processes.length + 1;
    const process = this.model.process(pid) as Process;
    const isUnwritten = (region: Region) => {
      const entries = process.pagesIn(region).map(([, entry]) => entry);
      return entries.length > 0 && !entries.some((entry) => entry.kind === 'frame' && entry.frame.object === null);
    };
    const { list } = process.regions;
    if (child > PROCESSES || list.some((region) => region.locked || (!region.shared && isUnwritten(region)))) return;
    this.add(`${pid} fork ${child}`);
  }

  /** The kernel forgets by a fault only that a page was shared, and that a page of a file was clean; it brings locked pages in for writing. */
  private protect(pid: number): void {
    const from = this.dice.below(UNITS);
    const units = this.dice.between(1, Math.min(4, UNITS - from));
    if (this.regionsIn(pid, from, units).some(({ locked }) => locked)) return;
    const process = this.model.process(pid) as Process;
    const isRemembered = ([, entry]: [number, Entry]) =>
      entry.kind === 'frame' && !entry.writable && (this.model.sharing.isExclusive(entry.frame) || isFile(entry.frame));
    if (process.pagesIn(pagesOf(from, units)).some(isRemembered)) return;
    this.add(`${pid} mprotect ${place(from)} ${hex(UNIT * units)} ${this.dice.one(NOT_EXECUTABLE)}`);
  }

  private exit(pid: number): void {
    if (this.model.living.length > 1) this.add(`${pid} exit`);
  }

  private file(pid: number): void {
    const { dice } = this;
    const range = this.range();
    const file = `file:${dice.one(['a', 'b'])} ${hex(UNIT * dice.below(3))}`;
    if (this.add(`${pid} mmap ${range} ${dice.one(NOT_EXECUTABLE)} ${this.sharing()} ${file}`))
      this.add(`${pid} madvise ${range} random`);
  }

  /** The kernel brings the new pages of locked memory in. */
  private move(pid: number): void {
    const { dice } = this;
    const from = dice.below(UNITS);
    if (this.regionsIn(pid, from, 4).some(({ locked }) => locked)) return;
    const to = dice.chance(0.4) ? from : dice.below(UNITS);
    this.add(
      `${pid} mremap ${place(from)} ${hex(UNIT * dice.between(1, 4))} ${place(to)} ${hex(UNIT * dice.between(1, 4))}`,
    );
  }

  /** What the kernel reads for mlock it does not count as read. */
  private lock(pid: number): void {
    const from = this.dice.below(UNITS);
    if (this.regionsIn(pid, from, 1).some(({ backing }) => backing === 'file')) return;
    this.add(`${pid} mlock ${place(from)} 0x1000`);
  }

  private regionsIn(pid: number, unit: number, units: number) {
    return this.model.process(pid)?.regions.within(pagesOf(unit, units)) ?? [];
  }

  private range(): string {
    const from = this.dice.below(UNITS);
    return `${place(from)} ${hex(UNIT * this.dice.between(1, Math.min(4, UNITS - from)))}`;
  }

  private sharing(): string {
    return this.dice.one(['private', 'shared']);
  }
}

const isFile = ({ object }: Frame) => object?.kind === 'file';
const hex = (value: number) => `0x${value.toString(16)}`;
const pagesOf = (unit: number, units: number) => ({
  start: (BASE + unit * UNIT) / PAGE,
  end: (BASE + (unit + units) * UNIT) / PAGE,
});
const place = (unit: number) => hex(BASE + unit * UNIT);
