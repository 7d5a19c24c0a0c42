import { Column, columnOfNone } from '../ds/column';
import { CFG_LEVELS, CFG_MAX_PROCESSES } from '../gen/config';
import {
  BACKING_ANON,
  BACKING_FILE,
  MAP_SHARED,
  MAP_WRITE,
  OPERROR_BAD_ALIGNMENT,
  OPERROR_BAD_ARGUMENT,
  OPERROR_BAD_RANGE,
  OPERROR_NO_PERMISSION,
  OPERROR_NOTHING_MAPPED,
  OPERROR_OBJECT_REMOVED,
  OPERROR_OVERLAP,
  OPERROR_UNKNOWN_OBJECT,
  OPERROR_WRONG_KIND,
} from '../gen/operations';
import { Asid, NONE, NONE64, Vpn } from '../types';
import { Call } from './call';
import { Kernel } from './kernel';
import { Lifecycle } from './lifecycle';
import { pagesOf } from './page-map';
import { Ranges } from './ranges';
import {
  REGION_1G,
  REGION_2M,
  REGION_FILE,
  REGION_HAS_ANON,
  REGION_HEAP,
  REGION_NEVER_WRITE,
  REGION_READ,
  REGION_RIGHTS,
  REGION_SHM,
  REGION_WRITE,
  Region,
} from './regions';

const MAP_FLAGS: u64 = 63;

/** The calls that make, change and remove regions. */
export class MemoryCalls {
  private kernel: Kernel;
  private call: Call;
  private ranges: Ranges;
  private lifecycle: Lifecycle;
  private maxClass: u32;
  /** Per process the pages where its heap begins and ends; all ones before the first brk. */
  private heapStart: Column<u64>;
  private heapEnd: Column<u64>;

  constructor(config: Column<u64>, kernel: Kernel, call: Call, ranges: Ranges, lifecycle: Lifecycle) {
    this.kernel = kernel;
    this.call = call;
    this.ranges = ranges;
    this.lifecycle = lifecycle;
    const fits = call.pageShift == 12 && config.get(CFG_LEVELS) >= 4;
    this.maxClass = fits ? 2 : 0;
    this.heapStart = columnOfNone<u64>(<u32>config.get(CFG_MAX_PROCESSES));
    this.heapEnd = columnOfNone<u64>(<u32>config.get(CFG_MAX_PROCESSES));
  }

  inheritHeap(parent: Asid, child: Asid): void {
    this.heapStart.set(child, this.heapStart.get(parent));
    this.heapEnd.set(child, this.heapEnd.get(parent));
  }

  /** Words: address, length, flags, backing, object, offset in bytes. */
  mmap(process: Asid): bool {
    const call = this.call;
    const flags = <u32>call.word(2);
    const backing = <u32>call.word(3);
    const object = <u32>call.word(4);
    const offset = call.word(5);
    if (!call.range(call.word(0), call.word(1)) || !call.isAligned(offset)) return false;
    if (call.word(2) > MAP_FLAGS) return call.refuse(OPERROR_BAD_ARGUMENT, 3, flags, 0);
    if (call.word(3) > 2) return call.refuse(OPERROR_BAD_ARGUMENT, 4, call.word(3), 0);
    if (!this.isExplicitSizeRight(flags, backing)) return false;
    if (backing != BACKING_ANON && !this.isObjectRight(object, backing == BACKING_FILE)) return false;
    if (!this.isWhole(process, call.start, call.end)) return false;
    if (call.dry) return true;

    call.clear(process, call.start, call.end);
    const objects = this.kernel.objects;
    const region = this.kernel.regions.insert(process, call.start, call.end);
    region.flags = flags;
    if (backing != BACKING_ANON) {
      if (!objects.exists(object)) objects.create(object, true, u64.MAX_VALUE);
      region.object = object;
      region.offset = offset >> call.pageShift;
      region.flags |= backing == BACKING_FILE ? REGION_FILE : REGION_SHM;
    } else if ((flags & MAP_SHARED) != 0) {
      region.object = objects.createUnnamed(call.end - call.start);
      region.flags |= REGION_SHM;
    }
    if (region.object != NONE) objects.get(region.object).attachments++;
    return true;
  }

