/**
 * Page fault frequency: a fault that comes more than `interval` references of the process after its last one takes from the process all
 * pages that it did not use since that last one. Chu, Opderbeck 1972, doi 10.1145/1479992.1480077; docs/policies/pff.md.
 */
import type { World } from '../policy.ts';
import { ProcessLists } from './process-lists.ts';

export class Pff extends ProcessLists {
  private readonly interval: number;
  /** By process, 0 where there is none. */
  private readonly lastFault = new Map<number, number>();
  private readonly limit = new Map<number, number>();

  constructor(world: World, interval: number) {
    super(world);
    this.interval = interval;
  }

  override onLoad(frame: number): void {
    super.onLoad(frame);
    const process = this.processOf(frame);
    const time = this.timeOf(process);
    const last = this.lastFault.get(process) ?? 0;
    if (time - last > this.interval) this.limit.set(process, last);
    this.lastFault.set(process, time);
  }

  override surplus(): number[] {
    return this.pages(({ process, time }) => time < (this.limit.get(process) ?? 0));
  }
}
