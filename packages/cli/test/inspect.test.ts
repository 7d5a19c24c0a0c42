import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Inspection, inspectionJsonSchema } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here } from './support/vmm.ts';

const TRACES = fileURLToPath(new URL('../../../traces/', import.meta.url));
const valid = new Ajv2020({ strict: false }).compile(inspectionJsonSchema());

async function inspected(cwd: string, ...args: string[]): Promise<Inspection> {
  const { code, stdout, stderr } = await here(['inspect', '--json', ...args], cwd);
  expect([code, stderr]).toEqual([0, '']);
  const found = JSON.parse(stdout) as Inspection;
  expect(valid(found), JSON.stringify(valid.errors)).toBe(true);
  return found;
}

const warningsOf = ({ findings }: Inspection): string[] =>
  findings.filter(({ severity }) => severity === 'warning').map(({ id }) => id);

describe('no false alarms', () => {
  it.each(['sort', 'sqlite3', 'perl'])('recorded: %s', async (name) => {
    const found = await inspected(TRACES, `${name}.trace.zst`);
    expect(found.findings).toEqual([]);
  });

  const PATTERNS = ['sequential', 'random', 'working_set', 'locality', 'zipf', 'loop', 'shared_memory', 'operations'];
  it.each(PATTERNS)('made: %s', async (pattern) => {
    const cwd = folder();
    await here(['gen', '-t', pattern, '-n', '50k', '-a', '4MiB', '-o', 'a.trace'], cwd);
    expect(warningsOf(await inspected(cwd, 'a.trace'))).toEqual([]);
  });
});

it('counts by hand', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'a.trace'), '1 R 0x1000 8\n1 W 0x1ffc 8\n2 I 0x5000 4\n1 brk 0x9000\n');
  const found = await inspected(cwd, 'a.trace', '--no-hash');
  expect(found).toMatchObject({
    accesses: 3,
    touches: 4,
    reads: 1,
    writes: 1,
    fetches: 1,
    cross_page_accesses: 1,
    operations: { brk: 1 },
    processes_total: 2,
    lowest: '0x1000',
    highest: '0x5000',
    pages: { distinct: 3, code: 1, data: 2, written: 2 },
  });
});
