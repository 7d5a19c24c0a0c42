/** `vmm new-policy`: files to begin a policy with. */
import { access, writeFile } from 'node:fs/promises';
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import type { Command } from 'commander';
import { UsageError, WorkError } from '../exit.ts';
import { namesOf, policyText, testText } from '../new-policy/template.ts';
import { print } from '../output/print.ts';

const EXAMPLES = `
Examples:
  vmm new-policy my-policy
  node --test my-policy.test.ts
  vmm run sort.trace.zst --policy ./my-policy.ts
`;

const ROWS: readonly PolicyRow[] = POLICIES;

export function addNewPolicy(program: Command): void {
  program
    .command('new-policy')
    .summary('begin a replacement policy of your own')
    .description('Writes NAME.ts, a policy with comments, and NAME.test.ts, a test of it, into this folder.')
    .argument('<NAME>', 'of the policy: letters, digits, - and _')
    .option('--force', 'write over files that are there')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, { force }: { force?: boolean }) => {
      await newPolicy(name, force === true);
    });
}

async function newPolicy(name: string, force: boolean): Promise<void> {
  if (!/^[a-z]\w*(?:-\w+)*$/i.test(name)) {
    throw new UsageError(
      `${name}: no name for a policy; give letters, digits, - and _, a letter first, such as my-policy`,
    );
  }
  const names = namesOf(name);
  if (ROWS.some(({ id, aliases }) => id === names.id || aliases.includes(names.id)))
    throw new UsageError(`${name}: a policy of the catalog has this name; give another one, such as my-${name}`);
  const files = {
    [`${name}.ts`]: policyText(names),
    [`${name}.test.ts`]: testText(names, import.meta.resolve('pagewalk/library.js')),
  };
  if (!force) await expectNone(Object.keys(files));
  for (const [path, text] of Object.entries(files)) {
    await writeFile(path, text).catch((error: Error) => {
      throw new WorkError(`${path}: cannot be written (${error.message})`);
    });
  }
  await print(
    [
      `${name}.ts       the policy, two segments of LRU: change it into yours`,
      `${name}.test.ts  its test`,
      '',
      'Next:',
      `  node --test ${name}.test.ts`,
      `  vmm run TRACE --policy ./${name}.ts`,
      `  vmm compare TRACE --policies lru,clock,./${name}.ts`,
      '',
    ].join('\n'),
  );
}

/** @throws UsageError naming what is there already. */
async function expectNone(paths: readonly string[]): Promise<void> {
  const there: string[] = [];
  for (const path of paths) {
    await access(path).then(
      () => there.push(path),
      () => {},
    );
  }
  if (there.length > 0)
    throw new UsageError(
      `${there.join(' and ')} ${there.length > 1 ? 'are' : 'is'} there already: give another name, or --force`,
    );
}
