/** A policy of the catalog, its file brought along as anybody's: the same counters to the last digit. */
import { readFile } from 'node:fs/promises';
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { describe, expect, it } from 'vitest';
import { type ConfigInput, compilePolicy, generate, Machine, type OwnPolicy } from '../../src/node/index.ts';

const ROWS: readonly PolicyRow[] = POLICIES;
const FILES = new URL('../../../engine/assembly/policy/', import.meta.url);

/** In one file with what it is built on; imports come from the contract, and its row stands in the file. */
export async function broughtAlong(id: string): Promise<OwnPolicy> {
  const row = ROWS.find((each) => each.id === id) as PolicyRow;
  const names = new Set<string>();
  const code = await codeOf(id.replaceAll('_', '-'), names);
  const imports = `import { ${[...names].join(', ')} } from 'pagewalk/policy';`;
  const source = `${imports}\nexport const policy = ${JSON.stringify({ ...row, id: `my_${id}` })};\n${code}`;
  return compilePolicy({ source, file: `${id}.ts` });
}

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

const MACHINES: ConfigInput[] = [
  { frames: 40, swap: '4MiB', seed: 11 },
  { frames: 300, swap: '2MiB', tlb: '16x4', stlb: null, tagged: false },
];

/** One for each part of the contract: order of use, ref bits, hits, ticks, the future, ghosts, write-backs, pages given back. */
const IDS = ['lru', 'clock', 'nru', 'lfu', 'opt', 'arc', 'wsclock', 'ws'];

describe.each(IDS)('%s', { timeout: 120_000 }, (id) => {
  it('brought along is the policy of the catalog', async () => {
    const own = await broughtAlong(id);
    for (const config of MACHINES) {
      const [theirs, ours] = await Promise.all(
        [own.with(), id].map(async (policy) => {
          const machine = await Machine.create({ ...config, policy });
          const trace = { type: 'working_set', accesses: 60_000, processes: 3, writeRatio: 0.4, seed: 9 } as const;
          await machine.run(await generate(trace));
          return machine;
        }),
      );
      expect(theirs?.counters).toEqual(ours?.counters);
      expect(theirs?.time).toEqual(ours?.time);
      expect(theirs?.check()).toBeNull();
      expect(theirs?.counters.evictions).toBeGreaterThan(0);
    }
  });
});
