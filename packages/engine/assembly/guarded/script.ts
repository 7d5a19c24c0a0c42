import * as host from './host';
import { Policy, PolicyContext } from './policy/policy';
import { Asid, Frame, PageKey } from './types';

let script: Script = changetype<Script>(0);

/** A policy that is a JavaScript object of the host: each hook is a call out, and what the object asks is a call in. */
export class Script extends Policy {
  context: PolicyContext;

  constructor(context: PolicyContext) {
    super(context);
    this.context = context;
    script = this;
    host.create();
  }

  onLoad(frame: Frame, page: PageKey): void {
    host.onLoad(frame, page);
  }

  onHit(frame: Frame): void {
    host.onHit(frame);
  }

  onEvict(frame: Frame): void {
    host.onEvict(frame);
  }

  onDiscard(frame: Frame): void {
    host.onDiscard(frame);
  }

  onSplit(head: Frame, part: Frame, page: PageKey): void {
    host.onSplit(head, part, page);
  }

  onMove(from: Frame, to: Frame, page: PageKey): void {
    host.onMove(from, to, page);
  }

  onCold(frame: Frame): void {
    host.onCold(frame);
  }

  victim(page: PageKey): Frame {
    return host.victim(page);
  }

  surplus(): Frame {
    return host.surplus();
  }

  onTick(): void {
    host.onTick();
  }

  state(frame: Frame): u32 {
    return host.state(frame);
  }

  agrees(frame: Frame, resident: bool): bool {
    return host.agrees(frame, resident);
  }
}

/** The fields of a policy that the object has set. */
export function scriptSet(refOnLoad: u32, tick: f64, releaseAt: f64, hand: u32, steps: f64, fallbacks: f64): void {
  script.refOnLoad = u8(refOnLoad != 0);
  script.tick = <u64>tick;
  script.releaseAt = <u64>releaseAt;
  script.hand = hand;
  script.steps = <u64>steps;
  script.fallbacks = <u64>fallbacks;
}

export function scriptFrames(): u32 {
  return script.context.frames.count;
}

export function scriptParam(place: u32): u64 {
  return script.context.params.get(place);
}

export function scriptSeed(): u64 {
  return script.context.seed;
}

export function scriptNextUse(): u64 {
  return script.context.future.next;
}

export function scriptIsEvictable(frame: Frame): bool {
  return script.context.frames.isEvictable(frame);
}

export function scriptIsReferenced(frame: Frame): bool {
  return script.context.frames.isReferenced(frame);
}

export function scriptSetReference(frame: Frame, value: bool): void {
  if (value) script.context.frames.setReference(frame);
  else script.context.frames.clearReference(frame);
}

export function scriptIsDirty(frame: Frame): bool {
  return script.context.frames.isDirty(frame);
}

export function scriptOwnerOf(frame: Frame): Asid {
  return script.context.frames.ownerOf(frame);
}

export function scriptNow(): u64 {
  return script.context.time.now;
}

export function scriptTimeOf(process: Asid): u64 {
  return script.context.time.of(process);
}

export function scriptRunning(): Asid {
  return script.context.time.running;
}

export function scriptSchedule(frame: Frame): bool {
  return script.context.writer.schedule(frame);
}

export function scriptIsWriting(frame: Frame): bool {
  return script.context.writer.isWriting(frame);
}

export function scriptPending(): u32 {
  return script.context.writer.pending();
}
