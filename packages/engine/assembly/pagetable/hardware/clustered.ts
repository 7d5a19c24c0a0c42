import { Pool } from '../../ds/pool';
import { Pte } from '../../types';
import { TableArena } from '../table-arena';
import { ChainedTable, ChainRecord } from './chained';

/** Pages of a block: 2^4. */
const BLOCK_BITS: u64 = 4;
const BLOCK_PAGES: u32 = 16;

/** A block: tag 8 bytes, next 8, sixteen PTEs. A large leaf: tag, next, one PTE. */
const BLOCK_BYTES: u32 = 144;
const LEAF_BYTES: u32 = 24;
const ANCHOR_BYTES: u64 = 8;

const PAGE_MASK: u64 = ((<u64>1) << 49) - 1;
const CLASS_MASK: u64 = (<u64>3) << 47;

/** Both kinds of node: PTEs follow the head. `extra` counts the PTEs of a block that are not 0. */
const PTES: usize = 16;

/**
 * Clustered page table: a hashed table with one tag for a block of 16 neighbouring pages. From 6 pages of a block on it is smaller than a
 * hashed table, and neighbours share a chain. A large leaf is a node of its own in the same buckets (the paper's superpage PTE). A node counts
 * as one memory reference: it lies within two cache lines of which a walk reads the tag and one PTE.
 * Talluri, Hill, Khalidi 1995, A new page table for 64-bit address spaces, doi 10.1145/224056.224071.
 */
export class Clustered extends ChainedTable {
  private mappings: u32 = 0;
  private leaves: u32 = 0;
  private blockPool: Pool;
  private leafPool: Pool;

  constructor(buckets: u32, hash: u32, grows: bool, arena: TableArena) {
    super(buckets, hash, grows, arena);
    this.blockPool = new Pool(arena, BLOCK_BYTES);
    this.leafPool = new Pool(arena, LEAF_BYTES);
  }

  count(): u32 {
    return this.mappings;
  }

  anchorBytes(): u64 {
    return <u64>this.buckets() * ANCHOR_BYTES;
  }

  entryBytes(): u64 {
    return <u64>(this.records - this.leaves) * BLOCK_BYTES + <u64>this.leaves * LEAF_BYTES;
  }

  protected lookup(key: u64): Pte {
    const at = this.findRecord(tagOf(key));
    return at == 0 ? 0 : load<Pte>(pteOf(at, key));
  }

  protected put(key: u64, pte: Pte): bool {
    const tag = tagOf(key);
    let at = this.findRecord(tag);
    if (at == 0) {
      const pool = this.poolOf(key);
      if (!this.widen() || !pool.reserve()) return false;
      at = pool.take();
      changetype<ChainRecord>(at).tag = tag;
      this.link(at);
      if (isLarge(key)) this.leaves++;
    }
    const leaf = pteOf(at, key);
    if (load<Pte>(leaf) == 0) {
      changetype<ChainRecord>(at).extra++;
      this.mappings++;
    }
    store<Pte>(leaf, pte);
    return true;
  }

  protected drop(key: u64): void {
    const at = this.findRecord(tagOf(key));
    if (at == 0) return;
    const leaf = pteOf(at, key);
    if (load<Pte>(leaf) == 0) return;
    store<Pte>(leaf, 0);
    this.mappings--;
    const node = changetype<ChainRecord>(at);
    node.extra--;
    if (node.extra != 0) return;
    this.unlink(at);
    this.poolOf(key).give(at);
    if (isLarge(key)) this.leaves--;
  }

  private poolOf(key: u64): Pool {
    return isLarge(key) ? this.leafPool : this.blockPool;
  }
}

/** Whether a key has a node of its own. Base pages so small that their numbers reach the bits of the class have one, too. */
function isLarge(key: u64): bool {
  return (key & CLASS_MASK) != 0;
}

function tagOf(key: u64): u64 {
  return isLarge(key) ? key : (key & ~PAGE_MASK) | ((key & PAGE_MASK) >> BLOCK_BITS);
}

/** Address of the PTE of a key in its node. */
function pteOf(at: usize, key: u64): usize {
  return isLarge(key) ? at + PTES : at + PTES + ((<usize>key & (BLOCK_PAGES - 1)) << 3);
}
