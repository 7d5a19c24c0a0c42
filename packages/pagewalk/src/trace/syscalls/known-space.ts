/**
 * What is known to be mapped in a process, as pieces in order of their addresses. A machine cuts its regions where operations say so and never
 * merges them; pieces are cut at least as often, so each lies within one region. Ends are of whole pages.
 */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly backing: PieceBacking;
}

/** `mmap` words that make more of the same; `offset` is that of the piece's start. */
export interface PieceBacking {
  readonly protection: bigint;
  readonly shared: boolean;
  readonly kind: 'anon' | 'file' | 'shm';
  readonly name: string;
  readonly offset: number;
}

export const PAGE = 4096;

export const pageDown = (address: number): number => address - (address % PAGE);
export const pageUp = (address: number): number => pageDown(address + PAGE - 1);

export class KnownSpace {
  private pieces: Piece[] = [];

  copy(): KnownSpace {
    const copy = new KnownSpace();
    copy.pieces = [...this.pieces];
    return copy;
  }

  get empty(): boolean {
    return this.pieces.length === 0;
  }

  map(start: number, end: number, backing: PieceBacking): void {
    this.unmap(start, end);
    const at = this.firstFrom(start);
    this.pieces.splice(at, 0, { start, end, backing });
  }

  /** What was there, cut to the range. */
  unmap(start: number, end: number): Piece[] {
    this.cut(start);
    this.cut(end);
    const from = this.firstFrom(start);
    return this.pieces.splice(from, this.firstFrom(end) - from);
  }

  /** The pieces of the range, which become pieces of their own. */
  within(start: number, end: number): readonly Piece[] {
    this.cut(start);
    this.cut(end);
    return this.pieces.slice(this.firstFrom(start), this.firstFrom(end));
  }

  protect(start: number, end: number, protection: bigint): void {
    for (const { start: from, end: to, backing } of this.within(start, end)) {
      this.map(from, to, { ...backing, protection });
    }
  }

  private cut(place: number): void {
    const at = this.firstFrom(place) - 1;
    const piece = this.pieces[at];
    if (piece === undefined || piece.end <= place) return;
    const { start, end, backing } = piece;
    const offset = backing.kind === 'anon' ? 0 : backing.offset + (place - start);
    const rest = { start: place, end, backing: { ...backing, offset } };
    this.pieces.splice(at, 1, { start, end: place, backing }, rest);
  }

  /** Place of the first piece that begins at the address or behind it. */
  private firstFrom(address: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pieces[middle]!.start < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
