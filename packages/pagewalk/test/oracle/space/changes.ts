/** What operations do to pages that are there. */
import { type Entry, type Frame, isFrame, type Slot } from './memory.ts';
import type { Process } from './process.ts';
import { indexOf, pagesOf, type Range, type Region, WRITE } from './region.ts';
import type { Space } from './space.ts';

/**
 * The child gets the private memory of the parent: the same frames and slots, and neither may write. It finds shared memory, and files of
 * which the parent has no copies, by itself.
 */
export function forkInto(model: Space, parent: Process, child: Process): void {
  const eager = model.config.eagerFork;
  child.regions.list = parent.regions.list.map((region) => ({ ...region, locked: false }));
  child.heap = parent.heap;
  for (const [page, entry] of parent.pages) {
    const region = parent.regionAt(page, false) as Region;
    if (region.shared || (region.object !== null && !region.copied)) continue;
    if (entry.kind !== 'frame') {
      child.pages.set(page, entry);
      if (entry.kind === 'slot') model.counts.add(parent.pid, 'fork_pages');
    }
    if (entry.kind !== 'frame') continue;
    if (eager && entry.frame.object === null) child.pages.set(page, ownCopy(entry));
    else {
      entry.writable = false;
      child.pages.set(page, { ...entry });
      model.counts.add(parent.pid, 'fork_pages');
    }
  }
}

function ownCopy(entry: Entry & { kind: 'frame' }): Entry {
  const copy = { ...entry.frame, slot: null, dirty: true, lazy: false };
  return { ...entry, frame: copy };
}

/** Pages of one user, of shared memory, and dirty ones of files may be written at once where that is allowed now; others by a fault. */
export function protect(model: Space, process: Process, range: Range, protection: number): void {
  process.regions.change(range, { protection });
  for (const [page, entry] of process.pagesIn(range)) {
    if (entry.kind !== 'frame') continue;
    const { shared } = process.regions.at(page) as Region;
    const { frame } = entry;
    const mayWrite = shared ? frame.object?.kind === 'shm' || frame.dirty : model.sharing.isExclusive(frame);
    entry.writable = (protection & WRITE) !== 0 && mayWrite;
  }
}

/** Pages go with their contents; where they go, nothing stays. */
export function moveTo(process: Process, from: Range, to: Range): void {
  const region = process.regions.at(from.start) as Region;
  const pages = process.pagesIn(from);
  const offset = region.object === null ? 0 : indexOf(region, from.start);
  process.unmap(from);
  process.unmap(to);
  process.regions.add({ ...region, start: to.start, end: to.end, offset });
  for (const [page, entry] of pages) {
    const moved = page - from.start + to.start;
    if (moved < to.end) process.pages.set(moved, entry);
  }
}

/** As if each page were written where that is allowed and would make a copy, else read. */
export function lock(model: Space, process: Process, range: Range): void {
  process.regions.change(range, { locked: true });
  for (const page of pagesOf(range)) {
    const region = process.regions.at(page) as Region;
    model.fault(process, page, region, !region.shared && (region.protection & WRITE) !== 0);
  }
}

/** MADV_FREE: what only this process has may be dropped. */
export function discard(model: Space, process: Process, range: Range): void {
  for (const [page, entry] of process.pagesIn(range)) {
    if (process.regionAt(page, false)?.backing !== 'anon') continue;
    if (entry.kind === 'slot') process.pages.delete(page);
    if (entry.kind !== 'frame') continue;
    if (model.config.short) {
      entry.doubtful = true;
      continue;
    }
    if (!model.sharing.isExclusive(entry.frame)) continue;
    entry.frame.lazy = true;
    entry.frame.dirty = false;
    entry.frame.slot = null;
  }
}

/** Takes the frames of the pages away, from all who use them. Where memory is short that can happen at any time, and contents do not depend on it. */
export function evict(model: Space, process: Process, range: Range): void {
  if (model.config.short) return;
  for (const page of pagesOf(range)) {
    const entry = process.pages.get(page);
    if (entry?.kind === 'frame' && !isPinned(model, entry.frame)) evictFrame(model, process.pid, entry.frame);
  }
}

const isPinned = (model: Space, frame: Frame) =>
  model.sharing.mappingsOf(frame).some(({ process, page }) => process.regions.at(page)?.locked);

export function evictFrame(model: Space, cause: number, frame: Frame): void {
  const mappings = model.sharing.mappingsOf(frame);
  const slot = frame.object?.kind === 'file' ? null : leave(model, cause, frame);
  for (const { process, page } of mappings) {
    if (slot === null || frame.object !== null) process.pages.delete(page);
    else process.pages.set(page, { kind: 'slot', slot });
  }
  if (frame.object === null) return;
  if (frame.object.kind === 'file') leaveFile(model, cause, frame);
  if (slot === null) frame.object.pages.delete(frame.index);
  else frame.object.pages.set(frame.index, slot);
}

/** Where anonymous and shared memory goes; null: it was never written, or nobody wants it. */
function leave(model: Space, cause: number, frame: Frame): Slot | null {
  if (frame.lazy) {
    model.counts.evicted(cause, 'lazy_free_drops');
    return null;
  }
  if (frame.dirty) {
    model.counts.evicted(cause, 'swap_outs');
    return { stamp: frame.stamp, frame: null };
  }
  if (frame.slot !== null) frame.slot.frame = null;
  model.counts.evicted(cause, frame.slot === null ? 'zero_drops' : 'swap_clean_drops');
  return frame.slot;
}

function leaveFile(model: Space, cause: number, frame: Frame): void {
  model.counts.evicted(cause, frame.dirty ? 'file_write_backs' : 'file_clean_drops');
  if (frame.dirty) toDisk(frame);
}

function toDisk(frame: Frame): void {
  frame.object?.disk.set(frame.index, frame.stamp);
  frame.dirty = false;
}

/** What shared mappings of files have written goes to the file; whoever writes next must ask again. */
export function writeBack(model: Space, process: Process, range: Range): void {
  const pages = process.regions.within(range).flatMap((region) => pagesOf(region).map((page) => ({ region, page })));
  for (const { region, page } of pages) {
    if (region.object?.kind !== 'file' || !region.shared || page < range.start || page >= range.end) continue;
    const frame = region.object.pages.get(indexOf(region, page));
    if (!isFrame(frame) || !frame.dirty) continue;
    model.counts.add(process.pid, 'file_write_backs');
    toDisk(frame);
    for (const { entry } of model.sharing.mappingsOf(frame)) if (entry.kind === 'frame') entry.writable = false;
  }
}
