import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { COMPARISON_CSV_HEADER, type PolicyComparison, type RunResult } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here, listing, shell, vmm } from './support/vmm.ts';

const BELADY = '1\n2\n3\n4\n1\n2\n5\n1\n2\n3\n4\n5\n';

function withTrace(text = BELADY): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'a.ref'), text);
  return cwd;
}

const compared = async (cwd: string, ...args: string[]): Promise<PolicyComparison> => {
  const { code, stdout, stderr } = await here(['compare', 'a.ref', ...args, '--json'], cwd);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as PolicyComparison;
};

describe('vmm compare', () => {
  it('prints tables, the policies against OPT, and a plot', async () => {
    const args = ['--policies', 'fifo,lru,clock', '--frames', '3,80%,20KiB', '--jobs', '1'];
    const { code, stdout, stderr } = await here(['compare', 'a.ref', ...args], withTrace());
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(readFileSync(new URL('golden/compare.txt', import.meta.url), 'utf8'));
  });

  it('fits on a screen, whatever the policies', async () => {
    const { stdout } = await here(['compare', 'a.ref', '--frames', '20%,3,100%'], withTrace());
    for (const { id } of POLICIES) expect(stdout).toMatch(new RegExp(`^${id} +\\d`, 'm'));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  it('counts what vmm run counts', async () => {
    const cwd = withTrace();
    const flags = ['--page-size', '1KiB', '--tlb', '4', '--swap-channels', '2'];
    const { runs } = await compared(cwd, '--policies', 'lru,random,nru:tick=3', '--frames', '2,4', ...flags);
    for (const { policy, frames, figures } of runs) {
      const alone = await here(
        ['run', 'a.ref', '--policy', policy, '--frames', String(frames), '--json', ...flags],
        cwd,
      );
      const { counters, time } = JSON.parse(alone.stdout) as RunResult;
      expect(figures).toMatchObject({ misses: counters.page_faults, total_ns: time.total_ns });
      expect(counters).toMatchObject(figures?.counters ?? {});
    }
  });

  it('knows which policies give memory back', async () => {
    const rows: readonly PolicyRow[] = POLICIES;
    const releasing = rows.filter(({ releases }) => releases === true).map(({ id }) => id);
    const { stdout } = await here(
      ['compare', 'a.ref', '--policies', ['lru', ...releasing].join(), '--frames', '4'],
      withTrace(),
    );
    expect(/in use$/m.test(stdout)).toBe(releasing.length > 0);
  });

  it('writes the same from a pipe, with any number of threads, to files and to standard output', {
    timeout: 120_000,
  }, async () => {
    const cwd = withTrace();
    const args = ['--policies', 'all', '--frames', '2,60%'];
    const calls = [
      `vmm compare a.ref ${args.join(' ')} --json --jobs 1`,
      `cat a.ref | vmm compare - ${args.join(' ')} --json --jobs 2`,
      `cat a.ref | vmm compare ${args.join(' ')} -o - --jobs 3`,
      `vmm compare a.ref ${args.join(' ')} -q -o out.json && cat out.json`,
    ];
    const outputs = [];
    for (const call of calls) outputs.push(await shell(call, cwd));
    const texts = outputs.map(({ stdout }) => stdout.replace('"trace": "stdin"', '"trace": "a.ref"'));
    expect(outputs.map(({ code, stderr }) => [code, stderr])).toEqual(calls.map(() => [0, '']));
    for (const text of texts) expect(text).toBe(texts[0]);
  });

  it('writes CSV', async () => {
    const cwd = withTrace();
    const { code, stdout } = await here(
      ['compare', 'a.ref', '--policies', 'lru', '--frames', '3', '--csv', 'out.csv'],
      cwd,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('3 frames');
    const [header, opt, lru, end] = readFileSync(join(cwd, 'out.csv'), 'utf8').split('\n');
    expect(header).toBe(COMPARISON_CSV_HEADER);
    expect([opt?.startsWith('a.ref,opt,3,3,7,'), lru?.startsWith('a.ref,lru,3,3,10,'), end]).toEqual([true, true, '']);
    const { stdout: csv } = await here(['compare', 'a.ref', '--policies', 'lru', '--frames', '3', '--csv', '-'], cwd);
    expect(csv).toBe(readFileSync(join(cwd, 'out.csv'), 'utf8'));
  });

  it('takes policy and memory from its own flags, the rest from a file', async () => {
    const cwd = withTrace();
    writeFileSync(join(cwd, 'c.json'), JSON.stringify({ ram: '8MiB', policy: 'fifo', page_size: 8192 }));
    const { config, runs } = await compared(cwd, '--config', 'c.json', '--policies', 'lru', '--frames', '32KiB');
    expect(config.page_size).toBe(8192);
    expect(runs.map(({ policy, frames }) => [policy, frames])).toEqual([
      ['opt', 4],
      ['lru', 4],
    ]);
  });

  it('takes policies that are files', { timeout: 120_000 }, async () => {
    const cwd = withTrace();
    const source = readFileSync(new URL('../../engine/assembly/policy/fifo.ts', import.meta.url), 'utf8');
    const imports = "import { Frame, Lists, NONE, PageKey, Policy, PolicyContext } from 'pagewalk/policy';\n";
    const row = "export const policy = { id: 'mine', observes: 'faults-only' };\n";
    writeFileSync(join(cwd, 'mine.ts'), imports + row + source.replaceAll(/^import .*\n/gm, ''));
    const { runs } = await compared(cwd, '--policies', 'fifo,./mine.ts', '--frames', '3,4');
    expect(runs.map(({ policy, figures }) => [policy, figures?.misses])).toEqual([
      ['opt', 7],
      ['fifo', 9],
      ['mine', 9],
      ['opt', 6],
      ['fifo', 10],
      ['mine', 10],
    ]);
  });

  it('goes on without a machine that fails, and says so', async () => {
    const { code, stdout, stderr } = await here(
      ['compare', 'a.ref', '--policies', 'lru', '--frames', '3,400GiB'],
      withTrace(),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^lru +10 \*/m);
    expect(stdout).toMatch(
      /^104,857,600 frames, 400 GiB, room for all pages\nopt, lru in 104,857,600 frames: ram 400GiB/m,
    );
    expect(stderr).toMatch(
      /^vmm compare: opt, lru in 104,857,600 frames: ram 400GiB: .*do not fit into the 4 GiB.*\n$/,
    );
  });

  it('leaves nothing behind when the trace is bad', async () => {
    const cwd = withTrace('1\nx\n');
    const { code, stderr } = await vmm(
      ['compare', 'a.ref', '-o', 'o.json', '--csv', 'o.csv', '--format', 'reference'],
      { cwd },
    );
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^vmm compare: a\.ref:2: byte 2: /)]);
    expect(listing(cwd)).toEqual(['a.ref']);
  });
});
