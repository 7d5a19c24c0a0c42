/** A policy of the catalog as somebody would bring it along: one file, its imports from the contract, its row inside. */
import { readFile } from 'node:fs/promises';

const FILES = new URL('../../packages/engine/assembly/policy/', import.meta.url);

interface Row {
  readonly id: string;
}

/** Its name gets a `my_` in front. */
export async function broughtAlong<R extends Row>(row: R): Promise<string> {
  const names = new Set<string>();
  const code = await codeOf(row.id.replaceAll('_', '-'), names);
  const contract = "'pagewalk/policy'";
  const imports = `import { ${[...names].join(', ')} } from ${contract};`;
  return `${imports}\nexport const policy = ${JSON.stringify({ ...row, id: `my_${row.id}` })};\n${code}`;
}

/** Of a file and of those of the folder that it is built on. */
async function codeOf(file: string, names: Set<string>): Promise<string> {
  const bases: string[] = [];
  const text = await readFile(new URL(`${file}.ts`, FILES), 'utf8');
  const code = text.replaceAll(/^import \{([^}]*)\} from '([^']*)';\n/gm, (_all, list: string, from: string) => {
    if (from.startsWith('./') && from !== './policy') bases.push(from.slice(2));
    else for (const name of list.split(',')) if (name.trim() !== '') names.add(name.trim());
    return '';
  });
  const before: string[] = [];
  for (const base of bases) before.push(await codeOf(base, names));
  return [...before, code].join('\n');
}
