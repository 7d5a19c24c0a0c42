/** `vmm policies`: the replacement policies and the prefetchers of the catalog. */
import { POLICIES, type PolicyRow, PREFETCHERS, type PrefetcherRow } from '@pagewalk/engine/catalog';
import type { Command } from 'commander';
import { nearest } from 'pagewalk/node';
import { isPolicyFile, readPolicy } from '../arguments/own-policies.ts';
import {
  ownPolicyDetails,
  policyDetails,
  policyLines,
  prefetcherDetails,
  prefetcherLines,
} from '../console/policies.ts';
import { styleFor } from '../console/style.ts';
import { wrapped } from '../console/table.ts';
import { UsageError } from '../exit.ts';
import { print } from '../output/print.ts';

const COLUMNS = 100;

const NOTES = `
What a policy observes decides whether a kernel could run it: the ref bit that hardware sets (ref-bit), only loads and evictions
(faults-only), or every access, which no kernel sees (every-access). \`vmm policies NAME\` tells all of one.
`.trim();

const EXAMPLES = `
Examples:
  vmm policies
  vmm policies clock
  vmm policies ./mine.ts
  vmm policies --json | jq -r '.[].id'
  vmm run sort.trace.zst --policy clock:bits=2,ref_on_load=0
`;

export function addPolicies(program: Command): void {
  program
    .command('policies')
    .summary('list the replacement policies and the prefetchers')
    .description(
      'Lists the replacement policies by family, with what they observe and their parameters, and the prefetchers.',
    )
    .argument('[NAME]', 'tell everything of this one; it may be a file: ./mine.ts')
    .option('--json', 'print the policies as JSON, with where they come from')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, { json }: { json?: boolean }) => {
      const told = name !== undefined && isPolicyFile(name) ? inFile(name, json === true) : null;
      await print(`${(await told) ?? (name === undefined ? all(json === true) : one(name, json === true))}\n`);
    });
}

const ROWS: readonly PolicyRow[] = POLICIES;

function all(json: boolean): string {
  if (json) return jsonOf(ROWS.map(publicRow));
  const style = styleFor(process.stdout);
  const lines = [...policyLines(ROWS, style), ...prefetcherLines(PREFETCHERS, style)];
  return [...lines, '', ...wrapped(NOTES.split(/\s+/), ' ', COLUMNS, '').map(style.faint)].join('\n');
}

/** @throws UsageError if the file cannot be read; PolicyFileError if it is no policy. */
async function inFile(path: string, json: boolean): Promise<string> {
  const own = await readPolicy(path, 'policies');
  if (json) return jsonOf({ ...publicRow(own.row), file: own.file, sha256: own.sha256 });
  return ownPolicyDetails(own, styleFor(process.stdout)).join('\n');
}

/** @throws UsageError if there is none of that name. */
function one(name: string, json: boolean): string {
  const wanted = name.trim().toLowerCase().replaceAll('-', '_');
  const style = styleFor(process.stdout);
  const policy = ROWS.find(({ id, aliases }) => id === wanted || aliases.includes(wanted));
  if (policy) return json ? jsonOf(publicRow(policy)) : policyDetails(policy, style).join('\n');
  const prefetchers: readonly PrefetcherRow[] = PREFETCHERS;
  const prefetcher = prefetchers.find(({ id }) => id === wanted);
  if (prefetcher) return json ? jsonOf(publicRow(prefetcher)) : prefetcherDetails(prefetcher, style).join('\n');
  const known = [...ROWS.flatMap(({ id, aliases }) => [id, ...aliases]), ...prefetchers.map(({ id }) => id)];
  const meant = nearest(wanted, known);
  throw new UsageError(`no policy '${name}'; ${meant ? `did you mean ${meant}?` : '`vmm policies` lists them'}`);
}

const jsonOf = (value: unknown): string => JSON.stringify(value, null, 2);

/** Without what only the engine needs to know. */
function publicRow(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'className'));
}
