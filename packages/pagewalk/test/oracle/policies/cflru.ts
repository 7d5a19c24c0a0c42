/**
 * Clean-first LRU. Park, Jung, Kang, Kim, Lee 2006, doi 10.1145/1176760.1176789: among the last pages of an LRU list, the window, the least recently
 * used clean one goes; if all of them are dirty, the least recently used one. A page that was found dirty is not looked at again until it is used.
 */
import type { World } from '../policy.ts';
import { Lru } from './lru.ts';

export class Cflru extends Lru {
  private readonly window: number;
  private readonly knownDirty = new Set<number>();

  constructor(world: World, percent: number) {
    super(world);
    this.window = Math.floor((this.frames.length * percent) / 100);
  }

  override onEvict(frame: number): void {
    super.onEvict(frame);
    this.knownDirty.delete(frame);
  }

  override victim(): number {
    for (const frame of this.used.slice(0, this.window).filter((page) => !this.knownDirty.has(page))) {
      this.steps++;
      if (this.frames[frame]?.dirty) this.knownDirty.add(frame);
      else if (this.frames[frame]?.evictable) return frame;
    }
    return this.first(this.used);
  }
}
