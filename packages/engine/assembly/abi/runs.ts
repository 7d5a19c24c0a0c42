import { STOP_BAD_RECORD, STOP_EVENTS_FULL } from '../gen/stops';
import { Machine } from '../machine';
import { Feed, RECORD } from './feed';
import { OP_RUN, RunCursor } from './run-cursor';

/** Times that members of a run are looked up; then the rest goes step by step. */
const TRIES: u32 = 8;

/** Who runs plain records. */
export abstract class Player {
  /** Runs the records from … end and returns the end, or the address of the one at which the machine stopped. */
  abstract play(from: usize, end: usize): usize;

  /** The same for the one access at `at`; false if the machine stopped at it. */
  abstract one(at: usize): bool;

  /** Makes the process with this pid the one that runs; false if the machine stopped at that. */
  abstract switchTo(pid: u32): bool;
}

/**
 * Plays runs. As long as every member is known to its first-level TLB and nothing falls due, all steps are hits: they change counts, ref and dirty
 * bits, and the order of use in TLBs and policy. Of that order only the last use of each member is left in the end, so the members are
 * touched once each, in the order of their last access, and the rest is counted. A step for which that is not sure is written out as a
 * plain record, and goes the way of these.
 */
export abstract class Runs {
  protected machine: Machine;
  protected feed: Feed;
  protected cursor: RunCursor;

  constructor(machine: Machine, feed: Feed, cursor: RunCursor) {
    this.machine = machine;
    this.feed = feed;
    this.cursor = cursor;
  }

  /** Plays the run at `group`, which must end before `end`, and returns where it ends; `group` if the machine stopped. */
  play(group: usize, end: usize, player: Player): usize {
    const cursor = this.cursor;
    const feed = this.feed;
    if (!cursor.begin(group, end, feed.steps)) {
      this.machine.stopFor(STOP_BAD_RECORD, OP_RUN, 0, 0, 0);
      return group;
    }
    if (!player.switchTo(cursor.pid)) return group;
    let tries = this.isOpen() ? TRIES : 0;
    while (cursor.steps > 0) {
      if (tries > 0 && cursor.steps >= cursor.members) {
        tries--;
        if (this.takeKnown()) break;
        cursor.write(1);
        if (!player.one(cursor.plain)) return group;
        continue;
      }
      const before = cursor.taken;
      const written = cursor.write(u64.MAX_VALUE);
      const reached = player.play(cursor.plain, written);
      if (reached == written) continue;
      // Only a full event ring is a reason to come back.
      const isPause = this.machine.stop == STOP_EVENTS_FULL;
      feed.steps = isPause ? before + (reached - cursor.plain) / RECORD : 0;
      return group;
    }
    feed.steps = 0;
    return group + <usize>cursor.records * RECORD;
  }

  /** Whether steps may be taken at once at all, as the machine is now. */
  protected abstract isOpen(): bool;

  /** Looks for the members in their TLBs, for `touch`; returns those that may not be touched so, as bits. */
  protected abstract look(): u32;

  /** Fewer accesses than so many can be made before something falls due. */
  protected abstract room(): u64;

  /** Touches `members` of the run, all as they stand or those of the part, and counts their `accesses`. */
  protected abstract touch(members: u32, isWhole: bool, accesses: u64): void;

  /** Takes what steps it can at once; true if none are left. */
  private takeKnown(): bool {
    const cursor = this.cursor;
    const room = this.room();
    const missing = this.look();
    const accesses = cursor.accesses;
    if (missing == 0 && accesses < room) {
      this.touch(cursor.members, true, accesses);
      return true;
    }
    const members = cursor.take(missing, room);
    if (members > 0) this.touch(members, false, accesses - cursor.accesses);
    return cursor.steps == 0;
  }
}
