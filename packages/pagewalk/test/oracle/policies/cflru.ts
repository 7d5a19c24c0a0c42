/**
 * Clean-first LRU. Park, Jung, Kang, Kim, Lee 2006, doi 10.1145/1176760.1176789: among the last pages of an LRU list, the window, the least recently
 * used clean one goes; if all of them are dirty, the least recently used one.
 */
import { NONE, type World } from '../policy.ts';
import { Lru } from './lru.ts';

export class Cflru extends Lru {
  private readonly window: number;

  constructor(world: World, percent: number) {
    super(world);
    this.window = Math.floor((this.frames.length * percent) / 100);
  }

  override victim(): number {
    const mayGo = (frame: number) => this.frames[frame]?.evictable === true;
    const region = this.used.slice(0, this.window);
    const clean = region.find((frame) => mayGo(frame) && this.frames[frame]?.dirty === false);
    if (clean !== undefined) {
      this.steps += region.indexOf(clean) + 1;
      return clean;
    }
    this.steps += region.length;
    return region.find(mayGo) ?? this.first(this.used.slice(this.window)) ?? NONE;
  }
}
