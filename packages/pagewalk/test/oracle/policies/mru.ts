/** Most recently used: the other end of LRU's list. Chou, DeWitt 1985, doi 10.1007/BF01840450. */
import { Lru } from './lru.ts';

export class Mru extends Lru {
  override victim(): number {
    return this.first(this.used.toReversed());
  }
}
