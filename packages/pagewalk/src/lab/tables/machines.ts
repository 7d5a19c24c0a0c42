/** One machine for each design of page table, in everything else the same. */
import { parseConfig } from '../../machine/config/parse.ts';
import { ConfigError, problemText } from '../../machine/config/problem.ts';
import type { ConfigInput, MachineConfig } from '../../machine/config/schema.ts';
import { isRadix, levelsOf, PT_TYPES, type PtType } from '../../machine/config/table-type.ts';

export interface TableMachine {
  readonly table: PtType;
  readonly config: MachineConfig;
}

/** A design that cannot be had with the rest of the configuration. */
export interface LeftOut {
  readonly table: PtType;
  readonly reason: string;
}

export interface TableMachines {
  readonly machines: readonly TableMachine[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * The machine of `input` with every design; its own design says what its page-walk caches belong to. Keys that a design does not know are left
 * out for it, and caches of the levels that it has too stay, counted from the leaves.
 *
 * @throws ConfigError naming what is wrong with the configuration whatever the design.
 */
export function tableMachines(input: ConfigInput): TableMachines {
  const { pt_type, pwc, hash_buckets, table_hash, alias_chains, ...rest } = input;
  parseConfig({ pt_type: 'INVERTED', hash_buckets, table_hash, alias_chains });
  const own = parseConfig({ pt_type, pwc });
  const caches = innerCaches(own);
  const machines: TableMachine[] = [];
  const leftOut: LeftOut[] = [];
  let first: ConfigError | undefined;
  for (const table of PT_TYPES) {
    const keys = isRadix(table) ? { pwc: atLeaves(caches, levelsOf(table) - 1) } : { hash_buckets, table_hash };
    const aliases = table === 'INVERTED' ? { alias_chains } : {};
    try {
      machines.push({ table, config: parseConfig({ ...rest, pt_type: table, ...keys, ...aliases }) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      first ??= error;
      leftOut.push({ table, reason: error.problems.map((each) => problemText(each)).join('; ') });
    }
  }
  if (machines.length === 0 && first) throw first;
  return { machines, leftOut };
}

/** Entries of the page-walk caches of all inner levels, from the root down. */
function innerCaches({ pwc, pt_type }: MachineConfig): number[] {
  return isRadix(pt_type) ? Array.from({ length: levelsOf(pt_type) - 1 }, (_, level) => pwc[level] ?? 0) : [];
}

function atLeaves(caches: readonly number[], levels: number): number[] {
  return Array.from({ length: levels }, (_, level) => caches[caches.length - levels + level] ?? 0);
}
