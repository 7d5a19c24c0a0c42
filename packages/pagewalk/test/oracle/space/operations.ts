/** What each operation does to the model. First every reason against it is gathered; if there is one, nothing happens. */
import {
  ADVICE,
  BACKINGS,
  MAP_FLAGS,
  MEMORY_MODES,
  type OperationErrorName,
  type OperationName,
} from '@pagewalk/engine/catalog';
import { discard, evict, forkInto, lock, moveTo, protect, writeBack } from './changes.ts';
import { type MemoryObject, newObject } from './memory.ts';
import { Process } from './process.ts';
import { anonymous, EXECUTE, type Range, READ, type Region, WRITE } from './region.ts';
import type { Space } from './space.ts';
import type { OperationStep } from './step.ts';

interface Call {
  readonly model: Space;
  readonly process: Process;
  readonly words: readonly number[];
}

/** The reasons against it, and what to do when there is none. */
type Plan = [errors: (OperationErrorName | null)[], act: () => void];

export function operate(model: Space, { pid, name, words }: OperationStep): OperationErrorName[] {
  if (name === 'fork' && model.process(pid) === undefined) return ['unknown_process'];
  const process = model.enter(pid);
  if (!(process instanceof Process)) return [process];
  const [errors, act] = PLANS[name]({ model, process, words });
  const reasons = errors.filter((error) => error !== null);
  if (reasons.length > 0) return reasons;
  model.admit(process);
  act();
  model.counts.add(pid, 'operations');
  model.dropUnused();
  return [];
}

