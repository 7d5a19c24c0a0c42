/** `vmm policies`: the replacement policies and the prefetchers of the catalog. */
import { POLICIES, type PolicyRow, PREFETCHERS, type PrefetcherRow } from '@pagewalk/engine/catalog';
import type { Command } from 'commander';
import { type Style, styleFor } from '../console/style.ts';
import { table, wrapped } from '../console/table.ts';
import { print } from '../output/print.ts';

const COLUMNS = 100;
const SUMMARY_COLUMNS = 54;

const OBSERVES = `
What a policy observes decides whether a kernel could run it: the ref bit that hardware sets (ref-bit), only loads and evictions
(faults-only), or every access, which no kernel sees (every-access).
`.trim();

const EXAMPLES = `
Examples:
  vmm policies
  vmm policies --json | jq -r '.[].id'
  vmm run sort.trace.zst --policy clock:bits=2,ref_on_load=0
`;

export function addPolicies(program: Command): void {
  program
    .command('policies')
    .summary('list the replacement policies and the prefetchers')
    .description('Lists the replacement policies, with their parameters and what they observe, and the prefetchers.')
    .option('--json', 'print the policies as JSON, with where they come from')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const rows: readonly PolicyRow[] = POLICIES;
      const style = styleFor(process.stdout);
      const text =
        json === true
          ? JSON.stringify(rows.map(publicRow), null, 2)
          : `${policyTable(rows, style)}\n\n${prefetcherTable(PREFETCHERS, style)}`;
      await print(`${text}\n`);
    });
}

/** Without what only the engine needs to know. */
function publicRow(row: PolicyRow): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'className'));
}

export function policyTable(rows: readonly PolicyRow[], style: Style): string {
  const lines = rows.flatMap((row) => rowLines(row, row.observes, style));
  const head = ['policy', 'observes', 'parameters', 'what it does'].map(style.faint);
  const aliases = rows.filter((row) => row.aliases.length > 0).map((row) => `${row.aliases.join(', ')} = ${row.id}`);
  return [
    ...table([head, ...lines], ['left', 'left', 'left', 'left']),
    '',
    ...rows.flatMap(parameterLines),
    '',
    `Other names: ${aliases.join('; ')}.`,
    ...wrapped(OBSERVES.split(/\s+/), ' ', COLUMNS, ''),
  ].join('\n');
}

export function prefetcherTable(rows: readonly PrefetcherRow[], style: Style): string {
  const lines = rows.flatMap((row) => rowLines(row, row.maps ? 'mapped' : 'into the cache', style));
  const head = ['prefetcher', 'brings pages', 'parameters', 'what it wants'].map(style.faint);
  return [...table([head, ...lines], ['left', 'left', 'left', 'left']), '', ...rows.flatMap(parameterLines)].join('\n');
}

type Row = Pick<PolicyRow, 'id' | 'params' | 'summary'>;

function rowLines({ id, params, summary }: Row, kind: string, style: Style): string[][] {
  const [first = '', ...rest] = wrapped(summary.split(' '), ' ', SUMMARY_COLUMNS, '');
  const values = params.map(({ name, default: value }) => `${name}=${value}`);
  return [[style.strong(id), kind, values.join(', '), first], ...rest.map((line) => ['', '', '', line])];
}

const parameterLines = ({ id, params }: Row): string[] =>
  params.map(({ name, min, max, meaning }) => `  ${id}:${name}  ${min}..${max}: ${meaning}`);
