/**
 * The working set: what a process used in its last tau references stays, and nothing else. Denning 1968, doi 10.1145/363095.363141;
 * docs/policies/ws.md. `global`: the processes count as one.
 */
import type { World } from '../policy.ts';
import { ProcessLists } from './process-lists.ts';

export class Ws extends ProcessLists {
  private readonly tau: number;
  private readonly global: boolean;

  constructor(world: World, tau: number, global: number) {
    super(world);
    this.tau = tau;
    this.global = global === 1;
  }

  override surplus(): number[] {
    return this.pages(({ process, time }) => this.timeOf(process) - time >= this.tau);
  }

  protected override processOf(frame: number): number {
    return this.global ? 0 : super.processOf(frame);
  }

  protected override timeOf(process: number): number {
    return this.global ? this.world.now() : super.timeOf(process);
  }
}