const PLANS: Record<OperationName, (call: Call) => Plan> = {
  fork({ model, process, words: [child = 0] }) {
    const entered = model.process(child) === undefined ? model.enter(child) : 'process_exists';
    if (!(entered instanceof Process)) return [[entered], () => {}];
    const act = () => {
      model.admit(entered);
      forkInto(model, process, entered);
    };
    return [[], act];
  },

  exit({ process }) {
    const act = () => {
      process.pages.clear();
      process.regions.list = [];
      process.alive = false;
    };
    return [[], act];
  },

  mmap(call) {
    const { model, process, words } = call;
    const [address = 0, length = 0, flags = 0, backing = 0, id = 0, offset = 0] = words;
    const [range, ...errors] = rangeOf(call, address, length);
    if (offset % model.config.pageSize !== 0) errors.push('bad_alignment');
    const kind = BACKINGS[backing];
    if (kind === undefined) errors.push('bad_argument');
    if (kind === 'file' || kind === 'shm') errors.push(...whyNot(model, id, kind));
    errors.push(...hugeErrors(flags, backing, address, length), ...cuts(call, range));
    const act = () => {
      const shared = (flags & MAP_FLAGS.shared) !== 0;
      process.unmap(range);
      const region = { ...anonymous(range, flags & 7), grain: grainOf(flags) / model.config.pageSize || 1 };
      const { pageSize } = model.config;
      if (kind === 'anon' && !shared) process.regions.add(region);
      else if (kind === 'anon') {
        const object = newObject(null, 'shm', (range.end - range.start) * pageSize);
        model.objects.push(object);
        process.regions.add({ ...region, shared, backing: 'shm', object });
      } else {
        const object = objectOf(model, id) ?? declare(model, id, 'file', Number.POSITIVE_INFINITY);
        process.regions.add({ ...region, shared, backing: kind as 'file' | 'shm', object, offset: offset / pageSize });
      }
    };
    return [errors, act];
  },

  munmap(call) {
    const [range, ...errors] = rangeOf(call, ...addressAndLength(call));
    const { process } = call;
    if (isBare(process, range)) errors.push('nothing_mapped');
    errors.push(...cuts(call, range));
    return [errors, () => process.unmap(range)];
  },

  mprotect(call) {
    const [range, ...errors] = changedRange(call);
    const protection = call.words[2] ?? 0;
    if (protection > 7) errors.push('bad_argument');
    const isMore = ({ most }: Region) => (protection & WRITE & ~most) !== 0;
    if (call.process.regions.within(range).some(isMore)) errors.push('no_permission');
    const act = () => {
      fillGaps(call, range);
      protect(call.model, call.process, range, protection);
    };
    return [errors, act];
  },

  mremap(call) {
    const { process, words } = call;
    const [address = 0, length = 0, newAddress = 0, newLength = 0] = words;
    const [from, ...errors] = rangeOf(call, address, length);
    const [to, ...more] = rangeOf(call, newAddress, newLength);
    errors.push(...more, ...cuts(call, to));
    if (process.regions.within(from).some(({ grain }) => grain > 1)) errors.push('bad_argument', ...cuts(call, from));
    if (process.regions.within(from).length !== 1) errors.push('nothing_mapped', 'bad_range');
    else if (process.regions.gaps(from).length > 0) errors.push('bad_range', 'nothing_mapped');
    if (newAddress !== address && from.start < to.end && to.start < from.end) errors.push('bad_range', 'overlap');
    const beyond = { start: from.end, end: to.end };
    if (newAddress === address && process.regions.within(beyond).length > 0) errors.push('overlap');
    return [errors, () => moveTo(process, from, to)];
  },

  brk(call) {
    const { model, process, words } = call;
    const [address = 0] = words;
    const page = Math.ceil(address / model.config.pageSize);
    const { heap } = process;
    const errors: OperationErrorName[] = [];
    if (page > model.config.pages) errors.push('bad_range');
    if (heap !== null && page < heap.start) errors.push('bad_range');
    const grown = { start: heap?.end ?? page, end: page };
    if (process.regions.within(grown).length > 0) errors.push('overlap');
    const act = () => {
      if (heap !== null && page < heap.end) process.unmap({ start: page, end: heap.end });
      if (grown.start < grown.end) {
        process.forget(grown);
        const last = process.regions.at(grown.start - 1);
        if (last !== undefined && isPlainHeap(last)) process.regions.changeAt(last.start, { end: grown.end });
        else process.regions.add({ ...anonymous(grown, READ | WRITE), heap: true });
      }
      process.heap = { start: heap?.start ?? page, end: page };
    };
    return [errors, act];
  },

  madvise(call) {
    const { model, process, words } = call;
    const [range, ...errors] = changedRange(call);
    const advice = ADVICE[words[2] ?? 0]?.name;
    if (advice === undefined) errors.push('bad_argument');
    const isLocked = process.regions.within(range).some(({ locked }) => locked);
    const takesAway = ['dontneed', 'free', 'cold', 'pageout'] as readonly (string | undefined)[];
    if (takesAway.includes(advice) && isLocked) errors.push('bad_argument');
    const act = () => {
      if (advice === 'hugepage' || advice === 'nohugepage') fillGaps(call, range);
      const kept = KEPT[advice ?? ''];
      if (kept !== undefined) process.regions.change(range, kept);
      if (advice === 'dontneed') process.forget(range);
      if (advice === 'free') discard(model, process, range);
      if (advice === 'pageout') evict(model, process, range);
    };
    return [errors, act];
  },

  mlock(call) {
    const { model, process } = call;
    const [range, ...errors] = changedRange(call, roundOut(call));
    const regions = process.regions.within(range);
    const isLost = (region: Region) =>
      region.protection === 0 || model.isBeyondEnd(region, Math.min(region.end, range.end) - 1);
    if (regions.some(isLost)) errors.push('out_of_memory', 'no_permission', 'beyond_object');
    const act = () => {
      fillGaps(call, range);
      lock(model, process, range);
    };
    return [errors, act];
  },

  munlock(call) {
    const [range, ...errors] = changedRange(call, roundOut(call));
    return [errors, () => call.process.regions.change(range, { locked: false })];
  },

  shm_create({ model, words: [id = 0, size = 0] }) {
    const object = objectOf(model, id);
    const errors: OperationErrorName[] = [];
    if (size === 0) errors.push('bad_argument', 'bad_range');
    if (object?.kind === 'file') errors.push('wrong_kind', 'object_exists');
    else if (object?.removed === false) errors.push('object_exists');
    else if (object !== undefined) errors.push('object_removed', 'object_exists');
    return [errors, () => void declare(model, id, 'shm', size)];
  },

  shm_attach(call) {
    const { model, process, words } = call;
    const [id = 0, address = 0, protection = 0] = words;
    const errors = whyNot(model, id, 'shm');
    const object = objectOf(model, id);
    const [range, ...more] = rangeOf(call, address, object?.size ?? 1);
    errors.push(...more);
    if (protection > 7) errors.push('bad_argument');
    if (process.regions.within(range).length > 0) errors.push('overlap');
    const act = () => {
      process.forget(range);
      process.regions.add({
        ...anonymous(range, protection),
        shared: true,
        backing: 'shm',
        object: object ?? null,
        attached: true,
        most: (protection & WRITE) === 0 ? READ | EXECUTE : READ | WRITE | EXECUTE,
      });
    };
    return [errors, act];
  },

  shm_detach({ model, process, words: [address = 0] }) {
    const { pageSize } = model.config;
    // Where page 0 of the object is, and every other piece that is as far behind it as in the object.
    const first = process.regions.at(address / pageSize);
    const isThere = first?.attached === true && first.start === address / pageSize && first.offset === 0;
    const isPiece = ({ attached, object, start, offset }: Region) =>
      attached && object === first?.object && start - offset === first?.start;
    const pieces = isThere ? process.regions.list.filter(isPiece) : [];
    const errors: OperationErrorName[] = address % pageSize === 0 ? [] : ['bad_alignment'];
    if (pieces.length === 0) errors.push('nothing_mapped');
    const act = () => {
      for (const piece of pieces) process.unmap(piece);
    };
    return [errors, act];
  },

  shm_remove({ model, words: [id = 0] }) {
    return [whyNot(model, id, 'shm'), () => Object.assign(objectOf(model, id) as MemoryObject, { removed: true })];
  },

  msync(call) {
    const [range, ...errors] = coveredRange(call);
    return [errors, () => writeBack(call.model, call.process, range)];
  },

  sched({ model, words: [cpu = 0] }) {
    return [cpu < (model.config.cpus ?? 1) ? [] : ['no_such_cpu'], () => {}];
  },

  mbind(call) {
    const [range, ...errors] = changedRange(call);
    const act = () => {
      fillGaps(call, range);
      call.process.regions.change(range, { policy: call.words[2] ?? 0 });
    };
    return [[...errors, ...modeErrors(call.model, call.words[2], call.words[3])], act];
  },

  set_mempolicy({ model, words: [mode, mask] }) {
    return [modeErrors(model, mode, mask), () => {}];
  },

  ftruncate({ model, words: [id = 0, size = 0] }) {
    const errors: OperationErrorName[] = objectOf(model, id)?.kind === 'shm' ? ['wrong_kind'] : [];
    const act = () => {
      const object = objectOf(model, id) ?? declare(model, id, 'file', Number.POSITIVE_INFINITY);
      truncate(model, object, size);
    };
    return [errors, act];
  },
};

