import type { AdviceName } from '@pagewalk/engine/catalog';
import type { Protection } from '../../operations/operating-system.ts';
import { PAGE, type Scenario, type Script } from './script.ts';

const SLOTS = 12;
const HEAP = 0x90_0000;
const FILES = ['one', 'two', 'three'];
const RIGHTS: readonly Protection[] = ['rw-', 'rw-', 'rw-', 'r--', 'r-x'];
const ADVICE: readonly AdviceName[] = [
  'hugepage',
  'nohugepage',
  'dontneed',
  'willneed',
  'cold',
  'pageout',
  'sequential',
  'random',
  'normal',
];
const MOST_LOCKED = 4;
const MOST_FORKS = 900;
const MOST_ALIVE = 8;

interface Region {
  readonly pages: number;
  readonly protection: Protection;
  readonly backing: 'anon' | 'file' | 'shm' | 'attached';
  readonly shared: boolean;
  readonly locked: boolean;
}

interface Process {
  readonly pid: number;
  /** At slotPage(place). */
  readonly slots: (Region | null)[];
  /** Pages of the heap; null before the first brk. */
  heap: number | null;
}

const slotPage = (slot: number): number => (slot + 1) * 0x2000;

/** Random operations, legal on every machine, by processes whose regions are kept track of. */
export class RandomOperations implements Scenario {
  private readonly script: Script;
  private readonly every: number;
  private readonly most: number;
  private alive: Process[];
  private lastPid: number;
  private forks = 0;
  private segments: { readonly name: string; readonly pages: number }[] = [];
  private madeSegments = 0;

  constructor(script: Script) {
    this.script = script;
    this.every = script.parameter('every');
    this.most = script.parameter('region_pages');
    this.lastPid = script.settings.processes;
    this.alive = Array.from({ length: this.lastPid }, (_, index) => ({
      pid: index + 1,
      slots: new Array<Region | null>(SLOTS).fill(null),
      heap: null,
    }));
    for (const process of this.alive) this.map(process);
  }

  step(): void {
    const { script } = this;
    for (let n = 0; n < this.every && script.left > 0; n++) this.touch(script.random.pick(this.alive));
    const process = script.random.pick(this.alive);
    const calls = [
      () => this.map(process),
      () => this.map(process),
      () => this.unmap(process),
      () => this.protect(process),
      () => this.move(process),
      () => this.grow(process),
      () => this.advise(process),
      () => this.lock(process),
      () => this.unlock(process),
      () => this.create(process),
      () => this.attach(process),
      () => this.detach(process),
      () => this.remove(process),
      () => this.sync(process),
      () => this.place(process),
      () => this.resize(process),
      () => this.fork(process),
      () => this.end(process),
    ];
    script.random.pick(calls)();
  }

  finish(): void {
    for (const { pid } of this.alive) this.script.exit(pid);
  }

  private touch(process: Process): void {
    const { script } = this;
    const slot = script.random.below(SLOTS + 1);
    const heap = process.heap ?? 0;
    if (slot === SLOTS && heap > 0) {
      script.use(process.pid, HEAP + script.random.skewed(heap));
      return;
    }
    const place = process.slots[slot] ? slot : process.slots.findIndex((region) => region !== null);
    const region = process.slots[place];
    if (!region) {
      this.map(process);
      return;
    }
    const page = slotPage(place) + script.random.skewed(region.pages);
    if (region.protection === 'rw-') script.use(process.pid, page);
    else if (region.protection === 'r-x') script.fetch(process.pid, page);
    else script.read(process.pid, page);
  }

  private map(process: Process): void {
    const { script } = this;
    const { random } = script;
    const slot = this.slotWhere(process, (region) => !region?.locked) ?? 0;
    const segment = this.segments.length > 0 ? random.pick(this.segments) : undefined;
    const backing = random.pick(['anon', 'anon', 'file', ...(segment ? ['shm' as const] : [])] as const);
    const protection = random.pick(RIGHTS);
    const shared = random.chance(0.4);
    const pages = backing === 'shm' && segment ? segment.pages : 1 + random.below(this.most);
    const offset = backing === 'file' ? random.below(4) * PAGE : 0;
    // It replaces what it covers: the end of a longer region would stay.
    const before = process.slots[slot];
    if (before && before.pages > pages) {
      script.munmap(process.pid, (slotPage(slot) + pages) * PAGE, (before.pages - pages) * PAGE);
    }
    script.mmap(process.pid, {
      address: slotPage(slot) * PAGE,
      length: pages * PAGE,
      protection,
      shared,
      offset,
      ...(backing === 'file' ? { file: random.pick(FILES) } : {}),
      ...(backing === 'shm' && segment ? { shm: segment.name } : {}),
    });
    process.slots[slot] = { pages, protection, backing, shared, locked: false };
  }

  /** The whole of a region or its end. */
  private unmap(process: Process): void {
    const { script } = this;
    const slot = this.slotWhere(
      process,
      (region) => region !== null && !region.locked && region.backing !== 'attached',
    );
    const region = slot === undefined ? null : process.slots[slot];
    if (slot === undefined || !region) return;
    const rest = script.random.below(region.pages);
    script.munmap(process.pid, (slotPage(slot) + rest) * PAGE, (region.pages - rest) * PAGE);
    process.slots[slot] = rest === 0 ? null : { ...region, pages: rest };
  }

  private protect(process: Process): void {
    const protection = this.script.random.pick(RIGHTS);
    this.change(
      process,
      (region) => !region.locked && region.backing !== 'attached',
      (region, address) => {
        this.script.mprotect(process.pid, address, region.pages * PAGE, protection);
        return { ...region, protection };
      },
    );
  }

