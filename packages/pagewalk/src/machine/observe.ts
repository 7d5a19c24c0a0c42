/** Runs the one record at place 0 of the engine with events on, and tells what happened. */
import { FOLDED, PID_SHIFT } from '../trace/record.ts';
import { isSplitMachine } from './caches.ts';
import type { Core } from './core.ts';
import { decodeEvents } from './events.ts';
import { type Outcome, type TouchOutcome, touchOutcomes } from './outcome.ts';
import { OPS, type Op, type Pid } from './types.ts';

/** An access may touch millions of pages: so many of its touches are kept. */
const MOST_TOUCHES = 1024;

export function observe(core: Core): Outcome {
  const before = core.clock();
  const touches: TouchOutcome[] = [];
  let served = true;
  const nameOf = tlbNames(core);
  core.setEvents(true);
  try {
    for (let done = 0; done < 1; ) {
      done = core.execute(0, 1);
      for (const touch of touchOutcomes(decodeEvents(core.events()), nameOf)) {
        served &&= touch.frame !== null;
        if (touches.length < MOST_TOUCHES) touches.push(touch);
      }
      core.drainEvents();
    }
  } finally {
    core.drainEvents();
    core.setEvents(false);
  }
  const after = core.clock();
  const [low = 0, high = 0, extent = 0, meta = 0] = core.records(1);
  return {
    pid: (meta >>> PID_SHIFT) as Pid,
    op: OPS[meta & 0xf] as Op,
    address: (BigInt(high) << 32n) | BigInt(low),
    accesses: (meta & FOLDED) !== 0 ? extent : 1,
    served,
    ns: Number(after.ns - before.ns),
    touched: after.touches - before.touches,
    touches,
  };
}

function tlbNames(core: Core): (tlb: number) => string {
  const names = isSplitMachine(core.config) ? ['itlb', 'dtlb', 'stlb'] : ['tlb', 'dtlb', 'stlb'];
  return (tlb) => names[tlb] ?? `tlb${tlb}`;
}
