/**
 * Frames, swap slots and objects as plain values that point to each other. Nothing is counted: who uses a frame is found by looking at every
 * page of every process (`Sharing`), and what nobody points to is free.
 */

export interface Slot {
  readonly stamp: number;
  /** The frame that it was read into; it holds the same for as long as it names the slot. */
  frame: Frame | null;
}

export interface Frame {
  /** Anonymous memory has none; else the frame is the one copy in memory of a page of this object. */
  readonly object: MemoryObject | null;
  readonly index: number;
  stamp: number;
  dirty: boolean;
  /** Swap holds the same contents. */
  slot: Slot | null;
  /** May be dropped instead of written: nobody has written to it since. */
  lazy: boolean;
}

/** A file, or shared memory with or without a name. */
export interface MemoryObject {
  readonly id: number | null;
  readonly kind: 'file' | 'shm';
  /** Bytes; a file that was never given a size has no end. */
  size: number;
  removed: boolean;
  readonly pages: Map<number, Frame | Slot>;
  /** What the file holds on disk, where it is not as at first. */
  readonly disk: Map<number, number>;
  /** The least number of pages that it ever had: those behind were lost, and are holes. */
  cut: number;
}

export type Entry =
  | {
      readonly kind: 'frame';
      readonly frame: Frame;
      writable: boolean;
      /** Where memory is short: it was given up, and zeroes may be found here instead. */
      doubtful?: boolean;
    }
  | { readonly kind: 'slot'; readonly slot: Slot }
  | { readonly kind: 'zero' };

/** Contents that nobody wrote. Those of files are -1 and less, a number for each page of each. */
export const ZEROES = 0;

export const isFrame = (page: Frame | Slot | undefined): page is Frame => page !== undefined && 'dirty' in page;

export const newFrame = (parts: Partial<Frame> = {}): Frame => ({
  object: null,
  index: 0,
  stamp: ZEROES,
  dirty: false,
  slot: null,
  lazy: false,
  ...parts,
});

export const newObject = (id: number | null, kind: 'file' | 'shm', size: number): MemoryObject => ({
  id,
  kind,
  size,
  removed: false,
  pages: new Map(),
  disk: new Map(),
  cut: Number.POSITIVE_INFINITY,
});

/** What can be read of an object that is neither in memory nor in swap. */
export function stored({ id, kind, disk, cut }: MemoryObject, index: number): number {
  if (kind === 'shm' || (index >= cut && !disk.has(index))) return ZEROES;
  return disk.get(index) ?? -1 - (id ?? 0) * 10_000 - index;
}

/** Who has pages: a process. */
export interface Owner {
  readonly pages: ReadonlyMap<number, Entry>;
}

export interface Mapping<P extends Owner> {
  readonly process: P;
  readonly page: number;
  readonly entry: Entry;
}

/** Who points to what, found by looking at everything. */
export class Sharing<P extends Owner> {
  private readonly processes: readonly P[];
  private readonly objects: readonly MemoryObject[];

  constructor(processes: readonly P[], objects: readonly MemoryObject[]) {
    this.processes = processes;
    this.objects = objects;
  }

  mappings(): Mapping<P>[] {
    return this.processes.flatMap((process) =>
      [...process.pages].map(([page, entry]): Mapping<P> => ({ process, page, entry })),
    );
  }

  mappingsOf(frame: Frame): Mapping<P>[] {
    return this.mappings().filter(({ entry }) => entry.kind === 'frame' && entry.frame === frame);
  }

  /** A frame that nobody maps any more stays while somebody waits for the slot that it holds the contents of. */
  framesInUse(): Set<Frame> {
    const frames = new Set<Frame>();
    for (const { entry } of this.mappings()) {
      const frame = entry.kind === 'frame' ? entry.frame : entry.kind === 'slot' ? this.cached(entry.slot) : undefined;
      if (frame !== undefined) frames.add(frame);
    }
    for (const { pages } of this.objects) for (const page of pages.values()) if (isFrame(page)) frames.add(page);
    return frames;
  }

  slotsInUse(): Set<Slot> {
    const slots = new Set<Slot>();
    for (const { entry } of this.mappings()) if (entry.kind === 'slot') slots.add(entry.slot);
    for (const { pages } of this.objects) for (const page of pages.values()) if (!isFrame(page)) slots.add(page);
    for (const { slot } of this.framesInUse()) if (slot !== null) slots.add(slot);
    return slots;
  }

  /** The frame that holds the same as the slot. */
  cached(slot: Slot): Frame | undefined {
    return slot.frame?.slot === slot ? slot.frame : undefined;
  }

  /** No other page shows this frame or waits for its slot. */
  isExclusive(frame: Frame): boolean {
    if (frame.object !== null) return false;
    const users = this.mappings().filter(({ entry }) =>
      entry.kind === 'frame' ? entry.frame === frame : entry.kind === 'slot' && entry.slot === frame.slot,
    );
    return users.length <= 1;
  }
}
