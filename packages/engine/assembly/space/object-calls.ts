import {
  OPERROR_BAD_ARGUMENT,
  OPERROR_NOTHING_MAPPED,
  OPERROR_OBJECT_EXISTS,
  OPERROR_OBJECT_REMOVED,
  OPERROR_OVERLAP,
  OPERROR_UNKNOWN_OBJECT,
  OPERROR_WRONG_KIND,
} from '../gen/operations';
import { Asid, NONE } from '../types';
import { Call } from './call';
import { Kernel } from './kernel';
import { Lifecycle } from './lifecycle';
import { Ranges } from './ranges';
import {
  REGION_ATTACHED,
  REGION_NEVER_WRITE,
  REGION_RIGHTS,
  REGION_SHARED,
  REGION_SHM,
  REGION_WRITE,
  Region,
} from './regions';

/** The calls on shared memory objects and files. */
export class ObjectCalls {
  private kernel: Kernel;
  private call: Call;
  private ranges: Ranges;
  private lifecycle: Lifecycle;

  constructor(kernel: Kernel, call: Call, ranges: Ranges, lifecycle: Lifecycle) {
    this.kernel = kernel;
    this.call = call;
    this.ranges = ranges;
    this.lifecycle = lifecycle;
  }

  /** Words: object, bytes. */
  shmCreate(): bool {
    const call = this.call;
    const id = <u32>call.word(0);
    const objects = this.kernel.objects;
    if (objects.exists(id)) {
      const object = objects.get(id);
      if (object.isFile) return call.refuse(OPERROR_WRONG_KIND, id, 0, 0);
      return call.refuse(object.removed ? OPERROR_OBJECT_REMOVED : OPERROR_OBJECT_EXISTS, id, 0, 0);
    }
    if (call.word(1) == 0) return call.refuse(OPERROR_BAD_ARGUMENT, 2, 0, 0);
    if (!call.dry) objects.create(id, false, call.pagesIn(call.word(1)));
    return true;
  }

  private isShm(id: u32): bool {
    const objects = this.kernel.objects;
    if (!objects.exists(id)) return this.call.refuse(OPERROR_UNKNOWN_OBJECT, id, 0, 0);
    if (objects.get(id).isFile) return this.call.refuse(OPERROR_WRONG_KIND, id, 0, 0);
    return !objects.get(id).removed || this.call.refuse(OPERROR_OBJECT_REMOVED, id, 0, 0);
  }

  /** Words: object, address, rights. */
  shmAttach(process: Asid): bool {
    const call = this.call;
    const id = <u32>call.word(0);
    const rights = <u32>call.word(2);
    if (!this.isShm(id)) return false;
    if (call.word(2) > REGION_RIGHTS) return call.refuse(OPERROR_BAD_ARGUMENT, 3, call.word(2), 0);
    const object = this.kernel.objects.get(id);
    const bytes = object.pages << call.pageShift;
    if (!call.range(call.word(1), bytes)) return false;
    const regions = this.kernel.regions;
    if (regions.overlaps(process, call.start, call.end)) {
      const other = changetype<Region>(regions.from(process, call.start));
      return call.refuse(OPERROR_OVERLAP, call.word(1), bytes, call.addressOf(other.start));
    }
    if (call.dry) return true;
    call.clear(process, call.start, call.end);
    const region = regions.insert(process, call.start, call.end);
    region.object = id;
    region.flags = rights | REGION_SHARED | REGION_SHM | REGION_ATTACHED;
    if ((rights & REGION_WRITE) == 0) region.flags |= REGION_NEVER_WRITE;
    object.attachments++;
    return true;
  }

  /** Word: the address that was attached to. */
  shmDetach(process: Asid): bool {
    const call = this.call;
    const regions = this.kernel.regions;
    if (!call.isAligned(call.word(0))) return false;
    const page = call.word(0) >> call.pageShift;
    const at: usize = process == NONE ? 0 : regions.find(process, page);
    if (at == 0) return call.refuse(OPERROR_NOTHING_MAPPED, call.word(0), 0, 0);
    const region = changetype<Region>(at);
    if (!region.has(REGION_ATTACHED) || region.start != page || region.offset != 0) {
      return call.refuse(OPERROR_NOTHING_MAPPED, call.word(0), 0, 0);
    }
    if (call.dry) return true;
    // Later changes may have cut the attachment into several regions.
    const id = region.object;
    let part: usize = at;
    while (part != 0) {
      const next = changetype<Region>(part).next;
      const r = changetype<Region>(part);
      if (r.object == id && r.has(REGION_ATTACHED) && r.start - r.offset == page) {
        this.ranges.unmap(process, r.start, r.end);
        this.lifecycle.removeRegion(process, part);
      }
      part = next;
    }
    return true;
  }

  shmRemove(): bool {
    const id = <u32>this.call.word(0);
    if (!this.isShm(id)) return false;
    if (this.call.dry) return true;
    const object = this.kernel.objects.get(id);
    object.removed = true;
    if (object.attachments == 0) this.lifecycle.destroy(id);
    return true;
  }

  /** Words: object, bytes. Pages behind the new end go from memory, also those that a process has copied. */
  ftruncate(): bool {
    const call = this.call;
    const kernel = this.kernel;
    const id = <u32>call.word(0);
    const exists = kernel.objects.exists(id);
    if (exists && !kernel.objects.get(id).isFile) return call.refuse(OPERROR_WRONG_KIND, id, 0, 0);
    if (call.dry) return true;
    const pages = call.pagesIn(call.word(1));
    if (!exists) {
      kernel.objects.create(id, true, pages);
      return true;
    }
    const object = kernel.objects.get(id);
    const shrinks = pages < object.pages;
    object.pages = pages;
    if (!shrinks) return true;
    for (let p: Asid = 0; p < kernel.processes.count; p++) {
      for (let at = kernel.regions.first(p); at != 0; at = changetype<Region>(at).next) {
        const region = changetype<Region>(at);
        if (region.object != id) continue;
        const from =
          region.offset >= pages ? region.start : min<u64>(region.end, region.start + (pages - region.offset));
        if (from < region.end) this.ranges.unmap(p, from, region.end);
      }
    }
    this.lifecycle.dropPages(id, pages);
    return true;
  }
}
