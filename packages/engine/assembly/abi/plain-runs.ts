import { eventsOn } from '../event/event-ring';
import { CLEAN_IN_SWAP } from '../frame/frames';
import { TELL_NOTHING } from '../telling';
import { NONE, OP_IFETCH, OP_WRITE } from '../types';
import { Runs } from './runs';

/** Runs on a machine without regions. */
export class PlainRuns extends Runs {
  protected isOpen(): bool {
    const machine = this.machine;
    if (eventsOn || machine.verifying || machine.foresight || machine.releases) return false;
    return machine.tells == TELL_NOTHING || machine.byLastHit;
  }

  protected room(): u64 {
    return this.machine.nextTick - this.machine.clock.touches;
  }

  protected look(): u32 {
    const machine = this.machine;
    const cursor = this.cursor;
    const dirty = machine.frames.dirty;
    let missing: u32 = 0;
    let releases = false;
    for (let i: u32 = 0; i < cursor.members; i++) {
      const member = cursor.member(i);
      if (member.left == 0) continue;
      const cache = machine.firstFor(member.op);
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
      if (entry == NONE) {
        missing |= 1 << i;
        continue;
      }
      if (member.op != OP_WRITE || dirty.get(cache.values.get(entry)) != CLEAN_IN_SWAP) continue;
      // The order in which swap slots become free is that of the first writes.
      if (releases) missing |= 1 << i;
      releases = true;
    }
    return missing;
  }

  protected touch(members: u32, isWhole: bool, accesses: u64): void {
    const machine = this.machine;
    const cursor = this.cursor;
    const ref = machine.frames.ref;
    const isOrdered = machine.keepsRecency;
    const isTold = machine.tells != TELL_NOTHING;
    let writes: u64 = 0;
    let ifetches: u64 = 0;
    machine.clock.touches += accesses;
    for (let i: u32 = 0; i < members; i++) {
      const member = cursor.member(isWhole ? i : cursor.order.get(i));
      const count = isWhole ? member.left : member.part;
      if (count == 0) continue;
      const cache = machine.firstFor(member.op);
      const frame = cache.values.get(member.entry);
      if (cache.recent.get(member.set * 2) != member.tag) {
        cache.use(member.entry, member.set);
        cache.remember(member.set, member.tag, frame);
      }
      ref.set(frame, 1);
      if (isOrdered) machine.recency.moveToFront(0, frame);
      else if (isTold) machine.policy.onHit(frame);
      if (member.op == OP_WRITE) {
        machine.write(frame);
        writes += count;
      } else if (member.op == OP_IFETCH) ifetches += count;
    }
    this.feed.count(accesses, writes, ifetches);
  }
}
