import { eventsOn } from '../event/event-ring';
import { CLEAN_IN_SWAP, DIRTY } from '../frame/frames';
import { TELL_NOTHING } from '../telling';
import { NO_EXEC, READ_ONLY, RIGHTS } from '../tlb/translation-caches';
import { NONE, OP_IFETCH, OP_WRITE } from '../types';
import { Runs } from './runs';

/**
 * Runs on a machine with regions. A member is known if the first-level TLB of the cpu has a small translation for it with the right that its op
 * needs: a lookup finds that before it asks anywhere else. Large pages and several nodes, which count each touch elsewhere, go step by step.
 */
export class SpaceRuns extends Runs {
  protected isOpen(): bool {
    const machine = this.machine;
    if (eventsOn || machine.verifying || machine.foresight || machine.releases) return false;
    if (machine.space.kernel.supply.nodes.count > 1) return false;
    return machine.tells == TELL_NOTHING || machine.byLastHit;
  }

  protected room(): u64 {
    const machine = this.machine;
    const due = min<u64>(machine.nextTick, machine.space.background.due);
    return due - min<u64>(due, machine.clock.touches);
  }

  protected look(): u32 {
    const machine = this.machine;
    const kernel = machine.space.kernel;
    const caches = kernel.cpus.caches(kernel.cpu);
    const cursor = this.cursor;
    let missing: u32 = 0;
    let releases = false;
    for (let i: u32 = 0; i < cursor.members; i++) {
      const member = cursor.member(i);
      if (member.left == 0) continue;
      const cache = caches.firstFor(caches.split & u32(member.op != OP_IFETCH), 0);
      // Where it was once it still is if its tag is there.
      if (member.entry == NONE || cache.tags.get(member.entry) != member.tag) {
        const page = member.address >> machine.pageShift;
        if (cache.entries == 0 || !machine.isValid(page)) {
          missing |= 1 << i;
          continue;
        }
        member.tag = machine.tagOf(page);
        member.set = cache.setOf(page);
        member.entry = cache.find(member.tag, member.set);
      }
      const entry = member.entry;
      const lacking = member.op == OP_WRITE ? READ_ONLY : member.op == OP_IFETCH ? NO_EXEC : 0;
      if (entry == NONE || (cache.values.get(entry) & lacking) != 0) {
        missing |= 1 << i;
        continue;
      }
      const frame = cache.values.get(entry) & ~RIGHTS;
      if (member.op != OP_WRITE || machine.frames.dirty.get(frame) != CLEAN_IN_SWAP) continue;
      // The order in which swap slots become free is that of the first writes.
      if (releases) missing |= 1 << i;
      releases = true;
    }
    return missing;
  }

  protected touch(members: u32, isWhole: bool, accesses: u64): void {
    const machine = this.machine;
    const kernel = machine.space.kernel;
    const caches = kernel.cpus.caches(kernel.cpu);
    const frames = machine.frames;
    const cursor = this.cursor;
    const isOrdered = machine.keepsRecency;
    const isTold = machine.tells != TELL_NOTHING;
    let writes: u64 = 0;
    let ifetches: u64 = 0;
    machine.clock.touches += accesses;
    for (let i: u32 = 0; i < members; i++) {
      const member = cursor.member(isWhole ? i : cursor.order.get(i));
      const count = isWhole ? member.left : member.part;
      if (count == 0) continue;
      const cache = caches.firstFor(caches.split & u32(member.op != OP_IFETCH), 0);
      const value = cache.values.get(member.entry);
      if (cache.recent.get(member.set * 2) != member.tag) {
        cache.use(member.entry, member.set);
        cache.remember(member.set, member.tag, value);
      }
      cache.hits += count;
      if (member.op == OP_WRITE) writes += count;
      else if (member.op == OP_IFETCH) ifetches += count;
      const frame = value & ~RIGHTS;
      if (frame == kernel.zeroFrame) continue;
      frames.ref.set(frame, 1);
      if (isOrdered) machine.recency.moveToFront(0, frame);
      else if (isTold) machine.policy.onHit(frame);
      if (member.op == OP_WRITE && frames.dirty.get(frame) != DIRTY) kernel.makeDirty(frame, DIRTY);
    }
    this.feed.count(accesses, writes, ifetches);
  }
}
