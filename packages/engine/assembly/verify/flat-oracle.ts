import { HashIndex } from '../ds/hash-index';
import { NONE, NONE64 } from '../types';
import { SpaceOracle } from './space-oracle';

/**
 * What every process must read, without any paging: per page the stamp of the last write, 0 before the first. A page that was written
 * is resident or in a slot for as long as it lives, so frames + slots bound the table.
 */
export class FlatOracle {
  private stamps: HashIndex;
  private last: u64 = 0;

  constructor(pages: u32) {
    this.stamps = new HashIndex(pages);
  }

  private write(tag: u64): u64 {
    this.stamps.set(tag, ++this.last);
    return this.last;
  }

  /** Gives all it knows to the oracle of a machine where memory can be shared. */
  handOver(to: SpaceOracle): void {
    for (let p: u32 = 0; p < this.stamps.places; p++) {
      const tag = this.stamps.keyAt(p);
      to.adopt(tag, tag == NONE64 ? 0 : this.stamps.valueAt(p), this.last);
    }
  }

  /** Of a touch: the stamp that a write leaves, or that a read must find. */
  stampOf(tag: u64, isWrite: bool): u64 {
    return isWrite ? this.write(tag) : this.expected(tag);
  }

  private expected(tag: u64): u64 {
    const place = this.stamps.find(tag);
    return place == NONE ? 0 : this.stamps.valueAt(place);
  }
}