  private isExplicitSizeRight(flags: u32, backing: u32): bool {
    const size = flags & (REGION_2M | REGION_1G);
    if (size == 0) return true;
    const k: u32 = size == REGION_2M ? 1 : 2;
    const call = this.call;
    const bytes = pagesOf(k) << call.pageShift;
    if (k > this.maxClass || size == (REGION_2M | REGION_1G)) return call.refuse(OPERROR_BAD_ARGUMENT, 3, flags, 0);
    // Explicit large pages are private anonymous memory here.
    if (backing != BACKING_ANON || (flags & MAP_SHARED) != 0) return call.refuse(OPERROR_BAD_ARGUMENT, 4, backing, 0);
    if ((call.word(0) & (bytes - 1)) != 0) return call.refuse(OPERROR_BAD_ALIGNMENT, call.word(0), bytes, 0);
    return (call.word(1) & (bytes - 1)) == 0 || call.refuse(OPERROR_BAD_ALIGNMENT, call.word(1), bytes, 0);
  }

  private isObjectRight(id: u32, isFile: bool): bool {
    const objects = this.kernel.objects;
    if (!objects.exists(id)) return isFile || this.call.refuse(OPERROR_UNKNOWN_OBJECT, id, 0, 0);
    const object = objects.get(id);
    if (object.isFile != isFile) return this.call.refuse(OPERROR_WRONG_KIND, id, 0, 0);
    return !object.removed || this.call.refuse(OPERROR_OBJECT_REMOVED, id, 0, 0);
  }

  munmap(process: Asid): bool {
    const call = this.call;
    if (!call.range(call.word(0), call.word(1))) return false;
    if (!this.kernel.regions.overlaps(process, call.start, call.end) && !call.hasPages(process, call.start, call.end)) {
      return call.refuse(OPERROR_NOTHING_MAPPED, call.word(0), 0, 0);
    }
    if (!this.isWhole(process, call.start, call.end)) return false;
    if (!call.dry) call.clear(process, call.start, call.end);
    return true;
  }

  /** Regions of explicit large pages cannot be cut inside of one. */
  isWhole(process: Asid, start: Vpn, end: Vpn): bool {
    return this.isWholeAt(process, start) && this.isWholeAt(process, end);
  }

  private isWholeAt(process: Asid, page: Vpn): bool {
    if (process == NONE) return true;
    const at = this.kernel.regions.find(process, page);
    if (at == 0) return true;
    const region = changetype<Region>(at);
    if (!region.has(REGION_2M | REGION_1G)) return true;
    const pages = pagesOf(region.has(REGION_1G) ? 2 : 1);
    if ((page & (pages - 1)) == 0) return true;
    return this.call.refuse(OPERROR_BAD_ALIGNMENT, this.call.addressOf(page), pages << this.call.pageShift, 0);
  }

