import { readFileSync } from 'node:fs';
import { POLICIES, type PolicyRow, PREFETCHERS, type PrefetcherRow } from '@pagewalk/engine/catalog';
import { CONFIG_FLAGS } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here } from './support/vmm.ts';

describe('vmm policies', () => {
  it('shows every policy and prefetcher with its parameters', async () => {
    const { code, stdout } = await here(['policies'], folder());
    expect(code).toBe(0);
    for (const { id, params } of [...POLICIES, ...PREFETCHERS]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${id} `, 'm'));
      for (const { name, default: value } of params) expect(stdout).toContain(`${name}=${value}`);
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.each([...POLICIES, ...PREFETCHERS].map(({ id }) => id))('tells everything of one: %s', async (id) => {
    const rows: readonly (PolicyRow | PrefetcherRow)[] = [...POLICIES, ...PREFETCHERS];
    const { code, stdout } = await here(['policies', id], folder());
    expect(code).toBe(0);
    const words = stdout.replace(/\s+/g, ' ');
    const { source, summary, params } = rows.find((row) => row.id === id) ?? expect.fail();
    for (const text of [source, summary, ...params.map(({ name }) => name)]) expect(words).toContain(text);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('takes other names, and has a proposal for wrong ones', async () => {
    expect((await here(['policies', 'Second-Chance'], folder())).stdout).toMatch(/^clock:/);
    const { code, stderr } = await here(['policies', 'clokc'], folder());
    expect([code, stderr]).toEqual([2, "vmm policies: no policy 'clokc'; did you mean clock?\n"]);
  });

  it('prints the catalog as JSON', async () => {
    const { stdout } = await here(['policies', '--json'], folder());
    expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual(POLICIES.map(({ id }) => id));
    const { stdout: clock } = await here(['policies', 'clock', '--json'], folder());
    expect(JSON.parse(clock)).toMatchObject({ id: 'clock', family: 'classic', observes: 'ref-bit' });
  });
});

describe('help', () => {
  it('of every command has examples', async () => {
    for (const args of [
      ['--help'],
      ['run', '--help'],
      ['gen', '-h'],
      ['policies', '--help'],
      ['tables', '--help'],
      ['prefetch', '--help'],
      ['compare', '--help'],
      ['help', 'run'],
    ]) {
      const { code, stdout, stderr } = await here(args, folder());
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toContain('Examples:');
    }
  });

  it('of run has every key of the configuration', async () => {
    const { stdout } = await here(['run', '--help'], folder());
    for (const { long } of CONFIG_FLAGS) expect(stdout).toContain(`--${long}`);
  });

  it('names the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(await here(['--version'], folder())).toEqual({ code: 0, stdout: `vmm ${version}\n`, stderr: '' });
  });
});
