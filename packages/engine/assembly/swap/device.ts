import { Column, column } from '../ds/column';
import { Ns, Slot } from '../types';

/**
 * A storage device with `channels` requests in service at once. A request starts when it is asked for and a channel is free, whichever is
 * later, and takes a fixed service time. Reads are waited for; writes are posted to a queue of `depth`, and posting to a full queue
 * waits for its oldest write. Writes finish in the order they were posted, since start times never decrease.
 */
export class Device {
  private freeAt: Column<Ns>;
  private channels: u32;
  private readNs: Ns;
  private writeNs: Ns;
  /** Ring of outstanding writes: when each is finished, and which slot it writes. */
  private queue: Column<Ns>;
  private written: Column<Slot>;
  private depth: u32;
  private head: u32 = 0;
  private queued: u32 = 0;

  constructor(channels: u32, readNs: Ns, writeNs: Ns, depth: u32) {
    this.channels = channels;
    this.readNs = readNs;
    this.writeNs = writeNs;
    this.depth = depth;
    this.freeAt = column<Ns>(channels);
    this.queue = column<Ns>(depth);
    this.written = column<Slot>(depth);
  }

  /** When a read of the slot asked for at `now` is finished; it waits for a write to that slot. */
  read(now: Ns, slot: Slot): Ns {
    let at = now;
    let i = this.head + this.queued;
    for (let left = this.queued; left > 0; left--) {
      i--;
      const place = i >= this.depth ? i - this.depth : i;
      const done = this.queue.get(place);
      if (done <= now) break;
      if (this.written.get(place) != slot) continue;
      at = done;
      break;
    }
    return this.serve(at, this.readNs);
  }

  /** Whether a write can be posted at once. */
  hasRoom(now: Ns): bool {
    while (this.queued > 0 && this.queue.get(this.head) <= now) this.dropOldest();
    return this.queued < this.depth;
  }

  /** The time at which the queue has room for one more write, not before `now`. */
  roomAt(now: Ns): Ns {
    while (this.queued > 0 && this.queue.get(this.head) <= now) this.dropOldest();
    if (this.queued < this.depth) return now;
    const oldest = this.queue.get(this.head);
    this.dropOldest();
    return oldest;
  }

  /** Posts a write to the slot at a time that `roomAt` gave; returns when it will be finished. */
  post(at: Ns, slot: Slot): Ns {
    const done = this.serve(at, this.writeNs);
    let tail = this.head + this.queued;
    if (tail >= this.depth) tail -= this.depth;
    this.queue.set(tail, done);
    this.written.set(tail, slot);
    this.queued++;
    return done;
  }

  private dropOldest(): void {
    this.head = this.head + 1 == this.depth ? 0 : this.head + 1;
    this.queued--;
  }

  private serve(at: Ns, service: Ns): Ns {
    let channel: u32 = 0;
    let free = this.freeAt.get(0);
    for (let c: u32 = 1; c < this.channels; c++) {
      const f = this.freeAt.get(c);
      if (f < free) {
        free = f;
        channel = c;
      }
    }
    const done = (free > at ? free : at) + service;
    this.freeAt.set(channel, done);
    return done;
  }
}
