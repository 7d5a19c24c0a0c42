import { Column, column } from '../../ds/column';
import { TableArena } from '../table-arena';
import { bucketOf } from './hash';
import { HardwareTable } from './table';

/** How every record of a chained table begins; what follows is the table's. */
export class ChainRecord {
  tag: u64;
  /** Address of the next record of the bucket, 0 at the end. */
  next: u32;
  /** For the table: a clustered one counts here, an inverted one links the aliases of a frame. */
  extra: u32;
}

/**
 * Anchors, one a bucket, and the chains of records that begin there; a new record goes to the head of its chain. A lookup reads the anchor
 * and then record by record. Resizing is in one step: when there are as many records as anchors, and the number of these was not asked for,
 * they are doubled and every record is linked anew; that is counted, and costs no simulated time.
 */
export abstract class ChainedTable extends HardwareTable {
  protected records: u32 = 0;
  protected arena: TableArena;
  private anchors: Column<u32>;
  private places: u32;
  private hash: u32;
  private grows: bool;

  constructor(buckets: u32, hash: u32, grows: bool, arena: TableArena) {
    super(1);
    this.places = buckets;
    this.hash = hash;
    this.grows = grows;
    this.anchors = column<u32>(buckets);
    this.arena = arena;
  }

  nodes(): u32 {
    return this.records;
  }

  buckets(): u32 {
    return this.places;
  }

  /** Address of the record with this tag, or 0. Sets `read`. */
  protected findRecord(tag: u64): usize {
    let read: u32 = 0;
    let at: usize = this.anchors.get(this.homeOf(tag));
    while (at != 0) {
      read++;
      const record = changetype<ChainRecord>(at);
      if (record.tag == tag) break;
      at = record.next;
    }
    this.read = read;
    return at;
  }

  /** Makes room for one more record; false if the host gives no memory. */
  protected widen(): bool {
    if (!this.grows || this.records < this.places) return true;
    if (!this.arena.reserve(this.places * 8)) return false;
    this.resize(this.places * 2);
    return true;
  }

  /** Links a record, its tag set, at the head of its chain. */
  protected link(at: usize): void {
    const record = changetype<ChainRecord>(at);
    const home = this.homeOf(record.tag);
    record.next = this.anchors.get(home);
    this.anchors.set(home, <u32>at);
    this.records++;
  }

  protected unlink(at: usize): void {
    store<u32>(this.linkTo(at), changetype<ChainRecord>(at).next);
    this.records--;
  }

  /** Puts a record in the place of another one with the same tag. */
  protected replace(old: usize, by: usize): void {
    const link = this.linkTo(old);
    changetype<ChainRecord>(by).next = changetype<ChainRecord>(old).next;
    store<u32>(link, <u32>by);
  }

  /** Address of the word that points to a record. */
  private linkTo(at: usize): usize {
    let link = this.anchors.at(this.homeOf(changetype<ChainRecord>(at).tag));
    while (<usize>load<u32>(link) != at) link = <usize>load<u32>(link) + offsetof<ChainRecord>('next');
    return link;
  }

  private resize(places: u32): void {
    const old = this.anchors;
    const before = this.places;
    this.anchors = changetype<Column<u32>>(this.arena.need(places * 4));
    this.places = places;
    this.resizes++;
    this.moves += this.records;
    this.records = 0;
    for (let b: u32 = 0; b < before; b++) {
      let at: usize = old.get(b);
      while (at != 0) {
        const next: usize = changetype<ChainRecord>(at).next;
        this.link(at);
        at = next;
      }
    }
    this.arena.give(old.at(0), before * 4);
  }

  private homeOf(tag: u64): u32 {
    return bucketOf(tag, this.hash, this.places);
  }
}
