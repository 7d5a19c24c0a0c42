/** Runs the first records of the engine, one access or one operation, with events on, and tells what happened. */
import { operationText } from '../trace/operations/write.ts';
import { FOLDED, isOperation, PID_SHIFT } from '../trace/record.ts';
import { isSplitMachine } from './caches.ts';
import { type Core, Refused } from './core.ts';
import { decodeEvents } from './events.ts';
import { operationAt } from './operations/places.ts';
import { type Outcome, type TouchOutcome, touchOutcomes } from './outcome.ts';
import { OPS, type Op, type Pid } from './types.ts';

/** An access may touch millions of pages: so many of its touches are kept. */
const MOST_TOUCHES = 1024;

/** @throws OperationError if the machine refuses it. */
export function observe(core: Core, records = 1): Outcome {
  const before = core.clock();
  const touches: TouchOutcome[] = [];
  let served = true;
  const nameOf = tlbNames(core);
  core.setEvents(true);
  try {
    for (let done = 0; done < records; ) {
      done = core.execute(done, records);
      for (const touch of touchOutcomes(decodeEvents(core.events()), nameOf)) {
        served &&= touch.frame !== null;
        if (touches.length < MOST_TOUCHES) touches.push(touch);
      }
      core.drainEvents();
    }
  } catch (thrown) {
    throw thrown instanceof Refused ? thrown.error : thrown;
  } finally {
    core.drainEvents();
    core.setEvents(false);
  }
  const after = core.clock();
  const words = core.records(records);
  const [low = 0, high = 0, extent = 0, meta = 0] = words.subarray((records - 1) * 4);
  const operation = operationAt(words, records - 1);
  return {
    pid: (meta >>> PID_SHIFT) as Pid,
    op: operation ? null : (OPS[meta & 0xf] as Op),
    operation: operation && operationText(operation, core.objects),
    address: (BigInt(high) << 32n) | BigInt(low),
    accesses: isOperation(meta) ? 0 : (meta & FOLDED) !== 0 ? extent : 1,
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
