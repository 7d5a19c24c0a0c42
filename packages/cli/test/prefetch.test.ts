import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrefetchComparison } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here, vmm } from './support/vmm.ts';

const IN_ORDER = Array.from({ length: 100 }, (_, page) => `1 R 0x${(page * 4096).toString(16)}\n`).join('');

function withTrace(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'a.trace'), IN_ORDER);
  return cwd;
}

const compared = async (...args: string[]): Promise<PrefetchComparison> => {
  const { code, stdout, stderr } = await here(['prefetch', 'a.trace', ...args, '--json'], withTrace());
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as PrefetchComparison;
};

describe('vmm prefetch', () => {
  it('runs the trace without prefetching and with each prefetcher', async () => {
    const { accesses, runs } = await compared('--prefetch', 'next:trigger=1');
    expect(accesses).toBe(100);
    expect(
      runs.map(({ text, page_faults, accuracy_ratio, pollution }) => [text, page_faults, accuracy_ratio, pollution]),
    ).toEqual([
      ['none', 100, null, 0],
      ['next:distance=4,trigger=1', 20, 1, 0],
      ['stride:distance=4,streams=8,confidence=2', 3, 97 / 101, 0],
      ['readahead:pages=32,cluster=3,request=1', 100, null, 0],
      ['markov:successors=2,entries=4096', 100, null, 0],
    ]);
    const [none, next] = runs;
    expect(next?.coverage_ratio).toBe(0.8);
    expect(next?.saved_ns).toBe((none?.total_ns ?? 0) - (next?.total_ns ?? 0));
    expect(next?.saved_ns).toBe(80 * 1000);
  });

  it('counts as pollution the faults that only prefetching has made', async () => {
    // Two pages in turns, and what is prefetched behind them: two frames are enough without, and never with.
    const trace = Array.from({ length: 20 }, (_, i) => `1 R 0x${(i % 2) * 100}000\n`).join('');
    const { code, stdout } = await vmm(
      ['prefetch', '-', '--json', '--frames', '2', '--policy', 'fifo', '--prefetch', 'next:trigger=1'],
      { stdin: trace },
    );
    expect(code).toBe(0);
    const [none, next] = (JSON.parse(stdout) as PrefetchComparison).runs;
    expect(none?.demand_faults).toBe(2);
    expect(next?.demand_faults).toBe(20);
    expect(next?.pollution).toBe(18);
    expect(next?.saved_ns).toBeLessThan(0);
  });

  it('leaves pollution out on request', async () => {
    const { runs } = await compared('--no-pollution');
    expect(runs.map(({ pollution }) => pollution)).toEqual([null, null, null, null, null]);
  });

  it('prints a line for each', async () => {
    const { code, stdout } = await here(['prefetch', 'a.trace'], withTrace());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^a\.trace {2}100 accesses$/m);
    for (const name of ['none', 'next', 'stride', 'readahead', 'markov']) {
      expect(stdout).toMatch(new RegExp(`^${name} +\\d`, 'm'));
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
  });

  it('says which flag is wrong', async () => {
    const { code, stderr } = await here(['prefetch', 'a.trace', '--prefetch', 'psychic', '--frames', '0'], withTrace());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^vmm prefetch: --prefetch/m);
  });
});

it('vmm run says what prefetching was good for', async () => {
  const { stdout } = await here(['run', 'a.trace', '--prefetch', 'next:trigger=1'], withTrace());
  expect(stdout).toMatch(/prefetched +80 +by next: 80 useful, accuracy 100.00 %, coverage 80.00 %, in time 100.00 %/);
});
