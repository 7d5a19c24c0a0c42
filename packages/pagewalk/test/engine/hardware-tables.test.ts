/** Hashed, clustered and inverted tables against a map, and their sizes and searches as they are drawn by hand. */
import { MOST_PROBES, PAGE_TABLES, type PageTableId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effort } from '../support/arbitrary.ts';
import { hardwareTable, pteOf, type TableShape } from '../support/hardware-table.ts';

const DESIGNS = PAGE_TABLES.map(({ id }) => id).filter((id) => id !== 'radix');
const FRAMES = 24;

interface Key {
  readonly process: number;
  readonly page: bigint;
  readonly k: number;
}

interface Step extends Key {
  readonly action: 'set' | 'clear' | 'find';
  readonly frame: number;
}

const page = (spread: fc.Arbitrary<bigint>, k: number): fc.Arbitrary<bigint> => spread.map((n) => n << BigInt(9 * k));

const key = (pages: fc.Arbitrary<bigint>): fc.Arbitrary<Key> =>
  fc
    .constantFrom(0, 0, 0, 1, 2)
    .chain((k) => fc.record({ process: fc.constantFrom(0, 1, 2, 32_766), page: page(pages, k), k: fc.constant(k) }));

const steps = (pages: fc.Arbitrary<bigint>): fc.Arbitrary<Step[]> =>
  fc.array(
    fc
      .tuple(key(pages), fc.constantFrom('set', 'set', 'clear', 'find' as const), fc.nat(FRAMES))
      .map(([at, action, frame]) => ({ ...at, action: action as Step['action'], frame })),
    { maxLength: 300 },
  );

const PAGES = {
  few: fc.bigInt(0n, 40n),
  'in one bucket': fc.bigInt(0n, 30n).map((n) => n * 4n),
  'far apart': fc.oneof(fc.bigInt(0n, 60n), fc.bigInt(0n, (1n << 27n) - 1n)),
};

const shapes = (design: PageTableId): fc.Arbitrary<TableShape> =>
  fc.record({
    design: fc.constant(design),
    frames: fc.constantFrom(1, FRAMES),
    buckets: fc.constantFrom(0, 0, 1, 4, 7, 64),
    hash: fc.constantFrom('multiplicative', 'modulo' as const),
    aliases: fc.boolean(),
  });

/** What a table must hold: with one mapping a frame, if the design knows no more. */
class Model {
  readonly mappings = new Map<string, Key & { readonly frame: number }>();
  replacements = 0;
  private readonly oneAFrame: boolean;

  constructor({ design, aliases }: TableShape) {
    this.oneAFrame = design === 'inverted' && aliases === false;
  }

  set(at: Key, frame: number): void {
    const name = nameOf(at);
    this.mappings.delete(name);
    for (const [other, mapping] of this.oneAFrame ? this.mappings : [])
      if (mapping.frame === frame) {
        this.mappings.delete(other);
        this.replacements += 1;
      }
    this.mappings.set(name, { ...at, frame });
  }

  pte(at: Key): bigint {
    const found = this.mappings.get(nameOf(at));
    return found === undefined ? 0n : pteOf(found.frame);
  }
}

const nameOf = ({ process, page: at, k }: Key): string => `${process}:${at}:${k}`;

