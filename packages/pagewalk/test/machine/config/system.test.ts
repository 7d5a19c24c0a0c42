/** Cpus, nodes, large pages, table designs, prefetchers and files in a configuration: meaning, complaints, and the words for the engine. */
import { CONFIG_FIELDS, type ConfigField } from '@pagewalk/engine/catalog';
import { describe, expect, it } from 'vitest';
import { valueOfFlag } from '../../../src/machine/config/flags.ts';
import { lower, nodeNsWords, nodeWeightWords } from '../../../src/machine/config/lower.ts';
import { parseConfig } from '../../../src/machine/config/parse.ts';
import { ConfigError, type ConfigProblem } from '../../../src/machine/config/problem.ts';
import type { ConfigInput } from '../../../src/machine/config/schema.ts';

function problemsOf(input: Record<string, unknown>): readonly ConfigProblem[] {
  try {
    parseConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const wordsOf = (input: ConfigInput): Record<ConfigField, bigint> => {
  const words = lower(parseConfig(input));
  return Object.fromEntries(CONFIG_FIELDS.map(({ name }, place) => [name, words[place]])) as never;
};

describe('what a configuration means', () => {
  const meanings: [ConfigInput, object][] = [
    [
      {},
      {
        cpus: 1,
        nodes: 1,
        large_pages: 'never',
        prefetch: { id: 'none', params: {} },
        fork: 'cow',
        zero_page: 'mapped',
      },
    ],
    [
      {},
      {
        copy_ns: 500,
        file_read_ns: 80_000,
        file_write_ns: 80_000,
        numa_policy: { mode: 'local', nodes: [], weights: [] },
      },
    ],
    [
      { zero_ns: 7, swap_read_ns: 1, swap_write_ns: 2 },
      { copy_ns: 14, file_read_ns: 1, file_write_ns: 2 },
    ],
    [
      { copy_ns: 3, file_read_ns: 4 },
      { copy_ns: 3, file_read_ns: 4, file_write_ns: 80_000 },
    ],
    [{ pt_type: 'hashed-open' }, { pt_type: 'HASHED_OPEN', va_bits: 48 }],
    [
      { pt_type: 'inverted', alias_chains: false },
      { pt_type: 'INVERTED', alias_chains: false },
    ],
    [{ prefetch: 'Next:distance=8' }, { prefetch: { id: 'next', params: { distance: 8, trigger: 2 } } }],
    [{ prefetch: { id: 'markov' } }, { prefetch: { id: 'markov', params: { successors: 2, entries: 4096 } } }],
    [{ large_pages: 'ALWAYS' }, { large_pages: 'always' }],
    [{ large_tlb: '32x4' }, { large_tlb: { entries: 32, ways: 4, policy: 'lru' } }],
    [{ large_tlb: 'shared' }, { large_tlb: null }],
    [{ nodes: 4, numa_policy: 'bind:0,2-3' }, { numa_policy: { mode: 'bind', nodes: [0, 2, 3], weights: [] } }],
    [{ nodes: 2, numa_policy: 'weighted:3,1' }, { numa_policy: { mode: 'weighted', nodes: [0, 1], weights: [3, 1] } }],
    [{ nodes: 2, numa_policy: 'interleave' }, { numa_policy: { mode: 'interleave', nodes: [], weights: [] } }],
    [
      { nodes: 2, node_distances: '10,21;21,10' },
      {
        node_distances: [
          [10, 21],
          [21, 10],
        ],
        node_ns: null,
      },
    ],
    [
      {
        nodes: 2,
        node_ns: [
          [80, 140],
          [150, 80],
        ],
      },
      {
        node_ns: [
          [80, 140],
          [150, 80],
        ],
      },
    ],
    [{ fragmentation: 0.25 }, { fragmentation: 0.25 }],
  ];
  for (const [input, expected] of meanings) {
    it(JSON.stringify(input), () => {
      const config = parseConfig(input);
      expect(config).toMatchObject(expected);
      expect(parseConfig(config)).toEqual(config);
    });
  }

  it('fractions are numbers on the command line', () => {
    expect(valueOfFlag('fragmentation', '0.5')).toBe(0.5);
    expect(valueOfFlag('fragmentation', '.5')).toBe(0.5);
    expect(valueOfFlag('node_ns', '80')).toBe('80');
  });
});

describe('what is wrong with a configuration', () => {
  const complaints: [Record<string, unknown>, string, string, string][] = [
    [{ cpus: 65 }, 'cpus', 'above 64', 'from 1 to 64'],
    [{ nodes: 0 }, 'nodes', 'below 1', 'from 1 to 64'],
    [{ nodes: 8, frames: 4 }, 'nodes', 'only 4 frames', 'at most as many'],
    [{ node_distances: '10,20;20,10' }, 'node_distances', '2 rows for 1 nodes', 'give nodes 2'],
    [{ nodes: 2, node_distances: '10,20' }, 'node_distances', 'not as many rows', 'a row for each node'],
    [{ nodes: 2, node_distances: '11,20;20,10' }, 'node_distances', 'node 0 is not 10', 'diagonal'],
    [{ nodes: 2, node_distances: '10,20;30,10' }, 'node_distances', 'not as far', 'both ways'],
    [{ nodes: 2, node_distances: '10,x;20,10' }, 'node_distances', 'not a matrix', '10 to 254'],
    [{ nodes: 2, node_distances: '10,20;20,10', node_ns: '1,2;2,1' }, 'node_ns', 'already', 'one of them'],
    [{ numa_policy: 'bind:1' }, 'numa_policy', 'no node 1', 'more nodes'],
    [{ nodes: 2, numa_policy: 'bind' }, 'numa_policy', 'bind needs nodes', 'bind:0'],
    [{ nodes: 2, numa_policy: 'local:1' }, 'numa_policy', 'takes no nodes', 'bind:NODES'],
    [{ nodes: 2, numa_policy: 'bnid:1' }, 'numa_policy', "no policy of nodes 'bnid'", 'did you mean bind'],
    [{ nodes: 2, numa_policy: 'bind:3-1' }, 'numa_policy', 'no list of nodes', '0,2-3'],
    [{ nodes: 3, numa_policy: 'weighted:1,2' }, 'numa_policy', '2 weights for 3 nodes', 'each node'],
    [{ nodes: 2, numa_policy: 'weighted:0,2' }, 'numa_policy', 'no list of weights', 'weighted:3,1'],
    [{ numa_balancing: true }, 'numa_balancing', 'nothing to say with nodes 1', 'two nodes'],
    [{ nodes: 2, numa_scan_pages: 7 }, 'numa_scan_pages', 'numa_balancing false', 'turn numa_balancing on'],
    [{ large_pages: 'sometimes' }, 'large_pages', 'no such choice', 'khugepaged'],
    [{ large_pages: 'alwyas' }, 'large_pages', 'no such choice', 'did you mean always'],
    [{ large_pages: 'always', page_size: 8192 }, 'large_pages', 'not of 8KiB', 'page_size 4096'],
    [{ large_pages: 'always', pt_type: 'TWO_LEVEL' }, 'large_pages', 'maps 1GiB', 'FOUR_LEVEL'],
    [{ fragmentation: 2 }, 'fragmentation', 'above 1', '0 to 1'],
    [{ fragmentation: 0.5, page_size: 8192 }, 'fragmentation', 'never large', 'page_size 4096'],
    [{ khugepaged_pages: 1 }, 'khugepaged_pages', 'large_pages never', 'large_pages khugepaged'],
    [{ max_ptes_none: 512 }, 'max_ptes_none', 'above 511', '511'],
    [{ large_pages: 'always', max_ptes_swap: 1 }, 'max_ptes_swap', 'large_pages always', 'khugepaged'],
    [{ reserve_threshold: 7 }, 'reserve_threshold', 'large_pages never', 'large_pages reserve'],
    [{ hash_buckets: 8 }, 'hash_buckets', 'pt_type FOUR_LEVEL', 'HASHED'],
    [{ table_hash: 'modulo' }, 'table_hash', 'pt_type FOUR_LEVEL', 'HASHED'],
    [{ pt_type: 'hashed', alias_chains: false }, 'alias_chains', 'pt_type HASHED', 'INVERTED'],
    [{ pt_type: 'hashed', pwc: '2' }, 'pwc', 'no levels', 'radix'],
    [{ pt_type: 'inverse' }, 'pt_type', 'no such page table', 'did you mean INVERTED'],
    [{ prefetch: 'nxet' }, 'prefetch', "no prefetcher 'nxet'", 'did you mean next'],
    [{ prefetch: 'next:distance=65' }, 'prefetch', 'distance=65 is out of range', '1 to 64'],
    [{ prefetch: 'none:distance=1' }, 'prefetch', "no parameter 'distance'", 'none takes none'],
    [{ bloom_bits: 4096 }, 'bloom_bits', 'invalidation batch', 'invalidation bloom'],
    [{ invalidation: 'single', flush_ceiling: 1 }, 'flush_ceiling', 'invalidation single', 'batch or bloom'],
    [{ large_tlb: 'none' }, 'large_tlb', 'not a TLB', 'shared'],
    [{ large_tlb: '33x4' }, 'large_tlb', '4 ways do not divide 33', 'ways'],
    [{ replacement: 'mine' }, 'replacement', 'no such choice', 'global, local'],
    [{ ws_limit: 0 }, 'ws_limit', 'not a limit', 'equal, or none'],
    [{ ws_limit: 'many' }, 'ws_limit', 'not a limit', 'equal, or none'],
    [{ ws_interval: 5 }, 'ws_interval', 'ws_limit', 'ws_limit N or equal'],
    [{ zero_page: 'yes' }, 'zero_page', 'no such choice', 'never, mapped, always'],
    [{ fork: 'lazy' }, 'fork', 'no such choice', 'cow, eager'],
    [{ fault_around: 0 }, 'fault_around', 'below 1', '512'],
  ];
  for (const [input, path, reason, remedy] of complaints) {
    it(JSON.stringify(input), () => {
      const found = problemsOf(input).find((problem) => problem.path === path && problem.reason.includes(reason));
      expect(found, JSON.stringify(problemsOf(input))).toBeDefined();
      expect(found?.remedy).toContain(remedy);
    });
  }
});

describe('the words for the engine', () => {
  it('of a plain machine say that there is nothing', () => {
    const words = wordsOf({});
    expect(words).toMatchObject({
      space: 0n,
      cpus: 1n,
      nodes: 1n,
      numa_mode: 1n,
      design: 0n,
      prefetcher: 0n,
      zero_page: 1n,
    });
  });

  it.each<ConfigInput>([
    { cpus: 2 },
    { nodes: 2 },
    { large_pages: 'madvise' },
    { pt_type: 'clustered' },
    { prefetch: 'stride' },
    { invalidation: 'single' },
    { strict_regions: true },
    { zero_page: 'always' },
    { large_tlb: '16' },
    { fragmentation: 0.5 },
  ])('%o needs regions and so on from the start', (input) => expect(wordsOf(input).space).toBe(1n));

  it.each<ConfigInput>([
    { fork: 'eager' },
    { copy_ns: 1 },
    { ipi_ns: 1 },
    { fault_around: 16 },
    { zero_page: 'never' },
  ])('%o waits for the first operation', (input) => expect(wordsOf(input).space).toBe(0n));

  it('say the design and its levels apart', () => {
    expect(wordsOf({ pt_type: 'inverted', hash_buckets: 64, table_hash: 'modulo' })).toMatchObject({
      design: 4n,
      levels: 4n,
      hash_buckets: 64n,
      hash: 1n,
      alias_chains: 1n,
    });
  });

  it('of prefetchers have their parameters in order', () => {
    expect(wordsOf({ prefetch: 'stride:confidence=3' })).toMatchObject({
      prefetcher: 2n,
      prefetch_0: 4n,
      prefetch_1: 8n,
      prefetch_2: 3n,
    });
  });

  it('of nodes: mode, a bit each, times and weights', () => {
    const config = { nodes: 3, numa_policy: 'interleave', memory_ns: 80 };
    expect(wordsOf(config)).toMatchObject({ numa_mode: 4n, numa_mask: 0b111n });
    expect([...nodeNsWords(parseConfig(config))]).toEqual([80n, 160n, 160n, 160n, 80n, 160n, 160n, 160n, 80n]);
    const distances = parseConfig({ nodes: 2, node_distances: '10,17;17,10', memory_ns: 80 });
    expect([...nodeNsWords(distances)]).toEqual([80n, 136n, 136n, 80n]);
    const ns = parseConfig({ nodes: 2, node_ns: '80,140;150,81', numa_policy: 'weighted:3,1' });
    expect([...nodeNsWords(ns)]).toEqual([80n, 140n, 150n, 81n]);
    expect([...nodeWeightWords(ns)].slice(0, 3)).toEqual([3n, 1n, 1n]);
  });

  it('of shares are permille', () => expect(wordsOf({ fragmentation: 0.125 }).fragmentation).toBe(125n));
});
