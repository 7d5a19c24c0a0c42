/**
 * VMIN: a page stays while it is used again within tau touches, and leaves at once if not. When memory is full it is OPT.
 * Prieve, Fabry 1976, doi 10.1145/360051.360231; docs/policies/vmin.md.
 */
import { NONE, type World } from '../policy.ts';
import { Opt } from './opt.ts';

export class Vmin extends Opt {
  private readonly tau: number;

  constructor(world: World, tau: number) {
    super(world);
    this.tau = tau;
  }

  override onHit(frame: number, nextUse: number): void {
    // Map keeps the order of insertion: that of the last touches.
    this.onEvict(frame);
    super.onHit(frame, nextUse);
  }

  override surplus(): number[] {
    const latest = this.world.now() + this.tau;
    return [...this.nextUse].flatMap(([frame, next]) => (next > latest ? [frame] : []));
  }

  override victim(): number {
    const victim = super.victim();
    if (victim !== NONE) this.fallbacks++;
    return victim;
  }
}
