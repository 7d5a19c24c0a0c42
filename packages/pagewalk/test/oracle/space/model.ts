/**
 * Memory as an operating system gives it, when there is enough of it: nothing is evicted but what `madvise pageout`
 * names. Pages are small, cpus and nodes do not matter, and time does not pass.
 *
 * Where memory is short the model still knows what every read must see: tell it of the touches that failed by not making them.
 */
import type { OperationErrorName } from '@pagewalk/engine/catalog';
import { operate } from './operations.ts';
import { Space } from './space.ts';
import type { Step } from './step.ts';

export type { SpaceConfig } from './space.ts';

export class SpaceModel extends Space {
  /** Nothing if it was done; else every reason to refuse it, and it was not. Pages of an access that fail are only counted. */
  step(step: Step): OperationErrorName[] {
    return step.kind === 'access' ? this.access(step) : operate(this, step);
  }
}
