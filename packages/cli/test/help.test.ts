import { readFileSync } from 'node:fs';
import { POLICIES, PREFETCHERS } from '@pagewalk/engine/catalog';
import { CONFIG_FLAGS } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here } from './support/vmm.ts';

describe('vmm policies', () => {
  it('shows every policy, prefetcher and parameter', async () => {
    const { code, stdout } = await here(['policies'], folder());
    expect(code).toBe(0);
    for (const { id, params } of [...POLICIES, ...PREFETCHERS]) {
      expect(stdout).toMatch(new RegExp(`^${id} `, 'm'));
      for (const { name } of params) expect(stdout).toContain(`${id}:${name}`);
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
  });

  it('prints the catalog as JSON', async () => {
    const { stdout } = await here(['policies', '--json'], folder());
    expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual(POLICIES.map(({ id }) => id));
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
