import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PATTERNS, SCENARIOS } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here, listing, shell } from './support/vmm.ts';

describe('vmm gen', () => {
  for (const { name } of PATTERNS) {
    it(`makes ${name}, the same for the same seed, of a kind that run reads`, async () => {
      const cwd = folder();
      const call = `gen -t ${name} -n 2000 -p 3 -a 8 -s 5`.split(' ');
      const { code, stdout } = await here(call, cwd);
      expect(code).toBe(0);
      expect(stdout.trimEnd().split('\n')).toHaveLength(2000);
      expect((await here([...call, '-o', 'g.trace'], cwd)).stdout).toBe('');
      expect(readFileSync(join(cwd, 'g.trace'), 'utf8')).toBe(stdout);
      const run = await here(['run', 'g.trace', '--json', '--vspace', '8'], cwd);
      expect(JSON.parse(run.stdout)).toMatchObject({
        counters: { accesses: 2000, segfaults: 0 },
        trace: { format: 'text' },
      });
      expect(listing(cwd)).toEqual(['g.trace']);
    });
  }

  for (const { name } of SCENARIOS) {
    it(`makes ${name}, a program that every machine runs`, async () => {
      const cwd = folder();
      const { code, stdout } = await here(
        `gen -t ${name.replaceAll('_', '-')} -n 2000 -p 3 -o g.trace`.split(' '),
        cwd,
      );
      expect([code, stdout]).toEqual([0, '']);
      for (const flags of [[], ['--strict-regions'], ['--frames', '64', '--swap', '1GiB', '--policy', 'opt']]) {
        const run = await here(['run', 'g.trace', '--json', '--verify', '--debug', ...flags], cwd);
        expect(run.stderr).toBe('');
        const { counters, trace } = JSON.parse(run.stdout);
        expect(counters).toMatchObject({ accesses: 2000, segfaults: 0 });
        expect(trace.operations).toBeGreaterThan(0);
      }
    });
  }

  it('takes sizes with units, parameters and names in any case', async () => {
    const cwd = folder();
    const { stdout } = await here(
      'gen -t Working-Set:hot_pages=1,phase=1e9 -n 100 -a 1GiB --write-ratio 0'.split(' '),
      cwd,
    );
    expect(stdout).not.toContain('W');
    const loop = await here('gen -t loop:loop_pages=1 -n 65 -a 1'.split(' '), cwd);
    expect(
      new Set(
        loop.stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split(' ')[2]),
      ),
    ).toHaveProperty('size', 64);
  });

  it('goes through a pipe into run in one go', async () => {
    const { stdout, stderr } = await shell('vmm gen -t zipf -n 300K -s 3 | vmm run - --json', folder());
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ counters: { accesses: 300_000 }, trace: { name: 'stdin' } });
  });
});
