/** Page tables of one to five levels: which addresses they translate, what a walk reads, what tables it leaves behind. */
import { describe, expect, test } from 'vitest';
import { type MachineConfig, machine } from '../oracle/config.ts';
import { type Access, draw } from '../oracle/trace.ts';
import { count } from '../support/compare.ts';
import { RawEngine } from '../support/raw-engine.ts';

const KIB = 1024;
const GIB = 2 ** 30;

/** Reads one page every `stride` bytes. */
function every(stride: number, pages: number): Access[] {
  return Array.from({ length: pages }, (_, place) => read(BigInt(place) * BigInt(stride)));
}

const read = (address: bigint): Access => ({ pid: 1, op: 'R', address, extent: 1, folded: false });

const LA57 = { levels: 5, vaBits: 57 };
const SV39 = { levels: 3, vaBits: 39 };

describe('table pages of four levels and 48 bits', () => {
  test.each([
    ['one page', every(4 * KIB, 1), 4],
    ['512 contiguous aligned pages', every(4 * KIB, 512), 4],
    ['513 contiguous pages', every(4 * KIB, 513), 5],
    ['512 pages 1 GiB apart', every(GIB, 512), 1026],
    ['1000 pages 2 MiB apart', every(2 ** 21, 1000), 1004],
  ])('%s: %#', (_, trace, nodes) => {
    const { table_nodes, table_bytes } = count(machine({ frames: 1 }), trace);
    expect({ table_nodes, table_bytes }).toEqual({ table_nodes: nodes, table_bytes: nodes * 4 * KIB });
  });

  test('1 GiB in pages of 4 KiB: 515', () => {
    const engine = new RawEngine(machine({ frames: 1 }), every(4 * KIB, GIB / (4 * KIB))).advance();
    expect(engine.counters().table_nodes).toBe(515);
    expect(engine.check()).toBe('none');
  });

  test('pages that are gone leave their tables', () => {
    expect(count(machine({ frames: 1 }), every(GIB, 3))).toMatchObject({
      resident_pages: 1,
      swapped_pages: 0,
      table_nodes: 8,
    });
  });

  test('each process has its own', () => {
    expect(count(machine(), draw('1:R0 2:R0 3:R0')).table_nodes).toBe(12);
  });
});

describe('levels', () => {
  // total index bits = va_bits - 12, the lowest levels take what does not divide; a table of b bits has 2^b entries of 8 bytes
  test.each([
    [1, 48, 2 ** 36 * 8],
    [2, 48, 2 * 2 ** 18 * 8],
    [2, 47, 2 ** 17 * 8 + 2 ** 18 * 8],
    [3, 39, 3 * 4 * KIB],
    [3, 48, 3 * 2 ** 12 * 8],
    [4, 48, 4 * 4 * KIB],
    [5, 57, 5 * 4 * KIB],
    [5, 48, 4 * 2 ** 7 * 8 + 2 ** 8 * 8],
  ])('%i levels of %i bits: one page costs %i bytes of tables and a reference a level', (levels, vaBits, bytes) => {
    const counters = count(machine({ levels, vaBits }), every(4 * KIB, 1));
    expect(counters).toMatchObject({ table_nodes: levels, table_bytes: bytes, walk_refs: levels });
  });

  test('a walk reads the entries that the bits of the address name', () => {
    const engine = new RawEngine(machine(), [read(0x7f1234567abcn)]);
    engine.abi.setEvents(1);
    const steps = engine
      .advance()
      .drain()
      .filter(({ kind }) => kind === 'walk_step');
    expect(steps.map(({ level, a }) => [level, a])).toEqual([
      [0, 254],
      [1, 72],
      [2, 418],
      [3, 359],
    ]);
  });
});

