/** Calls that map, unmap and change memory, as operations. Only calls that succeeded come here. */
import { ADVICE, type AdviceName, BACKINGS, MAP_FLAGS } from '@pagewalk/engine/catalog';
import type { File } from './files.ts';
import { KnownSpace, PAGE, type Piece, type PieceBacking, pageDown, pageUp } from './known-space.ts';
import { mapFlags, type World } from './world.ts';

/** Linux: the flags of mmap. */
const MAP_TYPE = 0xf;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const MAP_LOCKED = 0x2000;
const MAP_POPULATE = 0x8000;
const MAP_HUGETLB = 0x40000;
const HUGE_SHIFT = 26;
const HUGE_1G = 30;
const MREMAP_DONTUNMAP = 4;
const MS_SYNC = 4;
const SHM_RDONLY = 0o10000;
const SHM_REMAP = 0o40000;
const SHM_EXEC = 0o100000;
const RIGHTS = 7n;

/** Linux: the numbers of madvise. */
const ADVICES: Readonly<Record<number, AdviceName>> = {
  0: 'normal',
  1: 'random',
  2: 'sequential',
  3: 'willneed',
  4: 'dontneed',
  8: 'free',
  14: 'hugepage',
  15: 'nohugepage',
  20: 'cold',
  21: 'pageout',
};

export interface MapCall {
  readonly address: number;
  readonly length: number;
  readonly protection: number;
  readonly flags: number;
  readonly offset: number;
  /** Null for anonymous memory. */
  readonly file: File | null;
}

/** The memory of one process, as far as its calls tell. */
export class Memory {
  readonly world: World;
  /** Its number in the trace. */
  readonly pid: number;
  private readonly space: KnownSpace;
  private heapEnd: number | null = null;
  private heapStart = 0;

  constructor(world: World, pid: number, space = new KnownSpace()) {
    this.world = world;
    this.pid = pid;
    this.space = space;
  }

  /** What a child gets. */
  fork(pid: number): Memory {
    const child = new Memory(this.world, pid, this.space.copy());
    child.heapStart = this.heapStart;
    child.heapEnd = this.heapEnd;
    return child;
  }

  mmap({ address, length, protection, flags, offset, file }: MapCall): void {
    const { world } = this;
    if (length === 0) return;
    const rights = BigInt(protection) & RIGHTS;
    const shared = (flags & MAP_TYPE) !== MAP_PRIVATE;
    const huge = (flags & MAP_HUGETLB) !== 0 && file === null && !shared ? this.hugeFlag(flags) : 0;
    const end = huge > 0 ? hugeEnd(address, length, huge) : pageUp(address + length);
    if (file?.inMemory === true && !shared) {
      world.leaveOut('private mappings of memory files, taken as anonymous');
      this.map(address, end, { protection: rights, shared, kind: 'anon', name: '', offset: 0 });
    } else if (file !== null) {
      world.tell(this.pid, file);
      const kind = file.inMemory ? 'shm' : 'file';
      this.map(address, end, { protection: rights, shared, kind, name: file.name, offset });
    } else this.map(address, end, { protection: rights, shared, kind: 'anon', name: '', offset: 0 }, huge);
    if ((flags & MAP_LOCKED) !== 0) world.emit(this.pid, 'mlock', address, end - address);
    if ((flags & MAP_POPULATE) !== 0) world.leaveOut('mmap flag MAP_POPULATE');
  }

  munmap(address: number, length: number): void {
    const end = pageUp(address + length);
    if (this.space.unmap(address, end).length > 0) this.world.emit(this.pid, 'munmap', address, end - address);
  }

  mprotect(address: number, length: number, protection: number): void {
    if (length === 0) return;
    const end = pageUp(address + length);
    const rights = BigInt(protection) & RIGHTS;
    this.space.protect(address, end, rights);
    this.world.emit(this.pid, 'mprotect', address, end - address, rights);
  }

  /** `to` is where the kernel put it. */
  mremap(from: number, oldLength: number, newLength: number, flags: number, to: number): void {
    const { world, space } = this;
    const oldEnd = from + pageUp(oldLength);
    const length = pageUp(newLength);
    const pieces = [...space.within(from, oldLength === 0 ? from + PAGE : oldEnd)];
    const last = pieces.at(-1);
    if (last === undefined) {
      world.leaveOut('mremap of memory that no call mapped');
      return;
    }
    if (oldLength === 0) this.map(to, to + length, last.backing);
    else if (to === from) this.resizeAt(from, oldEnd, from + length, last);
    else this.move(pieces, from, to, length);
    if ((flags & MREMAP_DONTUNMAP) !== 0 && to !== from) {
      for (const { start, end, backing } of pieces) this.map(start, end, backing);
    }
  }

