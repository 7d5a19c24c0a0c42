/** The backing store: which slots are in use, and a device that serves `channels` requests at once. Times are absolute nanoseconds. */
export class Slots {
  peak = 0;
  private readonly used: boolean[];
  private next = 0;

  constructor(slots: number) {
    this.used = Array.from({ length: slots }, () => false);
  }

  get inUse(): number {
    return this.used.filter((used) => used).length;
  }

  get full(): boolean {
    return this.inUse === this.used.length;
  }

  /** Next fit: the first free slot after the one taken last, round and round. */
  take(): number {
    while (this.used[this.next] === true) this.next = (this.next + 1) % this.used.length;
    const slot = this.next;
    this.used[slot] = true;
    this.next = (slot + 1) % this.used.length;
    this.peak = Math.max(this.peak, this.inUse);
    return slot;
  }

  release(slot: number): void {
    this.used[slot] = false;
  }
}

export interface DeviceShape {
  readonly channels: number;
  readonly writeQueue: number;
  readonly readNs: number;
  readonly writeNs: number;
}

export class Device {
  /** When each channel has served all it was given. */
  private readonly freeAt: number[];
  private readonly shape: DeviceShape;
  /** When each write that was posted ends. */
  private writes: number[] = [];
  /** When each write that was scheduled ends. */
  private readonly scheduled: number[] = [];
  /** When the last write to a slot ends. */
  private readonly writtenAt = new Map<number, number>();

  constructor(shape: DeviceShape) {
    this.shape = shape;
    this.freeAt = Array.from({ length: shape.channels }, () => 0);
  }

  /** Waits until the slot has been read; the time when it has. */
  read(slot: number, now: number): number {
    return this.serve(Math.max(now, this.writtenAt.get(slot) ?? 0), this.shape.readNs);
  }

  /** Waits only until the queue has room; the time when it has. */
  write(slot: number, now: number): number {
    let posted = now;
    this.writes = this.writes.filter((end) => end > now);
    if (this.writes.length >= this.shape.writeQueue) {
      posted = Math.min(...this.writes);
      this.writes = this.writes.filter((end) => end > posted);
    }
    const end = this.serve(posted, this.shape.writeNs);
    this.writes.push(end);
    this.writtenAt.set(slot, end);
    return posted;
  }

  /** Whether a write can be posted without waiting. */
  hasRoom(now: number): boolean {
    return this.writes.filter((end) => end > now).length < this.shape.writeQueue;
  }

  /** Posts a write ahead of an eviction; the time when it is done. */
  schedule(slot: number, now: number): number {
    this.write(slot, now);
    const end = this.writtenAt.get(slot) as number;
    this.scheduled.push(end);
    return end;
  }

  /** Scheduled writes that are not done. */
  pending(now: number): number {
    return this.scheduled.filter((end) => end > now).length;
  }

  private serve(earliest: number, ns: number): number {
    const channel = this.freeAt.indexOf(Math.min(...this.freeAt));
    const end = Math.max(earliest, this.freeAt[channel] as number) + ns;
    this.freeAt[channel] = end;
    return end;
  }
}
