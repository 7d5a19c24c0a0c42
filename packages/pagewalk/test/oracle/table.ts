/**
 * The page table of a process as a Map from pages to what became of them, with the radix tree only counted: a node exists when a page under
 * it was ever mapped. Level 0 is the root. The levels share `va_bits - page_shift` index bits equally, the lowest take the remainder.
 */
export interface Page {
  readonly asid: number;
  readonly number: bigint;
  frame: number | null;
  slot: number | null;
}

export interface TableShape {
  readonly levels: number;
  /** Index bits of each level, root first. */
  readonly bits: readonly number[];
}

export function tableShape(levels: number, vaBits: number, pageShift: number): TableShape {
  const total = vaBits - pageShift;
  const remainder = total % levels;
  const bits = Array.from(
    { length: levels },
    (_, level) => Math.floor(total / levels) + (level >= levels - remainder ? 1 : 0),
  );
  return { levels, bits };
}

export class PageTable {
  readonly asid: number;
  readonly pages = new Map<bigint, Page>();
  private readonly shape: TableShape;
  /** Per level, the prefixes of the pages that its nodes cover. */
  private readonly nodes: Set<bigint>[];

  constructor(asid: number, shape: TableShape) {
    this.asid = asid;
    this.shape = shape;
    this.nodes = Array.from({ length: shape.levels }, () => new Set<bigint>());
    this.nodes[0]?.add(0n);
  }

  /** Mapped or swapped; undefined: never touched. */
  find(page: bigint): Page | undefined {
    return this.pages.get(page);
  }

  /** Makes the page and the nodes on the way to it. */
  add(page: bigint): Page {
    for (const [level, nodes] of this.nodes.entries()) nodes.add(this.nodeOf(page, level));
    const added: Page = { asid: this.asid, number: page, frame: null, slot: null };
    this.pages.set(page, added);
    return added;
  }

  /** A page whose contents nobody will miss: its PTE becomes empty, its nodes are kept. */
  forget(page: Page): void {
    this.pages.delete(page.number);
  }

  /** How many entries on the way to the page can be read: one per level, but none below an entry that is absent. */
  depthOf(page: bigint): number {
    const missing = this.nodes.findIndex((nodes, level) => !nodes.has(this.nodeOf(page, level)));
    return missing === -1 ? this.shape.levels : missing;
  }

  get swappedPages(): number {
    return [...this.pages.values()].filter((page) => page.frame === null).length;
  }

  get nodeCount(): number {
    return this.nodes.reduce((sum, nodes) => sum + nodes.size, 0);
  }

  get bytes(): number {
    return this.nodes.reduce((sum, nodes, level) => sum + nodes.size * nodeBytes(this.shape, level), 0);
  }

  /** What picks the node of a level: the bits of the page number above those that index it and the levels below. */
  private nodeOf(page: bigint, level: number): bigint {
    return prefixOf(this.shape, page, bitsFrom(this.shape, level));
  }
}

export function nodeBytes(shape: TableShape, level: number): number {
  return 2 ** (shape.bits[level] as number) * 8;
}

/** Index bits of this level and all below. */
export function bitsFrom(shape: TableShape, level: number): number {
  return shape.bits.slice(level).reduce((sum, bits) => sum + bits, 0);
}

/** The index bits of a page number without its lowest ones. Bits above the indices only repeat the sign of an address. */
export function prefixOf(shape: TableShape, page: bigint, lowest: number): bigint {
  return BigInt.asUintN(bitsFrom(shape, 0), page) >> BigInt(lowest);
}
