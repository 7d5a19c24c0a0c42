import { Pool } from '../../ds/pool';
import { Pte } from '../../types';
import { TableArena } from '../table-arena';
import { ChainedTable, ChainRecord } from './chained';

/** A mapping: tag 8 bytes, PTE 8, next 8. */
const NODE_BYTES: u32 = 24;
const ANCHOR_BYTES: u64 = 8;

class HashedNode extends ChainRecord {
  pte: Pte;
}

/**
 * Hashed page table: one table for all processes, one node a mapping, chained by bucket. A leaf of any size is one node. With a number of
 * buckets from the frames the load stays below 1 by doubling (chained.ts).
 * Huck and Hays, Architectural support for translation table management in large address space machines, ISCA 1993.
 */
export class Hashed extends ChainedTable {
  private pool: Pool;

  constructor(buckets: u32, hash: u32, grows: bool, arena: TableArena) {
    super(buckets, hash, grows, arena);
    this.pool = new Pool(arena, NODE_BYTES);
  }

  count(): u32 {
    return this.records;
  }

  anchorBytes(): u64 {
    return <u64>this.buckets() * ANCHOR_BYTES;
  }

  entryBytes(): u64 {
    return <u64>this.records * NODE_BYTES;
  }

  protected lookup(key: u64): Pte {
    const at = this.findRecord(key);
    return at == 0 ? 0 : changetype<HashedNode>(at).pte;
  }

  protected put(key: u64, pte: Pte): bool {
    let at = this.findRecord(key);
    if (at == 0) {
      if (!this.widen() || !this.pool.reserve()) return false;
      at = this.pool.take();
      changetype<HashedNode>(at).tag = key;
      this.link(at);
    }
    changetype<HashedNode>(at).pte = pte;
    return true;
  }

  protected drop(key: u64): void {
    const at = this.findRecord(key);
    if (at == 0) return;
    this.unlink(at);
    this.pool.give(at);
  }
}
