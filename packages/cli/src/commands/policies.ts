/** `vmm policies`: the replacement policies of the catalog. */
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
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
    .summary('list the replacement policies')
    .description('Lists the replacement policies with their parameters, what they observe and where they come from.')
    .option('--json', 'print the catalog as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const rows: readonly PolicyRow[] = POLICIES;
      const text =
        json === true ? JSON.stringify(rows.map(publicRow), null, 2) : policyTable(rows, styleFor(process.stdout));
      await print(`${text}\n`);
    });
}

/** Without what only the engine needs to know. */
function publicRow(row: PolicyRow): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'className'));
}

export function policyTable(rows: readonly PolicyRow[], style: Style): string {
  const lines = rows.flatMap((row) => {
    const params = row.params.map(({ name, default: value }) => `${name}=${value}`).join(', ');
    const [first = '', ...rest] = wrapped(row.summary.split(' '), ' ', SUMMARY_COLUMNS, '');
    return [[style.strong(row.id), row.observes, params, first], ...rest.map((line) => ['', '', '', line])];
  });
  const head = ['policy', 'observes', 'parameters', 'what it does'].map(style.faint);
  const notes = rows.flatMap((row) =>
    row.params.map(({ name, min, max, meaning }) => `  ${row.id}:${name}  ${min}..${max}: ${meaning}`),
  );
  const aliases = rows.filter((row) => row.aliases.length > 0).map((row) => `${row.aliases.join(', ')} = ${row.id}`);
  return [
    ...table([head, ...lines], ['left', 'left', 'left', 'left']),
    '',
    ...notes,
    '',
    `Other names: ${aliases.join('; ')}.`,
    ...wrapped(OBSERVES.split(/\s+/), ' ', COLUMNS, ''),
  ].join('\n');
}
