/** What walks cost in tables that are searched, told access by access: no TLB, so that every access walks. */
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/machine/config/schema.ts';
import { Machine } from '../../src/node/index.ts';

const PAGE = 4096;
const SEARCHED = ['HASHED', 'HASHED_OPEN', 'CLUSTERED', 'INVERTED'] as const;

const machineWith = (config: ConfigInput) => Machine.create({ frames: 64, tlb: 'none', ...config });

/** Memory references of the walk to a page. */
function walk(machine: Machine, page: number, pid = 1): number {
  const before = machine.counters.walk_refs;
  machine.access(pid, 'read', page * PAGE);
  return machine.counters.walk_refs - before;
}

test('hash = page mod 4: a chain of three, the newest first; page 13 costs three probes, then its fault', async () => {
  const machine = await machineWith({ frames: 4, pt_type: 'INVERTED', table_hash: 'modulo' });
  for (const page of [1, 5, 9, 2]) walk(machine, page);
  // One more reference each: the anchor.
  expect([9, 5, 1, 2].map((page) => walk(machine, page))).toEqual([2, 3, 4, 2]);
  expect(walk(machine, 13)).toBe(4);
  expect(machine.counters.page_faults).toBe(5);
});

describe.each(SEARCHED)('%s', (pt_type) => {
  test('holds what is present: not what was evicted, nor what was unmapped', async () => {
    const machine = await machineWith({ pt_type, frames: 3 });
    for (const page of [0, 1, 2, 3, 4]) walk(machine, page);
    expect(machine.tableStats?.mappings).toBe(3);
    machine.munmap(1, 4 * PAGE, PAGE);
    expect(machine.tableStats?.mappings).toBe(2);
    machine.exit(1);
    expect(machine.tableStats).toMatchObject({ mappings: 0, nodes: 0, aliases: 0 });
    expect(machine.check()).toBeNull();
  });

  test('a large page is one entry, and a search tries both sizes', async () => {
    const machine = await machineWith({ pt_type, frames: 2048, large_pages: 'always' });
    walk(machine, 512);
    walk(machine, 600);
    expect(machine.tableStats).toMatchObject({ mappings: 1, nodes: 1 });
    const before = machine.tableStats?.lookups ?? 0;
    walk(machine, 700);
    expect((machine.tableStats?.lookups ?? 0) - before).toBe(2);
    expect(machine.counters).toMatchObject({ table_refills: 0, page_faults: 1 });
    expect(machine.check()).toBeNull();
  });
});

describe('two processes that share eight pages', () => {
  async function shared(config: ConfigInput): Promise<Machine> {
    const machine = await machineWith(config);
    for (let page = 0; page < 8; page++) machine.access(1, 'write', page * PAGE);
    machine.fork(1, 2);
    for (let round = 0; round < 3; round++)
      for (const pid of [1, 2]) for (let page = 0; page < 8; page++) walk(machine, page, pid);
    expect(machine.counters.page_faults).toBe(8);
    expect(machine.check()).toBeNull();
    return machine;
  }

  test('hashed: sixteen nodes', async () => {
    const { tableStats } = await shared({ pt_type: 'HASHED' });
    expect(tableStats).toMatchObject({ mappings: 16, entry_bytes: 16 * 24, aliases: 0 });
  });

  test('inverted: eight entries and eight aliases', async () => {
    const { tableStats, counters } = await shared({ pt_type: 'INVERTED' });
    expect(tableStats).toMatchObject({ mappings: 16, aliases: 8, alias_bytes: 8 * 24, replacements: 0 });
    expect(counters.table_refills).toBe(0);
  });

  test('inverted without aliases: each switch costs every page again', async () => {
    const { tableStats, counters } = await shared({ pt_type: 'INVERTED', alias_chains: false });
    // The fork leaves the child's mappings; three rounds of two switches each put eight back.
    expect(counters.table_refills).toBe(6 * 8);
    expect(tableStats).toMatchObject({ mappings: 8, aliases: 0, replacements: 8 + 6 * 8 });
  });

  test('a copy ends the sharing', async () => {
    const machine = await shared({ pt_type: 'INVERTED' });
    for (let page = 0; page < 8; page++) machine.access(2, 'write', page * PAGE);
    expect(machine.tableStats).toMatchObject({ mappings: 16, aliases: 0 });
    expect(machine.check()).toBeNull();
  });
});
