import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableComparison } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { styleFor } from '../src/console/style.ts';
import { tableLines } from '../src/console/tables.ts';
import { folder, here, vmm } from './support/vmm.ts';

const TRACE = '1 W 0x1000\n1 R 0x2000\n2 R 0x1000\n1 R 0x40001000\n1 R 0x1000\n';

function withTrace(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'a.trace'), TRACE);
  return cwd;
}

const compared = async (...args: string[]): Promise<TableComparison> => {
  const { code, stdout, stderr } = await here(['tables', 'a.trace', ...args, '--json'], withTrace());
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as TableComparison;
};

describe('vmm tables', () => {
  it('runs the trace once for each design, with the same faults', async () => {
    const { accesses, runs, left_out, differences } = await compared('--frames', '8', '--tlb', 'none');
    expect(accesses).toBe(5);
    expect(runs.map(({ table, walks, outcome }) => [table, walks, outcome.page_faults])).toEqual(
      [
        'SINGLE',
        'TWO_LEVEL',
        'THREE_LEVEL',
        'FOUR_LEVEL',
        'FIVE_LEVEL',
        'HASHED',
        'HASHED_OPEN',
        'CLUSTERED',
        'INVERTED',
      ].map((table) => [table, 5, 4]),
    );
    expect({ left_out, differences }).toEqual({ left_out: [], differences: [] });
  });

  it('takes the trace from standard input too, though it reads it nine times', async () => {
    const { code, stdout } = await vmm(['tables', '-', '--json'], { stdin: TRACE });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as TableComparison).runs.map(({ outcome }) => outcome.page_faults)).toEqual(
      Array(9).fill(4),
    );
  });

  it('prints a line a design, and designs that cannot be had with their reason', async () => {
    const { code, stdout } = await here(['tables', 'a.trace', '--large-pages', 'always'], withTrace());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a\.trace {2}5 accesses, \d walks$/m);
    for (const name of ['FOUR_LEVEL', 'HASHED', 'INVERTED']) expect(stdout).toMatch(new RegExp(`^${name} +\\d`, 'm'));
    expect(stdout).toMatch(/^SINGLE: left out: large_pages always: /m);
  });

  it('says which flag is wrong', async () => {
    const { code, stderr } = await here(['tables', 'a.trace', '--hash-buckets', 'many', '--frames', '0'], withTrace());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^vmm tables: --hash-buckets/m);
  });

  it('tells where the designs differ', async () => {
    const comparison = await compared();
    const lines = tableLines(
      { ...comparison, differences: ['page_faults: 1 with A, 2 with B'] },
      styleFor(process.stdout),
    );
    expect(lines.at(-1)).toContain('different: page_faults: 1 with A, 2 with B');
  });
});
