/**
 * What each page of a trace was used for, in bounded memory. Pages stand one behind another in columns, found through an open-addressed
 * index. When there are as many as the bound allows, only pages whose hash is below a threshold stay, which is halved, again and again: a
 * page is then followed from its first touch to the end or not at all, and the number of all pages is that of the kept ones times 2^n, with a relative
 * error of about 1/√kept (adaptive spatial sampling as in SHARDS). The pages touched most by then stay whatever their hash.
 */
const OPS = 3;
const FULL = 2 ** 32;
/** 8 GiB of 4 KiB pages, in 150 MB. */
export const MOST_PAGES = 2 ** 21;
/** How many of the pages touched most are kept when others go. */
const FAVOURITES = 1024;
const FIRST = 1024;

export class PageTable {
  /** Halves of the page's number, and the process. */
  low = new Uint32Array(FIRST);
  high = new Uint32Array(FIRST);
  pid = new Uint32Array(FIRST);
  /** Touches by op: read, write, fetch. */
  counts = new Float64Array(FIRST * OPS);
  /** Its row of the picture; -1 if that is not known. */
  row = new Int32Array(FIRST).fill(-1);
  /** 1: kept whatever its hash, so it stands for no other. */
  private pinned = new Uint8Array(FIRST);
  private pins = 0;
  size = 0;
  /** A page that is kept for its hash stands for so many. */
  weight = 1;
  private threshold = FULL;
  /** Place of a page plus 1; 0 is free. */
  private index = new Int32Array(FIRST * 4);
  private readonly most: number;

  constructor(most = MOST_PAGES) {
    this.most = most;
  }

  get isExact(): boolean {
    return this.weight === 1;
  }

  /** All pages: their number, or an estimate of it. */
  get pages(): number {
    return (this.size - this.pins) * this.weight + this.pins;
  }

  /** How many pages the one at `id` stands for. */
  weightOf(id: number): number {
    return this.pinned[id] === 1 ? 1 : this.weight;
  }

  /** The place of a page, which is a new one if it is `size` before the call; -1 if the page is not followed. */
  find(low: number, high: number, pid: number): number {
    const { index } = this;
    const hash = hashOf(low, high, pid);
    const mask = index.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = index[slot]! - 1;
      if (id < 0) return this.add(low, high, pid, hash, slot);
      if (this.low[id] === low && this.high[id] === high && this.pid[id] === pid) return id;
    }
  }

  private add(low: number, high: number, pid: number, hash: number, slot: number): number {
    if (hash >= this.threshold) return -1;
    if (this.size >= this.most) {
      this.halve();
      return this.find(low, high, pid);
    }
    if (this.size === this.low.length) this.grow();
    else this.index[slot] = this.size + 1;
    const id = this.size++;
    this.low[id] = low;
    this.high[id] = high;
    this.pid[id] = pid;
    if (this.index[slot] !== id + 1) this.enter(id);
    return id;
  }

  /** Leaves out the pages whose hash is in the upper half; places change. */
  private halve(): void {
    const least = this.leastFavourite();
    this.threshold /= 2;
    this.weight *= 2;
    let kept = 0;
    this.pins = 0;
    for (let id = 0; id < this.size; id++) {
      const isPinned = this.touches(id) > least && this.pins < FAVOURITES;
      if (!isPinned && this.hashOf(id) >= this.threshold) continue;
      this.pins += isPinned ? 1 : 0;
      this.pinned[kept] = isPinned ? 1 : 0;
      this.low[kept] = this.low[id]!;
      this.high[kept] = this.high[id]!;
      this.pid[kept] = this.pid[id]!;
      for (let op = 0; op < OPS; op++) this.counts[kept * OPS + op] = this.counts[id * OPS + op]!;
      kept++;
    }
    this.counts.fill(0, kept * OPS);
    this.pinned.fill(0, kept);
    this.row.fill(-1);
    this.size = kept;
    this.reindex();
  }

  /** Touches of the page at `id`. */
  touches(id: number): number {
    const { counts } = this;
    return counts[id * OPS]! + counts[id * OPS + 1]! + counts[id * OPS + 2]!;
  }

  /** Pages with more touches than this are the favourites. */
  private leastFavourite(): number {
    const touches = new Float64Array(this.size);
    for (let id = 0; id < this.size; id++) touches[id] = this.touches(id);
    touches.sort();
    return touches[Math.max(0, touches.length - Math.min(FAVOURITES, this.most >> 3))] ?? 0;
  }

  private grow(): void {
    const length = this.low.length * 2;
    const longer = <T extends Uint32Array | Float64Array | Int32Array | Uint8Array>(column: T, to: T): T => {
      to.set(column);
      return to;
    };
    this.low = longer(this.low, new Uint32Array(length));
    this.high = longer(this.high, new Uint32Array(length));
    this.pid = longer(this.pid, new Uint32Array(length));
    this.counts = longer(this.counts, new Float64Array(length * OPS));
    this.row = longer(this.row, new Int32Array(length).fill(-1));
    this.pinned = longer(this.pinned, new Uint8Array(length));
    this.index = new Int32Array(length * 4);
    this.reindex();
  }

  private reindex(): void {
    this.index.fill(0);
    for (let id = 0; id < this.size; id++) this.enter(id);
  }

  private enter(id: number): void {
    const mask = this.index.length - 1;
    let slot = this.hashOf(id) & mask;
    while (this.index[slot] !== 0) slot = (slot + 1) & mask;
    this.index[slot] = id + 1;
  }

  private hashOf(id: number): number {
    return hashOf(this.low[id]!, this.high[id]!, this.pid[id]!);
  }
}

/** 0 … 2^32-1. Not the hash of `--sample`, or a sampled trace would be all below the threshold. */
function hashOf(low: number, high: number, pid: number): number {
  let hash = low ^ Math.imul(high + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(pid + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
