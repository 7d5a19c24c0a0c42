import { Lists } from '../ds/lists';
import { PARAMETERS } from '../gen/policies';
import {
  HOOK_AGREES,
  HOOK_CONSTRUCTOR,
  HOOK_ON_COLD,
  HOOK_ON_DISCARD,
  HOOK_ON_EVICT,
  HOOK_ON_HIT,
  HOOK_ON_LOAD,
  HOOK_ON_MOVE,
  HOOK_ON_SPLIT,
  HOOK_ON_TICK,
  HOOK_STATE,
  HOOK_SURPLUS,
  HOOK_VICTIM,
  RULE_AGREES,
  RULE_NO_VICTIM,
  RULE_RECENCY,
  RULE_VICTIM,
} from '../gen/policy-rules';
import { Policy, PolicyContext } from '../policy/policy';
import { Frame, NONE, PageKey } from '../types';
import { column } from './ds/column';
import { Frames } from './frame/frames';
import { enter, leave, open, refuse } from './guard';
import { createOwn } from './own';
import { Policy as Own, PolicyContext as OwnContext, Future as OwnFuture } from './policy/policy';
import { Writer } from './swap/writer';
import { VirtualTime } from './time/virtual-time';

/**
 * What stands between the engine and a policy that somebody brought along. Towards the engine it is a policy like any other; the other one it
 * calls with the guard up, sees to it that what it names may be taken, and tells the engine of the fields that it sets.
 *
 * The files in this folder are the contract as that policy sees it. What the folder does not have is taken from the one above and compiled a
 * second time (policy/policy.ts, ds/lists.ts …), so that it uses the columns and the frame table of this folder.
 */
export class GuardedPolicy extends Policy {
  private own: Own;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    open(count);
    const before = enter(HOOK_CONSTRUCTOR);
    const params = column<u64>(PARAMETERS);
    for (let i: u32 = 0; i < PARAMETERS; i++) params.set(i, context.params.get(i));
    const own = createOwn(
      new OwnContext(
        // @ts-expect-error: tsc takes the engine's own context here, the compiler the one that sees this folder.
        new Frames(context.frames),
        params,
        context.seed,
        changetype<OwnFuture>(context.future),
        new VirtualTime(context.time),
        new Writer(context.writer),
      ),
    );
    if (own.keepsRecency && own.recency.capacity != count) refuse(RULE_RECENCY, own.recency.capacity, count);
    leave(before);
    this.own = own;
    this.everyAccess = own.everyAccess;
    this.keepsRecency = own.keepsRecency;
    this.recency = changetype<Lists>(own.recency);
    this.adopt();
  }

  onLoad(frame: Frame, page: PageKey): void {
    const before = enter(HOOK_ON_LOAD);
    this.own.onLoad(frame, page);
    this.expect(frame, true);
    leave(before);
    this.adopt();
  }

  onHit(frame: Frame): void {
    const before = enter(HOOK_ON_HIT);
    this.own.onHit(frame);
    leave(before);
    this.adopt();
  }

  onEvict(frame: Frame): void {
    const before = enter(HOOK_ON_EVICT);
    this.own.onEvict(frame);
    this.expect(frame, false);
    leave(before);
    this.adopt();
  }

  onDiscard(frame: Frame): void {
    const before = enter(HOOK_ON_DISCARD);
    this.own.onDiscard(frame);
    this.expect(frame, false);
    leave(before);
    this.adopt();
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    const before = enter(HOOK_ON_SPLIT);
    this.own.onSplit(head, part, page);
    this.expect(part, true);
    leave(before);
    this.adopt();
  }

  onMove(from: Frame, to: Frame, page: PageKey): void {
    const before = enter(HOOK_ON_MOVE);
    this.own.onMove(from, to, page);
    this.expect(from, false);
    this.expect(to, true);
    leave(before);
    this.adopt();
  }

  onCold(frame: Frame): void {
    const before = enter(HOOK_ON_COLD);
    this.own.onCold(frame);
    leave(before);
    this.adopt();
  }

  victim(page: PageKey): Frame {
    const before = enter(HOOK_VICTIM);
    const frame = this.own.victim(page);
    if (frame == NONE) this.expectNone();
    else this.expectEvictable(frame);
    leave(before);
    this.adopt();
    return frame;
  }

  surplus(): Frame {
    const before = enter(HOOK_SURPLUS);
    const frame = this.own.surplus();
    if (frame != NONE) this.expectEvictable(frame);
    leave(before);
    this.adopt();
    return frame;
  }

  onTick(): void {
    const before = enter(HOOK_ON_TICK);
    this.own.onTick();
    leave(before);
    this.adopt();
  }

  state(frame: Frame): u32 {
    const before = enter(HOOK_STATE);
    const state = this.own.state(frame);
    leave(before);
    return state;
  }

  agrees(frame: Frame, resident: bool): bool {
    const before = enter(HOOK_AGREES);
    const agrees = this.own.agrees(frame, resident);
    leave(before);
    return agrees;
  }

  /** The fields that the engine reads. */
  @inline
  private adopt(): void {
    const own = this.own;
    this.refOnLoad = own.refOnLoad;
    this.tick = own.tick;
    this.releaseAt = own.releaseAt;
    this.hand = own.hand;
    this.steps = own.steps;
    this.fallbacks = own.fallbacks;
  }

  private expect(frame: Frame, resident: bool): void {
    if (!this.own.agrees(frame, resident)) refuse(RULE_AGREES, frame, u64(resident));
  }

  private expectEvictable(frame: Frame): void {
    const frames = this.frames;
    if (frame >= frames.count) refuse(RULE_VICTIM, frame, frames.count);
    if (!frames.isEvictable(frame)) refuse(RULE_VICTIM, frame, (<u64>frames.state.get(frame)) << 32);
  }

  private expectNone(): void {
    const frames = this.frames;
    for (let f: u32 = 0; f < frames.count; f++) if (frames.isEvictable(f)) refuse(RULE_NO_VICTIM, f, 0);
  }
}
