/** One trace, every design of page table: the machines that are made for it, and that they agree. */
import { fileURLToPath } from 'node:url';
import { PAGE_TABLES } from '@pagewalk/engine/catalog';
import { describe, expect, test } from 'vitest';
import { differencesOf } from '../../src/lab/tables/compare.ts';
import { compareTables, type TableRun, tableMachines } from '../../src/lab/tables/index.ts';
import { ConfigError } from '../../src/machine/config/problem.ts';
import type { ConfigInput } from '../../src/machine/config/schema.ts';
import { openTrace } from '../../src/node/index.ts';

const ALL = [
  'SINGLE',
  'TWO_LEVEL',
  'THREE_LEVEL',
  'FOUR_LEVEL',
  'FIVE_LEVEL',
  'HASHED',
  'HASHED_OPEN',
  'CLUSTERED',
  'INVERTED',
];

const pwcOf = (input: ConfigInput) =>
  Object.fromEntries(tableMachines(input).machines.map(({ table, config }) => [table, config.pwc]));

describe('the machines', () => {
  test('are one for each design', () => {
    const { machines, leftOut } = tableMachines({});
    expect(machines.map(({ table }) => table)).toEqual(ALL);
    expect(ALL.length).toBe(PAGE_TABLES.length + 4);
    expect(leftOut).toEqual([]);
  });

  test('keep the page-walk caches nearest to the leaves', () => {
    expect(pwcOf({ pwc: '2,4,32' })).toMatchObject({
      SINGLE: [],
      TWO_LEVEL: [32],
      THREE_LEVEL: [4, 32],
      FOUR_LEVEL: [2, 4, 32],
      FIVE_LEVEL: [0, 2, 4, 32],
      HASHED: [],
    });
    expect(pwcOf({ pt_type: 'FIVE_LEVEL', pwc: '1' })).toMatchObject({
      FOUR_LEVEL: [0, 0, 0],
      FIVE_LEVEL: [1, 0, 0, 0],
    });
  });

  test('leave out what a design cannot have, with the reason', () => {
    const { machines, leftOut } = tableMachines({ large_pages: 'always' });
    expect(machines.map(({ table }) => table)).toEqual(ALL.slice(3));
    expect(leftOut.map(({ table }) => table)).toEqual(ALL.slice(0, 3));
    expect(leftOut[0]?.reason).toMatch(/large_pages always: the last level of SINGLE/);
  });

  test('pass what only some designs know to those', () => {
    const { machines } = tableMachines({ hash_buckets: 7, table_hash: 'modulo', alias_chains: false });
    const of = (name: string) => machines.find(({ table }) => table === name)?.config;
    expect(of('HASHED')).toMatchObject({ hash_buckets: 7, table_hash: 'modulo', alias_chains: true });
    expect(of('INVERTED')).toMatchObject({ hash_buckets: 7, table_hash: 'modulo', alias_chains: false });
    expect(of('FOUR_LEVEL')).toMatchObject({ hash_buckets: 0 });
  });

  test.each([{ hash_buckets: -1 }, { pwc: '1,2,3,4' }, { frames: 0 }, { ram: 1000 }])(
    'a configuration that is wrong whatever the design: %j',
    (config) => {
      expect(() => tableMachines(config)).toThrow(ConfigError);
    },
  );
});

const path = fileURLToPath(new URL('../../../../traces/sort.trace.zst', import.meta.url));
const compared = (config: ConfigInput) => compareTables({ open: () => openTrace(path), config, maxAccesses: 300_000 });
const named = (runs: readonly TableRun[], name: string) => runs.find(({ table }) => table === name) as TableRun;

describe('sort', () => {
  test('every design serves the same faults, with and without memory for all', async () => {
    for (const frames of [16_384, 60]) {
      const { runs, differences } = await compared({ frames, tlb: '16x4' });
      expect(differences).toEqual([]);
      expect(runs.map(({ table }) => table)).toEqual(ALL);
      expect(new Set(runs.map(({ walks }) => walks)).size).toBe(1);
    }
  });

  test('a radix walk reads an entry a level, a search at least one and not many', async () => {
    const { runs } = await compared({ frames: 200, tlb: '16x4' });
    ALL.slice(0, 5).forEach((name, place) => {
      expect(named(runs, name)).toMatchObject({ refs_per_walk: place + 1, search: null, map_bytes: 0 });
    });
    for (const name of ALL.slice(5)) {
      const { search, walks, walk_refs, table_bytes, map_bytes } = named(runs, name);
      expect(search?.lookups).toBe(walks);
      expect(walk_refs).toBe((search?.probes ?? 0) + (name === 'HASHED_OPEN' ? 0 : walks));
      expect(search?.probes_mean).toBeLessThan(3);
      expect(search?.probes_histogram.reduce((sum, each) => sum + each)).toBe(walks);
      expect(search?.mappings).toBe(named(runs, name).outcome.resident_pages);
      expect(table_bytes).toBeGreaterThan(0);
      expect(map_bytes).toBe(named(runs, 'FOUR_LEVEL').table_bytes);
    }
    expect(named(runs, 'INVERTED').table_bytes).toBe(200 * 20);
  });

  test('with one bucket a search reads the whole chain', async () => {
    const { runs, differences } = await compared({ frames: 100, hash_buckets: 1, tlb: 'none' });
    expect(differences).toEqual([]);
    expect(named(runs, 'INVERTED').search?.probes_max).toBe(100);
    expect(named(runs, 'INVERTED').search?.probes_mean).toBeGreaterThan(5);
  });
});

test('a design that translates differently is named with what differs', async () => {
  const { runs } = await compared({ frames: 100 });
  const [first, second] = runs as [TableRun, TableRun];
  const wrong = { table: second.table, outcome: { ...second.outcome, page_faults: 7 } };
  expect(differencesOf([first, wrong])).toEqual([
    `page_faults: 7 with TWO_LEVEL, ${first.outcome.page_faults} with SINGLE`,
  ]);
});