function follow(shape: TableShape, program: readonly Step[]): void {
  const table = hardwareTable(shape);
  const model = new Model(shape);
  let lookups = 0n;
  let probes = 0n;
  let most = 0;
  let peak = 0n;
  const seen = new Map<string, Key>();
  for (const step of program) {
    const { process, page: at, k, action } = step;
    // The frame after the last is the page of zeroes; an inverted table has an entry for no frame above it.
    const frame = shape.design === 'inverted' ? step.frame % (shape.frames + 1) : step.frame;
    seen.set(nameOf(step), step);
    if (action === 'set') {
      expect(table.set(process, at, k, pteOf(frame))).toBe(1);
      model.set(step, frame);
    } else if (action === 'clear') {
      table.clear(process, at, k);
      model.mappings.delete(nameOf(step));
    } else {
      expect(table.find(process, at, k)).toBe(model.pte(step));
      const read = table.refs() - (shape.design === 'hashed_open' ? 0 : 1);
      lookups += 1n;
      probes += BigInt(read);
      most = Math.max(most, read);
    }
    if (action === 'set' && table.bytes() > peak) peak = table.bytes();
    expect(table.count()).toBe(model.mappings.size);
    for (const each of seen.values()) expect(table.peek(each.process, each.page, each.k)).toBe(model.pte(each));
  }
  expect(table.lookups()).toBe(lookups);
  expect(table.probes()).toBe(probes);
  expect(table.probesMax()).toBe(most);
  expect(table.replacements()).toBe(BigInt(model.replacements));
  const bins = Array.from({ length: MOST_PROBES + 1 }, (_, bin) => table.histogram(bin));
  expect(bins.reduce((sum, bin) => sum + bin, 0n)).toBe(lookups);
  expect(table.bytes()).toBe(table.entryBytes() + table.anchorBytes() + table.aliasBytes());
  expect(table.bytesPeak()).toBe(peak);
  for (const each of seen.values()) table.clear(each.process, each.page, each.k);
  expect([table.count(), table.nodes(), table.aliases()]).toEqual([0, 0, 0]);
}

describe.each(DESIGNS)('%s', (design) => {
  test.each(Object.entries(PAGES))('holds what a map holds, its pages %s', (_, pages) => {
    fc.assert(fc.property(shapes(design), steps(pages), follow), effort(60));
  });

  test('all pages in one bucket, removed from the middle of the chain', () => {
    const table = hardwareTable({ design, frames: 64, buckets: 64, hash: 'modulo' });
    // Pages of one block lie side by side in a clustered table: its blocks are 64 buckets apart.
    const apart = design === 'clustered' ? 16n * 64n : 64n;
    const pages = Array.from({ length: 40 }, (_, n) => 5n + BigInt(n) * apart);
    pages.forEach((at, frame) => {
      table.set(0, at, 0, pteOf(frame));
    });
    const gone = new Set(pages.filter((_, n) => n % 3 === 1));
    for (const at of gone) table.clear(0, at, 0);
    pages.forEach((at, frame) => {
      expect(table.find(0, at, 0)).toBe(gone.has(at) ? 0n : pteOf(frame));
    });
    expect(table.probesMax()).toBe(design === 'hashed_open' ? 28 : 27);
    expect(table.count()).toBe(27);
    expect(table.histogram(MOST_PROBES)).toBeGreaterThan(20n);
  });

  test('a search sees what was set last, and clearing what is not there changes nothing', () => {
    const table = hardwareTable({ design, frames: 8 });
    table.clear(3, 1n, 0);
    table.set(3, 1n, 0, pteOf(2));
    table.clear(2, 1n, 0);
    table.clear(3, 0n, 1);
    table.set(3, 1n, 0, pteOf(5));
    expect(table.find(3, 1n, 0)).toBe(pteOf(5));
    expect(table.count()).toBe(1);
  });

  test('leaves of three sizes over the same page are three entries', () => {
    const table = hardwareTable({ design, frames: 8 });
    for (const k of [0, 1, 2]) table.set(1, 1n << 18n, k, pteOf(k));
    for (const k of [0, 1, 2]) expect(table.find(1, (1n << 18n) + (k === 0 ? 0n : 77n), k)).toBe(pteOf(k));
  });
});

/** hash = vpn mod 4; 1 → f0, 5 → f1, 9 → f2, 2 → f3: the chain of bucket 1 is f2 → f1 → f0. */
describe.each(['inverted', 'hashed'] as const)('a chain drawn by hand: %s', (design) => {
  const table = hardwareTable({ design, frames: 4, hash: 'modulo' });
  [1n, 5n, 9n, 2n].forEach((at, frame) => {
    table.set(0, at, 0, pteOf(frame));
  });

  test.each([
    [9n, 1, 2],
    [5n, 2, 1],
    [1n, 3, 0],
    [2n, 1, 3],
    [13n, 3, null],
    [4n, 0, null],
  ])('page %d: %d probes, frame %s', (at, probes, frame) => {
    expect(table.find(0, at, 0)).toBe(frame === null ? 0n : pteOf(frame));
    expect(table.refs()).toBe(probes + 1);
  });
});