  private move(process: Process): void {
    const { script } = this;
    const from = this.slotWhere(process, (region) => region !== null && !region.locked && region.backing === 'anon');
    const to = process.slots.indexOf(null);
    const region = from === undefined ? null : process.slots[from];
    if (from === undefined || !region || to < 0) return;
    // What is shared has an end, behind which a mapping may not be touched.
    const pages = region.shared ? region.pages : 1 + script.random.below(this.most);
    script.mremap(process.pid, slotPage(from) * PAGE, region.pages * PAGE, slotPage(to) * PAGE, pages * PAGE);
    process.slots[from] = null;
    process.slots[to] = { ...region, pages };
  }

  private grow(process: Process): void {
    process.heap = process.heap === null ? 0 : this.script.random.below(this.most);
    this.script.brk(process.pid, (HEAP + process.heap) * PAGE);
  }

  private advise(process: Process): void {
    const { script } = this;
    this.change(
      process,
      (region) => !region.locked,
      (region, address) => {
        const isOwn = region.backing === 'anon' && !region.shared;
        const advice = isOwn && script.random.chance(0.1) ? 'free' : script.random.pick(ADVICE);
        script.madvise(process.pid, address, region.pages * PAGE, advice);
        return region;
      },
    );
  }

  private lock(process: Process): void {
    const locked = this.alive
      .flatMap(({ slots }) => slots)
      .reduce((sum, region) => sum + (region?.locked ? region.pages : 0), 0);
    const isSmall = (region: Region): boolean =>
      region.backing === 'anon' &&
      !region.shared &&
      region.pages + locked <= MOST_LOCKED &&
      region.protection === 'rw-';
    this.change(
      process,
      (region) => !region.locked && isSmall(region),
      (region, address) => {
        this.script.mlock(process.pid, address, region.pages * PAGE);
        return { ...region, locked: true };
      },
    );
  }

  private unlock(process: Process): void {
    this.change(
      process,
      (region) => region.locked,
      (region, address) => {
        this.script.munlock(process.pid, address, region.pages * PAGE);
        return { ...region, locked: false };
      },
    );
  }

  private create(process: Process): void {
    const segment = { name: `segment${++this.madeSegments}`, pages: 1 + this.script.random.below(this.most) };
    this.script.shmCreate(process.pid, segment.name, segment.pages * PAGE);
    this.segments.push(segment);
  }

  private attach(process: Process): void {
    const { script } = this;
    const slot = process.slots.indexOf(null);
    if (slot < 0 || this.segments.length === 0) return;
    const { name, pages } = script.random.pick(this.segments);
    const protection = script.random.pick(['rw-', 'r--'] as const);
    script.shmAttach(process.pid, name, slotPage(slot) * PAGE, protection);
    process.slots[slot] = { pages, protection, backing: 'attached', shared: true, locked: false };
  }

  private detach(process: Process): void {
    this.change(
      process,
      (region) => region.backing === 'attached',
      (_region, address) => {
        this.script.shmDetach(process.pid, address);
        return null;
      },
    );
  }

  private remove(process: Process): void {
    const segment = this.segments.shift();
    if (segment) this.script.shmRemove(process.pid, segment.name);
  }

  private sync(process: Process): void {
    this.change(
      process,
      (region) => region.backing === 'file' && region.shared,
      (region, address) => {
        this.script.msync(process.pid, address, region.pages * PAGE);
        return region;
      },
    );
  }

  /** Cpu 0 and node 0, which every machine has. */
  private place(process: Process): void {
    const { script } = this;
    if (script.random.chance(0.3)) {
      script.sched(process.pid, 0);
      return;
    }
    const mode = script.random.pick(['default', 'local', 'bind', 'preferred', 'interleave'] as const);
    const nodes = mode === 'default' || mode === 'local' ? [] : [0];
    if (script.random.chance(0.5)) {
      script.setMempolicy(process.pid, mode, nodes);
      return;
    }
    this.change(
      process,
      () => true,
      (region, address) => {
        script.mbind(process.pid, address, region.pages * PAGE, mode, nodes);
        return region;
      },
    );
  }

  private resize(process: Process): void {
    const { random } = this.script;
    this.script.ftruncate(process.pid, random.pick(FILES), random.below(this.most * 2 * PAGE));
  }

  private fork(process: Process): void {
    if (this.alive.length >= Math.max(MOST_ALIVE, this.script.settings.processes) || this.forks === MOST_FORKS) return;
    this.forks++;
    const child = ++this.lastPid;
    this.script.fork(process.pid, child);
    const slots = process.slots.map((region) => region && { ...region, locked: false });
    this.alive.push({ pid: child, slots, heap: process.heap });
  }

  private end(process: Process): void {
    if (this.alive.length === 1) return;
    this.script.exit(process.pid);
    this.alive = this.alive.filter((other) => other !== process);
  }

  /** Does something to the whole of a region, which then is what `act` returns. */
  private change(
    process: Process,
    fits: (region: Region) => boolean,
    act: (region: Region, address: number) => Region | null,
  ): void {
    const slot = this.slotWhere(process, (region) => region !== null && fits(region));
    const region = slot === undefined ? null : process.slots[slot];
    if (slot !== undefined && region) process.slots[slot] = act(region, slotPage(slot) * PAGE);
  }

  private slotWhere(process: Process, fits: (region: Region | null) => boolean): number | undefined {
    const slots = process.slots.flatMap((region, slot) => (fits(region) ? [slot] : []));
    return slots.length > 0 ? this.script.random.pick(slots) : undefined;
  }
}