/** Advice that is kept with the pages: it cuts regions. */
const KEPT: Record<string, Partial<Region>> = {
  hugepage: { size: 'hugepage' },
  nohugepage: { size: 'nohugepage' },
  sequential: { order: 'sequential' },
  random: { order: 'random' },
  normal: { order: '' },
};

/** What the heap may grow by: the same as what brk made, and nothing said about it. */
const isPlainHeap = ({ heap, protection, locked, order, size, policy }: Region) =>
  heap && protection === (READ | WRITE) && !locked && order === '' && size === '' && policy === 0;

/** Large pages that are asked for are private, anonymous and aligned, and of one size. */
function hugeErrors(flags: number, backing: number, address: number, length: number): OperationErrorName[] {
  const { shared, huge_2m, huge_1g } = MAP_FLAGS;
  const asked = flags & (huge_2m | huge_1g);
  if (asked === 0) return [];
  const errors: OperationErrorName[] = [];
  if (asked === (huge_2m | huge_1g) || (flags & shared) !== 0 || backing !== 0) errors.push('bad_argument');
  const size = grainOf(flags);
  if (address % size !== 0 || length % size !== 0) errors.push('bad_alignment');
  return errors;
}

/** Bytes of the large pages that are asked for, 0 for none. */
function grainOf(flags: number): number {
  if (flags & MAP_FLAGS.huge_1g) return 2 ** 30;
  return flags & MAP_FLAGS.huge_2m ? 2 ** 21 : 0;
}