describe('page-walk caches', () => {
  const pages513 = every(4 * KIB, 513);
  const config = machine({ frames: 513 });

  test('513 pages in a row: 2052 references without, 517 with caches that hold everything', () => {
    expect(count(config, pages513)).toMatchObject({ walk_refs: 2052, pwc_hits: 0 });
    expect(count({ ...config, pwc: [1000, 1000, 1000] }, pages513)).toMatchObject({ walk_refs: 517, pwc_hits: 512 });
  });

  test.each([
    ['the third level leaves 1 reference', [0, 0, 1], 4 + 1],
    ['the second level leaves 2', [0, 1, 0], 4 + 2],
    ['the root leaves 3', [1, 0, 0], 4 + 3],
  ])('a hit at %s', (_, pwc, refs) => {
    expect(count(machine({ pwc }), draw('0 1')).walk_refs).toBe(refs);
  });

  test('they belong to a process', () => {
    expect(count(machine({ pwc: [1, 1, 1] }), draw('1:0 2:0 1:1')).walk_refs).toBe(4 + 4 + 4);
    expect(count(machine({ pwc: [2, 2, 2] }), draw('1:0 2:0 1:1')).walk_refs).toBe(4 + 4 + 1);
  });

  test('an eviction drops those of the process that loses the page', () => {
    // The third read evicts page 0 of process 1: its caches are gone before the walk fills them again, those of process 2 are not.
    const config = machine({ frames: 2, policy: 'fifo', pwc: [9, 9, 9] });
    expect(count(config, draw('1:0 2:0 1:1'))).toMatchObject({ walk_refs: 4 + 4 + 1, evictions: 1 });
    expect(count(config, draw('1:0 2:0 2:1 1:1'))).toMatchObject({ walk_refs: 4 + 4 + 1 + 4 });
  });
});

describe('which addresses there are', () => {
  test.each<[string, Partial<MachineConfig>, bigint, boolean]>([
    ['the last of the lower half', {}, 0x0000_7fff_ffff_ffffn, true],
    ['the first above it', {}, 0x0000_8000_0000_0000n, false],
    ['the last below the upper half', {}, 0xffff_7fff_ffff_ffffn, false],
    ['the first of the upper half', {}, 0xffff_8000_0000_0000n, true],
    ['the last of all', {}, 0xffff_ffff_ffff_ffffn, true],
    ['57 bits: the last of the lower half', LA57, 0x00ff_ffff_ffff_ffffn, true],
    ['57 bits: the first above it', LA57, 0x0100_0000_0000_0000n, false],
    ['57 bits: the first of the upper half', LA57, 0xff00_0000_0000_0000n, true],
    ['57 bits: what 48 bits lack', LA57, 0x0000_8000_0000_0000n, true],
    ['39 bits: the last of the lower half', SV39, 0x3f_ffff_ffffn, true],
    ['39 bits: the first above it', SV39, 0x40_0000_0000n, false],
    ['vspace: its last byte', { vspace: 8192n, vaBits: 16 }, 8191n, true],
    ['vspace: the first byte beyond', { vspace: 8192n, vaBits: 16 }, 8192n, false],
    ['vspace has no upper half', { vspace: 8192n, vaBits: 16 }, 0xffff_ffff_ffff_ffffn, false],
  ])('%s', (_, parts, address, valid) => {
    const { segfaults, page_faults, tlb_misses, walk_refs } = count(machine(parts), [read(address)]);
    const levels = parts.levels ?? 4;
    expect({ segfaults, page_faults, tlb_misses, walk_refs }).toEqual(
      valid
        ? { segfaults: 0, page_faults: 1, tlb_misses: 1, walk_refs: levels }
        : { segfaults: 1, page_faults: 0, tlb_misses: 0, walk_refs: 0 },
    );
  });

  test('both halves of the address space are pages of their own', () => {
    const top = (1n << 64n) - 4096n;
    const engine = new RawEngine(machine(), [read(0n), read(top), read(0x7fff_ffff_f000n)]).advance();
    expect(engine.pages(0).map(({ page, frame }) => [page, frame])).toEqual([
      [0n, 0],
      [0x7_ffff_ffffn, 2],
      [top >> 12n, 1],
    ]);
  });
});