  mprotect(process: Asid): bool {
    const call = this.call;
    const rights = <u32>call.word(2);
    if (!call.range(call.word(0), call.word(1))) return false;
    if (call.word(2) > REGION_RIGHTS) return call.refuse(OPERROR_BAD_ARGUMENT, 3, call.word(2), 0);
    if (!this.isWhole(process, call.start, call.end)) return false;
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      const region = changetype<Region>(at);
      if ((rights & MAP_WRITE) != 0 && region.has(REGION_NEVER_WRITE)) {
        return call.refuse(OPERROR_NO_PERMISSION, call.addressOf(region.start), 0, 0);
      }
    }
    if (!call.cover(process)) return false;
    if (call.dry) return true;
    this.ranges.cutEnds(process, call.start, call.end);
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      const region = changetype<Region>(at);
      region.flags = (region.flags & ~REGION_RIGHTS) | rights;
    }
    this.ranges.protect(process, call.start, call.end);
    return true;
  }

  /** Words: address, length, new address, new length. */
  mremap(process: Asid): bool {
    const call = this.call;
    const regions = this.kernel.regions;
    if (!call.range(call.word(2), call.word(3))) return false;
    const to = call.start;
    const toEnd = call.end;
    if (!call.range(call.word(0), call.word(1))) return false;
    const start = call.start;
    const end = call.end;
    const at: usize = process == NONE ? 0 : regions.find(process, start);
    const inOne = at != 0 && changetype<Region>(at).end >= end;
    if (!inOne) return call.refuse(OPERROR_NOTHING_MAPPED, call.word(0), 0, 0);
    if (changetype<Region>(at).has(REGION_2M | REGION_1G)) {
      return call.refuse(OPERROR_BAD_ARGUMENT, 1, call.word(0), 0);
    }
    if (to == start) {
      if (toEnd > end && regions.overlaps(process, end, toEnd)) {
        return call.refuse(OPERROR_OVERLAP, call.word(2), call.word(3), call.addressOf(end));
      }
    } else if (to < end && start < toEnd) return call.refuse(OPERROR_OVERLAP, call.word(2), call.word(3), call.word(0));
    if (!this.isWhole(process, to, toEnd) || !call.cover(process)) return false;
    if (call.dry) return true;
    this.move(process, start, end, to, toEnd);
    return true;
  }

  private move(process: Asid, start: Vpn, end: Vpn, to: Vpn, toEnd: Vpn): void {
    const call = this.call;
    const regions = this.kernel.regions;
    const length = toEnd - to;
    if (length < end - start) call.clear(process, start + length, end);
    const kept = min<u64>(end, start + length);
    if (to == start) {
      if (toEnd > end) call.clear(process, end, toEnd);
      changetype<Region>(regions.find(process, start)).end = toEnd;
      regions.forget();
      return;
    }
    call.clear(process, to, toEnd);
    this.ranges.splitAll(process, start, kept);
    const old = regions.find(process, start);
    const region = regions.insert(process, to, toEnd);
    const from = changetype<Region>(old);
    region.offset = from.offset;
    region.object = from.object;
    region.flags = from.flags;
    region.mode = from.mode;
    region.mask = from.mask;
    if (region.object != NONE) this.kernel.objects.get(region.object).attachments++;
    this.ranges.move(process, start, kept, to);
    this.lifecycle.removeRegion(process, old);
  }

  brk(process: Asid): bool {
    const call = this.call;
    const address = call.word(0);
    if (!call.isValid(address)) return call.refuse(OPERROR_BAD_RANGE, address, 0, 0);
    const page = call.pagesIn(address);
    const start = process == NONE ? NONE64 : this.heapStart.get(process);
    if (start == NONE64) {
      if (call.dry) return true;
      this.heapStart.set(process, page);
      this.heapEnd.set(process, page);
      return true;
    }
    if (page < start) return call.refuse(OPERROR_BAD_RANGE, address, 0, 0);
    const end = this.heapEnd.get(process);
    if (page > end) {
      const regions = this.kernel.regions;
      if (regions.overlaps(process, end, page)) {
        const other = changetype<Region>(regions.from(process, end));
        return call.refuse(
          OPERROR_OVERLAP,
          call.addressOf(end),
          address - call.addressOf(end),
          call.addressOf(other.start),
        );
      }
      if (!call.dry) this.growHeap(process, end, page);
    } else if (page < end && !call.dry) call.clear(process, page, end);
    if (!call.dry) this.heapEnd.set(process, page);
    return true;
  }

  private growHeap(process: Asid, from: Vpn, to: Vpn): void {
    const regions = this.kernel.regions;
    // What was touched there before is no part of the heap's new pages.
    this.call.clear(process, from, to);
    const below: usize = from == this.heapStart.get(process) ? 0 : regions.find(process, from - 1);
    const flags = REGION_READ | REGION_WRITE | REGION_HEAP;
    // Where anything is different, Linux does not merge either.
    if (
      below != 0 &&
      (changetype<Region>(below).flags & ~REGION_HAS_ANON) == flags &&
      changetype<Region>(below).mode == 0
    ) {
      changetype<Region>(below).end = to;
      regions.forget();
      return;
    }
    regions.insert(process, from, to).flags = flags;
  }
}