  brk(end: number): void {
    const { heapEnd, space } = this;
    if (heapEnd === null) {
      this.heapStart = end;
      this.heapEnd = end;
      this.world.emit(this.pid, 'brk', end);
      return;
    }
    if (end === heapEnd || end < this.heapStart) return;
    const [before, after] = [pageUp(heapEnd), pageUp(end)];
    if (after > before) {
      space.map(before, after, { protection: 3n, shared: false, kind: 'anon', name: '', offset: 0 });
    } else space.unmap(after, before);
    this.heapEnd = end;
    if (after !== before) this.world.emit(this.pid, 'brk', end);
  }

  madvise(address: number, length: number, advice: number): void {
    const name = ADVICES[advice];
    if (name === undefined) {
      this.world.leaveOut(`madvise ${advice}`);
      return;
    }
    if (length === 0) return;
    const end = pageUp(address + length);
    this.space.within(address, end);
    const place = ADVICE.findIndex((row) => row.name === name);
    this.world.emit(this.pid, 'madvise', address, end - address, place);
  }

  mlock(operation: 'mlock' | 'munlock', address: number, length: number): void {
    const start = pageDown(address);
    const end = pageUp(address + length);
    if (end === start) return;
    this.space.within(start, end);
    this.world.emit(this.pid, operation, start, end - start);
  }

  msync(address: number, length: number, flags: number): void {
    if (length > 0 && (flags & MS_SYNC) !== 0) this.world.emit(this.pid, 'msync', address, pageUp(length));
  }

  shmat(id: number, address: number, flags: number): void {
    const { world, pid, space } = this;
    const segment = world.segments.get(id);
    if (segment === undefined || segment.removed) {
      world.leaveOut('shmat of a segment that is removed or of unknown size');
      return;
    }
    const length = pageUp(segment.size);
    if ((flags & SHM_REMAP) !== 0) this.munmap(address, length);
    const write = (flags & SHM_RDONLY) === 0 ? MAP_FLAGS.write : 0;
    const execute = (flags & SHM_EXEC) === 0 ? 0 : MAP_FLAGS.execute;
    const protection = BigInt(MAP_FLAGS.read | write | execute);
    space.map(address, address + length, { protection, shared: true, kind: 'shm', name: segment.name, offset: 0 });
    world.emit(pid, 'shm_attach', world.object(segment.name), address, protection);
  }

  shmdt(address: number): void {
    const [piece] = this.space.within(address, address + PAGE);
    if (piece?.backing.kind !== 'shm') return;
    const size = [...this.world.segments.values()].find(({ name }) => name === piece.backing.name)?.size ?? 0;
    this.space.unmap(address, address + pageUp(size));
    this.world.emit(this.pid, 'shm_detach', address);
  }

  /** Maps in place of what is there. */
  map(start: number, end: number, backing: PieceBacking, huge = 0): void {
    const { world } = this;
    this.space.map(start, end, backing);
    const { kind, protection, shared, name, offset } = backing;
    const flags = mapFlags(protection, shared, huge);
    const object = kind === 'anon' ? 0n : world.object(name);
    world.emit(this.pid, 'mmap', start, end - start, flags, BACKINGS.indexOf(kind), object, offset);
  }

  private resizeAt(from: number, oldEnd: number, newEnd: number, last: Piece): void {
    const { world, pid, space } = this;
    if (newEnd < oldEnd) this.munmap(newEnd, oldEnd - newEnd);
    if (newEnd <= oldEnd) return;
    const start = Math.max(last.start, from);
    world.emit(pid, 'mremap', start, oldEnd - start, start, newEnd - start);
    space.map(start, newEnd, last.backing);
  }

  /** Piece by piece, as a machine moves only what is one region. */
  private move(pieces: readonly Piece[], from: number, to: number, length: number): void {
    const { world, pid, space } = this;
    for (const [place, { start, end, backing }] of pieces.entries()) {
      const target = to + (start - from);
      const room = to + length - target;
      space.unmap(start, end);
      if (room <= 0) {
        world.emit(pid, 'munmap', start, end - start);
        continue;
      }
      const size = place === pieces.length - 1 ? room : Math.min(end - start, room);
      world.emit(pid, 'mremap', start, end - start, target, size);
      space.map(target, target + size, backing);
    }
  }

  private hugeFlag(flags: number): number {
    const shift = (flags >>> HUGE_SHIFT) & 63;
    return shift === HUGE_1G ? MAP_FLAGS.huge_1g : MAP_FLAGS.huge_2m;
  }
}

function hugeEnd(address: number, length: number, huge: number): number {
  const bytes = huge === MAP_FLAGS.huge_1g ? 2 ** 30 : 2 ** 21;
  return address + Math.ceil(length / bytes) * bytes;
}

export const isAnonymous = (flags: number): boolean => (flags & MAP_ANONYMOUS) !== 0;
