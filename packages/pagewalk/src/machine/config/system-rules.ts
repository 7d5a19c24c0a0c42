/** What the keys of system-fields.ts demand of each other: an option that could change nothing is refused, unless it says the default. */
import { defaults, derivedRam, derivedVaBits } from './derive.ts';
import type { ConfigKey } from './fields.ts';
import { bytesText } from './quantity.ts';
import type { Rule } from './rule.ts';
import type { Given } from './schema.ts';
import type { SYSTEM_FIELDS } from './system-fields.ts';
import { isRadix, levelsOf, type PtType } from './table-type.ts';
import type { Complaint } from './tlb.ts';

type SystemKey = keyof typeof SYSTEM_FIELDS;

/** The value given, or else the default. */
const value = <K extends ConfigKey>(given: Given, key: K): Given[K] => ({ ...defaults(), ...given })[key];
const count = (given: Given): number => value(given, 'nodes') ?? 1;
const table = (given: Given): PtType => value(given, 'pt_type') as PtType;

/** Keys that mean something only where `key` has what `has` accepts. */
const only = (
  keys: readonly SystemKey[],
  key: ConfigKey,
  has: (given: Given) => boolean,
  remedy: string,
): readonly Rule[] =>
  keys.map((blames) => ({
    blames,
    needs: [blames, key],
    check(given): Complaint | undefined {
      const isDefault = JSON.stringify(given[blames]) === JSON.stringify(defaults()[blames]);
      if (given[blames] === undefined || isDefault || has(given)) return undefined;
      const found = value(given, key);
      return { reason: `nothing to say with ${key} ${typeof found === 'object' ? 'as it is' : found}`, remedy };
    },
  }));

const matrixRule = (blames: 'node_distances' | 'node_ns'): Rule => ({
  blames,
  needs: [blames, 'nodes'],
  check(given) {
    const rows = given[blames]?.length;
    if (rows === undefined || rows === count(given)) return undefined;
    return { reason: `${rows} rows for ${count(given)} nodes`, remedy: `give nodes ${rows}, or a row for each node` };
  },
});

/** Index bits of the tables of the last level, as the engine deals them out. */
function leafBits(given: Given): number {
  const levels = levelsOf(table(given));
  return Math.ceil((derivedVaBits(given) - 12) / levels);
}

export const SYSTEM_RULES: readonly Rule[] = [
  {
    blames: 'nodes',
    needs: ['nodes', 'ram', 'frames', 'page_size'],
    check(given) {
      const frames = derivedRam(given) / (value(given, 'page_size') ?? 1);
      if (count(given) <= frames) return undefined;
      return { reason: `only ${frames} frames`, remedy: 'give at most as many nodes as frames' };
    },
  },
  matrixRule('node_distances'),
  matrixRule('node_ns'),
  {
    blames: 'node_ns',
    needs: ['node_distances', 'node_ns'],
    check(given) {
      if (!given.node_distances || !given.node_ns) return undefined;
      return { reason: 'node_distances say it already', remedy: 'give one of them' };
    },
  },
  {
    blames: 'numa_policy',
    needs: ['numa_policy', 'nodes'],
    check(given) {
      const policy = given.numa_policy;
      if (!policy) return undefined;
      const beyond = policy.nodes.find((node) => node >= count(given));
      if (beyond !== undefined) {
        return {
          reason: `no node ${beyond}`,
          remedy: `the nodes are 0 to ${count(given) - 1}: give more nodes, or others`,
        };
      }
      if (policy.mode !== 'weighted' || policy.weights.length === count(given)) return undefined;
      return {
        reason: `${policy.weights.length} weights for ${count(given)} nodes`,
        remedy: 'give a weight for each node',
      };
    },
  },
  ...only(['numa_balancing'], 'nodes', (given) => count(given) > 1, 'give at least two nodes'),
  ...only(
    ['numa_scan_period', 'numa_scan_pages'],
    'numa_balancing',
    (given) => given.numa_balancing === true,
    'turn numa_balancing on',
  ),
  {
    blames: 'large_pages',
    needs: ['large_pages', 'page_size', 'pt_type', 'va_bits', 'vspace'],
    check(given) {
      if (!given.large_pages || given.large_pages === 'never') return undefined;
      const page = value(given, 'page_size') ?? 4096;
      if (page !== 4096) {
        return {
          reason: `2 MiB are large pages of 4KiB, not of ${bytesText(page)}`,
          remedy: 'give page_size 4096, or never',
        };
      }
      if (!isRadix(table(given)) || leafBits(given) === 9) return undefined;
      return {
        reason: `the last level of ${table(given)} maps ${bytesText(4096 * 2 ** leafBits(given))}, so that 2 MiB are no entry above it`,
        remedy: 'give FOUR_LEVEL with 48 bits or FIVE_LEVEL with 57, or another design',
      };
    },
  },
  {
    blames: 'fragmentation',
    needs: ['fragmentation', 'page_size'],
    check(given) {
      const page = value(given, 'page_size') ?? 4096;
      if (!given.fragmentation || page === 4096) return undefined;
      return { reason: `pages of ${bytesText(page)} are never large`, remedy: 'give page_size 4096, or 0' };
    },
  },
  ...only(
    ['khugepaged_period', 'khugepaged_pages', 'max_ptes_none', 'max_ptes_swap', 'max_ptes_shared'],
    'large_pages',
    (given) => given.large_pages === 'khugepaged',
    'give large_pages khugepaged',
  ),
  ...only(['reserve_threshold'], 'large_pages', (given) => given.large_pages === 'reserve', 'give large_pages reserve'),
  ...only(
    ['hash_buckets', 'table_hash'],
    'pt_type',
    (given) => !isRadix(table(given)),
    'give pt_type HASHED, HASHED_OPEN, CLUSTERED or INVERTED',
  ),
  ...only(['alias_chains'], 'pt_type', (given) => table(given) === 'INVERTED', 'give pt_type INVERTED'),
  {
    blames: 'pwc',
    needs: ['pwc', 'pt_type'],
    check(given) {
      if (!given.pwc?.some((entries) => entries > 0) || isRadix(table(given))) return undefined;
      return {
        reason: `${table(given)} has no levels whose entries could be kept`,
        remedy: 'give none, or a radix tree',
      };
    },
  },
  ...only(['ws_interval'], 'ws_limit', (given) => given.ws_limit != null, 'give ws_limit N or equal'),
  ...only(['bloom_bits'], 'invalidation', (given) => given.invalidation === 'bloom', 'give invalidation bloom'),
  ...only(
    ['flush_ceiling'],
    'invalidation',
    (given) => given.invalidation !== 'single',
    'give invalidation batch or bloom',
  ),
];
