import { column } from '../../ds/column';
import { Pool } from '../../ds/pool';
import { Frame, Pte } from '../../types';
import { PTE_TARGET } from '../radix';
import { TableArena } from '../table-arena';
import { ChainedTable, ChainRecord } from './chained';

/** Of the modelled table. The entry of a frame: tag 8 bytes, next 4, rights 4; its place is its frame number. */
const ENTRY_BYTES: u64 = 16;
const ANCHOR_BYTES: u64 = 4;
/** A further mapping of a frame: tag 8 bytes, next 4, rights 4, frame 4, next alias of the frame 4. */
const ALIAS_BYTES: u64 = 24;

/** Of the host. */
const HOST_ENTRY: u32 = 24;
const HOST_ALIAS: u32 = 32;

/** The entry of a frame; a PTE of 0: it is in no chain. `extra` is its first alias. */
class FrameEntry extends ChainRecord {
  pte: Pte;
}

/** `extra` is the next alias of the frame, `before` the alias or entry whose `extra` this one is. */
class Alias extends FrameEntry {
  before: u32;
}

/**
 * Inverted page table: one entry a frame, found through a table of hash anchors that is as long as the memory has frames, so that its size does
 * not depend on how much is mapped where. It holds resident pages only. A large leaf is in the entry of its first frame.
 *
 * A frame has one entry, thus one (process, page). With alias chains its further mappings are alias nodes in the same hash chains; when the
 * mapping in the entry goes, the newest alias moves into the entry. Without them a further mapping displaces the one before, and a walk
 * for that misses and sets it again: what sharing costs on such a machine.
 * The frame after the last one is the page of zeroes; its entry takes memory while it is used.
 * Chang and Mergen, 801 storage: architecture and programming, ACM TOCS 6(1), 1988.
 */
export class Inverted extends ChainedTable {
  private frames: u32;
  private chainsAliases: bool;
  private entries: usize;
  private pool: Pool;

  constructor(frames: u32, buckets: u32, hash: u32, chainsAliases: bool, arena: TableArena) {
    super(buckets, hash, false, arena);
    this.frames = frames;
    this.chainsAliases = chainsAliases;
    this.forgets = !chainsAliases;
    this.entries = column<u64>((frames + 1) * (HOST_ENTRY / 8)).at(0);
    this.pool = new Pool(arena, HOST_ALIAS);
  }

  count(): u32 {
    return this.records;
  }

  aliases(): u32 {
    return this.pool.used;
  }

  aliasBytes(): u64 {
    return <u64>this.pool.used * ALIAS_BYTES;
  }

  anchorBytes(): u64 {
    return <u64>this.buckets() * ANCHOR_BYTES;
  }

  entryBytes(): u64 {
    const entries = <u64>this.frames + (changetype<FrameEntry>(this.entryOf(this.frames)).pte != 0 ? 1 : 0);
    return entries * ENTRY_BYTES;
  }

  protected lookup(key: u64): Pte {
    const at = this.findRecord(key);
    return at == 0 ? 0 : changetype<FrameEntry>(at).pte;
  }

  protected put(key: u64, pte: Pte): bool {
    const known = this.findRecord(key);
    if (known != 0 && frameOf(changetype<FrameEntry>(known).pte) == frameOf(pte)) {
      changetype<FrameEntry>(known).pte = pte;
      return true;
    }
    const at = this.entryOf(frameOf(pte));
    const entry = changetype<FrameEntry>(at);
    const asAlias = entry.pte != 0 && this.chainsAliases;
    if (asAlias && !this.pool.reserve()) return false;
    if (known != 0) this.remove(known);
    if (asAlias) {
      this.addAlias(at, key, pte);
      return true;
    }
    if (entry.pte != 0) {
      this.unlink(at);
      this.replacements++;
    }
    entry.tag = key;
    entry.pte = pte;
    this.link(at);
    return true;
  }

  protected drop(key: u64): void {
    const at = this.findRecord(key);
    if (at != 0) this.remove(at);
  }

  private addAlias(entry: usize, key: u64, pte: Pte): void {
    const at = this.pool.take();
    const alias = changetype<Alias>(at);
    alias.tag = key;
    alias.pte = pte;
    this.chainAfter(at, changetype<FrameEntry>(entry).extra);
    this.chainAfter(entry, <u32>at);
    this.link(at);
  }

  private remove(at: usize): void {
    this.unlink(at);
    const entry = this.entryOf(frameOf(changetype<FrameEntry>(at).pte));
    if (at != entry) {
      this.chainAfter(changetype<Alias>(at).before, changetype<Alias>(at).extra);
      this.pool.give(at);
      return;
    }
    const frame = changetype<FrameEntry>(entry);
    const first: usize = frame.extra;
    if (first == 0) {
      frame.pte = 0;
      return;
    }
    const alias = changetype<Alias>(first);
    frame.tag = alias.tag;
    frame.pte = alias.pte;
    this.replace(first, entry);
    this.chainAfter(entry, alias.extra);
    this.pool.give(first);
  }

  /** Makes `alias`, 0 for none, the one that comes after an entry or alias of its frame. */
  private chainAfter(at: usize, alias: u32): void {
    changetype<FrameEntry>(at).extra = alias;
    if (alias != 0) changetype<Alias>(<usize>alias).before = <u32>at;
  }

  private entryOf(frame: Frame): usize {
    return this.entries + <usize>frame * HOST_ENTRY;
  }
}

function frameOf(pte: Pte): Frame {
  return <Frame>(pte >> PTE_TARGET);
}
