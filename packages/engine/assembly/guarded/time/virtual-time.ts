import { RULE_INDEX } from '../../gen/policy-rules';
import { VirtualTime as Engine } from '../../time/virtual-time';
import { Asid } from '../../types';
import { refuse } from '../guard';

/** The clocks that a policy may read: time/virtual-time.ts, without what sets them. */
export class VirtualTime {
  private engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Processes that there can be. */
  get processes(): u32 {
    return this.engine.processes;
  }

  /** The process that runs; NONE before the first. */
  get running(): Asid {
    return this.engine.running;
  }

  /** Number of the touch that is being served; the first is 1. */
  get now(): u64 {
    return this.engine.now;
  }

  /** Touches of a process so far, with the one being served if it is its own: its virtual time. */
  of(process: Asid): u64 {
    if (process >= this.engine.processes) refuse(RULE_INDEX, process, this.engine.processes);
    return this.engine.of(process);
  }
}