describe('size', () => {
  const withPages = (design: PageTableId, blocks: number, pages: number) => {
    const table = hardwareTable({ design, frames: 1024, buckets: 64 });
    for (let b = 0; b < blocks; b++)
      for (let p = 0; p < pages; p++) table.set(0, BigInt(b * 16 + p), 0, pteOf(b * pages + p));
    return table;
  };

  test.each([
    [1, 24, 144],
    [5, 120, 144],
    [6, 144, 144],
    [7, 168, 144],
    [16, 384, 144],
  ])('%d pages of a block: %d B hashed, %d B clustered', (pages, hashed, clustered) => {
    expect(withPages('hashed', 10, pages).entryBytes()).toBe(BigInt(10 * hashed));
    expect(withPages('clustered', 10, pages).entryBytes()).toBe(BigInt(10 * clustered));
  });

  test('4 GiB of memory: 16 MiB of entries and 4 MiB of anchors, whatever is mapped', () => {
    const table = hardwareTable({ design: 'inverted', frames: 2 ** 20 });
    const bytes = () => [table.entryBytes(), table.anchorBytes(), table.aliasBytes()].map(Number);
    const empty = bytes();
    expect(empty).toEqual([2 ** 24, 2 ** 22, 0]);
    for (let frame = 0; frame < 1000; frame++) table.set(frame % 7, BigInt(frame) << 30n, 0, pteOf(frame));
    expect(bytes()).toEqual(empty);
    table.set(9, 0n, 0, pteOf(0));
    expect(bytes()).toEqual([2 ** 24, 2 ** 22, 24]);
  });

  test.each(['hashed', 'hashed_open', 'clustered'] as const)('%s grows in steps, and finds everything', (design) => {
    const table = hardwareTable({ design, frames: 4 });
    const pages = Array.from({ length: 500 }, (_, n) => BigInt(n) * 1_048_583n);
    pages.forEach((at, frame) => {
      table.set(1, at, 0, pteOf(frame));
    });
    pages.forEach((at, frame) => {
      expect(table.find(1, at, 0)).toBe(pteOf(frame));
    });
    const most = design === 'hashed_open' ? 750 : 1000;
    expect(table.loadPermille()).toBeGreaterThan(most / 4);
    expect(table.loadPermille()).toBeLessThanOrEqual(most);
    expect(table.resizes()).toBeGreaterThan(4);
    expect(table.moves()).toBeGreaterThan(400n);
  });

  test.each(['hashed', 'clustered', 'inverted'] as const)(
    '%s: a number of buckets that was asked for stays',
    (design) => {
      const table = hardwareTable({ design, frames: 100, buckets: 3 });
      for (let n = 0; n < 100; n++) table.set(1, BigInt(n) << 20n, 0, pteOf(n));
      expect([table.buckets(), table.resizes(), table.loadPermille()]).toEqual([3, 0, 33_333]);
    },
  );
});

describe('one frame, several pages', () => {
  test('alias chains: every mapping is found, and the entry of the frame never stands empty', () => {
    const table = hardwareTable({ design: 'inverted', frames: 4 });
    for (const process of [0, 1, 2]) table.set(process, 7n, 0, pteOf(3));
    expect([table.count(), table.aliases()]).toEqual([3, 2]);
    table.clear(0, 7n, 0);
    expect([table.count(), table.aliases()]).toEqual([2, 1]);
    expect([0, 1, 2].map((process) => table.find(process, 7n, 0))).toEqual([0n, pteOf(3), pteOf(3)]);
  });

  test('no alias chains: each mapping displaces the one before', () => {
    const table = hardwareTable({ design: 'inverted', frames: 4, aliases: false });
    for (const process of [0, 1, 2, 0]) table.set(process, 7n, 0, pteOf(3));
    expect([0, 1, 2].map((process) => table.find(process, 7n, 0))).toEqual([pteOf(3), 0n, 0n]);
    expect([table.count(), table.aliases(), table.replacements()]).toEqual([1, 0, 3n]);
  });
});