/** Ends of the range inside of a region that is cut between its large pages only. */
function cuts({ process }: Call, { start, end }: Range): OperationErrorName[] {
  const isCut = (region: Region) =>
    (start > region.start && start % region.grain !== 0) || (end < region.end && end % region.grain !== 0);
  return process.regions.within({ start, end }).some(isCut) ? ['bad_alignment'] : [];
}

function modeErrors(model: Space, mode = 0, mask = 0): OperationErrorName[] {
  const row = MEMORY_MODES[mode];
  const errors: OperationErrorName[] = mask >= 2 ** (model.config.nodes ?? 1) ? ['no_such_node'] : [];
  if (row === undefined || (row.nodes === 'some') !== mask > 0) errors.push('bad_argument');
  return errors;
}

const addressAndLength = ({ words: [address = 0, length = 0] }: Call): [number, number] => [address, length];

/** The pages of it, and what is wrong with it. */
function rangeOf({ model }: Call, address: number, length: number): [Range, ...OperationErrorName[]] {
  const { pageSize, pages } = model.config;
  const range = { start: Math.floor(address / pageSize), end: Math.ceil((address + length) / pageSize) };
  const errors: OperationErrorName[] = [];
  if (address % pageSize !== 0) errors.push('bad_alignment');
  if (length === 0 || range.end > pages) errors.push('bad_range');
  return [range, ...errors];
}

function roundOut(call: Call): [number, number] {
  const [address, length] = addressAndLength(call);
  const offset = address % call.model.config.pageSize;
  return [address - offset, length === 0 ? 0 : length + offset];
}

/** With strict regions each page must be of one. */
function coveredRange(call: Call, said = addressAndLength(call)): [Range, ...OperationErrorName[]] {
  const [range, ...errors] = rangeOf(call, ...said);
  const { model, process } = call;
  if (model.config.strict && process.regions.gaps(range).length > 0) errors.push('nothing_mapped');
  return [range, ...errors];
}

/** The same for what changes regions. */
function changedRange(call: Call, said = addressAndLength(call)): [Range, ...OperationErrorName[]] {
  const [range, ...errors] = coveredRange(call, said);
  return [range, ...errors, ...cuts(call, range)];
}

/** What was there without being asked for becomes a region. */
function fillGaps({ process }: Call, range: Range): void {
  process.regions.add(...process.regions.gaps(range).map((gap) => ({ ...anonymous(gap, 7), implicit: true })));
}

const isBare = (process: Process, range: Range) =>
  process.regions.within(range).length === 0 && process.pagesIn(range).length === 0;

/** The number of shared memory that is gone may be used again. */
const objectOf = (model: Space, id: number) =>
  model.objects.findLast((object) => object.id === id && (!object.removed || isAttached(model, object)));

function declare(model: Space, id: number, kind: 'file' | 'shm', size: number): MemoryObject {
  const object = newObject(id, kind, size);
  model.objects.push(object);
  return object;
}

/** A file needs no declaration. */
function whyNot(model: Space, id: number, kind: 'file' | 'shm'): OperationErrorName[] {
  const object = objectOf(model, id);
  if (object === undefined) return kind === 'file' ? [] : ['unknown_object', 'object_removed'];
  if (object.kind !== kind) return ['wrong_kind'];
  return object.removed ? ['object_removed', 'unknown_object'] : [];
}

const isAttached = (model: Space, object: MemoryObject) =>
  model.living.some(({ regions }) => regions.list.some((region) => region.object === object));

function truncate(model: Space, object: MemoryObject, size: number): void {
  const { pageSize } = model.config;
  const kept = Math.ceil(size / pageSize);
  for (const process of model.living) {
    for (const page of process.pages.keys()) {
      const shown = process.objectPage(page);
      if (shown?.object === object && shown.index >= kept) process.pages.delete(page);
    }
  }
  for (const index of object.pages.keys()) if (index >= kept) object.pages.delete(index);
  object.cut = Math.min(object.cut, kept);
  for (const index of object.disk.keys()) if (index >= kept) object.disk.delete(index);
  object.size = size;
}
