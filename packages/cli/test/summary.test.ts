/** The console output to the last character: change it, look at the difference, and keep it with `vitest -u`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate, Machine, type RunResult, resultOf } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { bar } from '../src/console/bar.ts';
import { details } from '../src/console/details.ts';
import { counted, duration, grouped, metric, percent, size } from '../src/console/numbers.ts';
import { PLAIN } from '../src/console/style.ts';
import { summary } from '../src/console/summary.ts';
import { table, wrapped } from '../src/console/table.ts';
import { folder, here } from './support/vmm.ts';

const HOST = {
  node: '24.0.0',
  platform: 'linux',
  arch: 'x64',
  wall_ms: 12.5,
  accesses_per_s: 8_000_000,
  rss_bytes: 90_000_000,
};

async function resultFrom(config: object, options: object, limits: object = {}): Promise<RunResult> {
  const machine = await Machine.create(config);
  const done = await machine.run(await generate({ type: 'zipf', accesses: 100_000, ...options }), limits);
  return resultOf(machine, done, { traceName: 'zipf', engineSha256: null, host: HOST });
}

describe('the summary', () => {
  it('of a machine with room', async () => {
    const text = summary(await resultFrom({}, {}), PLAIN).join('\n');
    await expect(text).toMatchFileSnapshot('golden/room.txt');
  });

  it('of a machine under pressure, with everything', async () => {
    const config = {
      frames: 500,
      itlb: '16',
      dtlb: '32x4:plru',
      pwc: '2,4,8',
      policy: 'aging',
      vspace: '128MiB',
      swap: '64MiB',
    };
    const result = await resultFrom(config, { processes: 3 }, { maxAccesses: 90_000 });
    await expect([...summary(result, PLAIN), ...details(result, PLAIN)].join('\n')).toMatchFileSnapshot(
      'golden/pressure.txt',
    );
  });

  it('of a policy that gives pages back, and of processes that keep to themselves', async () => {
    const config = { frames: 300, policy: 'ws:tau=2000', replacement: 'local', ws_limit: 60, ws_interval: 500 };
    const result = await resultFrom(config, { processes: 3 });
    await expect(summary(result, PLAIN).join('\n')).toMatchFileSnapshot('golden/local.txt');
  });

  it('of a policy that has pages written ahead', async () => {
    const result = await resultFrom({ frames: 300, policy: 'wsclock:tau=1000' }, { writeRatio: 0.5 });
    await expect(summary(result, PLAIN).join('\n')).toMatchFileSnapshot('golden/ahead.txt');
  });

  it('of a machine out of memory and without TLB or swap', async () => {
    const result = await resultFrom(
      { frames: 100, tlb: 'none', swap: 0, pt_type: 'single', tagged: false },
      { writeRatio: 1 },
    );
    await expect(summary(result, PLAIN).join('\n')).toMatchFileSnapshot('golden/full.txt');
  });

  it('of processes that share memory and files, on several cpus and nodes', async () => {
    const machine = await Machine.create({
      frames: 700,
      cpus: 4,
      nodes: 2,
      numa_policy: 'interleave',
      large_pages: 'madvise',
      strict_regions: true,
      prefetch: 'next',
      invalidation: 'bloom',
    });
    const done = await machine.run(
      await generate({ type: 'operations', accesses: 20_000, processes: 3, seed: 2, parameters: { every: 40 } }),
      { maxAccesses: 15_000 },
    );
    const result = resultOf(machine, done, { traceName: 'operations', engineSha256: null, host: HOST });
    await expect([...summary(result, PLAIN), ...details(result, PLAIN)].join('\n')).toMatchFileSnapshot(
      'golden/system.txt',
    );
  });

  it('keeps within 100 columns', async () => {
    const result = await resultFrom({ frames: 100, pwc: '1,2,3' }, {});
    for (const line of summary(result, PLAIN)) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('has no colours where they are not welcome', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'a.trace'), '1 R 0x1000\n');
    expect((await here(['run', 'a.trace'], cwd)).stdout).not.toContain('\x1b');
  });
});

describe('numbers', () => {
  it('read well', () => {
    expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([counted(1, 'page'), counted(0, 'page'), counted(2, 'process', 'processes')]).toEqual([
      '1 page',
      '0 pages',
      '2 processes',
    ]);
    expect([0, 1, 0.5, 0.00001, 0.99999].map(percent)).toEqual([
      '0.00 %',
      '100.00 %',
      '50.00 %',
      '<0.01 %',
      '>99.99 %',
    ]);
    expect([0, 1023, 1024, 1536, 64 * 2 ** 20, 2 ** 57].map(size)).toEqual([
      '0 B',
      '1,023 B',
      '1 KiB',
      '1.50 KiB',
      '64 MiB',
      '128 PiB',
    ]);
    expect([0, 0.82, 105.31, 6820, 2.5e6, 6.82e9].map(duration)).toEqual([
      '0 ns',
      '0.82 ns',
      '105 ns',
      '6.82 µs',
      '2.50 ms',
      '6.82 s',
    ]);
    expect([12, 29_300_000, 1.5e9].map(metric)).toEqual(['12', '29.3 M', '1.50 G']);
  });

  it('make bars that never lie about none and all', () => {
    expect([0, 1e-9, 0.5, 1 - 1e-9, 1].map((ratio) => bar(ratio, 4))).toEqual(['░░░░', '▏░░░', '██░░', '███▉', '████']);
  });

  it('stand in columns', () => {
    const rows = [
      ['a', '1', 'x'],
      ['bcd', '234', ''],
    ];
    expect(table(rows, ['left', 'right', 'left'])).toEqual(['a      1  x', 'bcd  234']);
    expect(wrapped(['aaa', 'bbb', 'ccc'], ' · ', 9, '  ')).toEqual(['aaa · bbb ·', '  ccc']);
  });
});
