// The traces of traces/ give the counters on their cards, with nothing lost and every invariant whole at the end. After a change that
// is meant to change them, `UPDATE_CARDS=1 npm test -- golden-traces` writes the new numbers into the cards: read the diff.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ConfigInput, type Counters, Machine, openTrace } from '../src/node/index.ts';

interface Card {
  accesses: number;
  records: number;
  pages: number;
  sha256: string;
  expected: { config: ConfigInput; total_ns: number; counters: Partial<Counters> }[];
}

const UPDATE = process.env['UPDATE_CARDS'] === '1';
const TRACES = fileURLToPath(new URL('../../../traces/', import.meta.url));
const NAMES = readdirSync(TRACES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

/** Recorded traces are compressed, those that were made are there to be read. */
const fileOf = (name: string): string => {
  const files = ['.trace', '.vmt'].map((suffix) => `${TRACES}${name}${suffix}`);
  return files.find(existsSync) ?? `${TRACES}${name}.trace.zst`;
};

const cardOf = (name: string): Card => JSON.parse(readFileSync(`${TRACES}${name}.json`, 'utf8')) as Card;

/** What the card says of one run. A counter that is younger than the card is not on it. */
async function run(
  name: string,
  config: ConfigInput,
): Promise<{ trace: object; total_ns: number; counters: Counters }> {
  const machine = await Machine.create({ ...config, verify: true });
  const { accesses, records, pages, trace } = await machine.run(await openTrace(fileOf(name)));
  expect(machine.check()).toBeNull();
  const { counters, time } = machine;
  return { trace: { accesses, records, pages, sha256: trace.sha256 }, total_ns: time.total_ns, counters };
}

async function update(name: string): Promise<void> {
  const card = cardOf(name);
  for (const row of card.expected) {
    const { trace, total_ns, counters } = await run(name, row.config);
    Object.assign(card, trace);
    Object.assign(row, { total_ns, counters });
  }
  writeFileSync(`${TRACES}${name}.json`, `${JSON.stringify(card, null, 2)}\n`);
}

describe.each(NAMES)('%s', (name) => {
  if (UPDATE) it('gets a new card', () => update(name), 300_000);
  const { expected, accesses, records, pages, sha256 } = cardOf(name);
  it.skipIf(UPDATE).each(expected)(
    'gives the counters on its card with $config',
    async ({ config, total_ns, counters }) => {
      const found = await run(name, config);
      expect(found.trace).toEqual({ accesses, records, pages, sha256 });
      expect({ total_ns: found.total_ns, ...found.counters }).toMatchObject({ total_ns, ...counters });
    },
  );
});
