import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CSV_HEADER, type RunResult, resultJsonSchema } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here, listing, vmm } from './support/vmm.ts';

const TRACE = `# a loop over five pages and a page of its own for process 2
%page 4096
1 W 0x1000 8
1 W 0x2000 8
1 W 0x3000 8
1 R 0x1ffc 8
2 I 0x9000 4
1 R 0x4000 x10
1 R 0x5000
`;

function withTrace(text: string | Uint8Array = TRACE, name = 'a.trace'): string {
  const cwd = folder();
  writeFileSync(join(cwd, name), text);
  return cwd;
}

const json = async (cwd: string, ...args: string[]): Promise<RunResult> => {
  const { code, stdout, stderr } = await here(['run', ...args, '--json'], cwd);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as RunResult;
};

const valid = new Ajv2020({ strict: false }).compile(resultJsonSchema());
const facts = (result: RunResult): object => ({ ...result, host: null });

describe('vmm run', () => {
  it('prints the result object, which fits its schema', async () => {
    const result = await json(withTrace(), 'a.trace', '--frames', '4', '--interval', '5');
    expect(valid(result), JSON.stringify(valid.errors)).toBe(true);
    expect(result.counters).toMatchObject({ accesses: 16, reads: 12, writes: 3, ifetches: 1, touches: 17 });
    expect(result.trace).toMatchObject({ name: 'a.trace', format: 'text', pages: 6, folded_page: 4096, records: 7 });
    expect(result.processes.map(({ pid, accesses }) => [pid, accesses])).toEqual([
      [1, 15],
      [2, 1],
    ]);
  });

  it('gives the same from a file, a pipe, and compressed', async () => {
    const cwd = withTrace();
    writeFileSync(join(cwd, 'a.gz'), gzipSync(TRACE));
    writeFileSync(join(cwd, 'a.zst'), zstdCompressSync(TRACE));
    const { counters, time } = await json(cwd, 'a.trace');
    expect(await json(cwd, '-t', 'a.gz')).toMatchObject({ counters, time, trace: { compression: 'gzip' } });
    expect(await json(cwd, '--trace', 'a.zst')).toMatchObject({ counters, time, trace: { compression: 'zstd' } });
    for (const args of [
      ['run', '--json'],
      ['run', '-', '--json'],
      ['run', '-t', '-', '--json'],
    ]) {
      const { stdout } = await vmm(args, { stdin: TRACE });
      expect(JSON.parse(stdout)).toMatchObject({ counters, time, trace: { name: 'stdin' } });
    }
  });

  it('takes the flags of the C simulator', async () => {
    const cwd = withTrace();
    const { config } = await json(
      cwd,
      ...'-t a.trace -r 8 -p 4096 -s 16 -v 4096 -a APPROX_LRU -T 32 --tlb-policy FIFO --pt-type two-level -n 9 --seed 7'.split(
        ' ',
      ),
    );
    expect(config).toMatchObject({
      ram: 8 * 2 ** 20,
      swap: 16 * 2 ** 20,
      vspace: 2 ** 32,
      va_bits: 32,
      policy: { id: 'aging' },
      tlb: { entries: 32, ways: 32, policy: 'fifo' },
      stlb: null,
      pt_type: 'TWO_LEVEL',
      seed: 7,
    });
  });

  it('stops where it is told', async () => {
    const result = await json(withTrace(), 'a.trace', '-n', '9');
    expect(result.counters.accesses).toBe(9);
    expect(result.trace).toMatchObject({ accesses: 9, ended: 'max_accesses', sha256: null, bytes: null });
  });

  it('writes JSON, CSV and events', async () => {
    const cwd = withTrace();
    const call = 'run a.trace --frames 2 -o r.json --csv t.csv --events e.ndjson --config-name one -q'.split(' ');
    expect(await here(call, cwd)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await here(call, cwd)).toMatchObject({ code: 0 });
    expect(listing(cwd)).toEqual(['a.trace', 'e.ndjson', 'r.json', 't.csv']);

    const result = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8')) as RunResult;
    expect(facts(result)).toEqual(facts({ ...(await json(cwd, 'a.trace', '--frames', '2', '--config-name', 'one')) }));
    const lines = readFileSync(join(cwd, 't.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(CSV_HEADER);
    expect(lines[1]).toMatch(/^one,16,12,3,/);

    const events = readFileSync(join(cwd, 'e.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toEqual({ time: 1, pid: 1, page: '0x1', kind: 'access', op: 'write', address: '0x1000' });
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'done')).toHaveLength(result.counters.touches);
    expect(kinds.filter((kind) => kind === 'eviction')).toHaveLength(result.counters.evictions);
  });

  it('can send any of them to standard output', async () => {
    const cwd = withTrace();
    const events = await here('run a.trace -n 1 --events -'.split(' '), cwd);
    expect(
      events.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).kind),
    ).toContain('done');
    const result = await here('run a.trace -o -'.split(' '), cwd);
    expect(JSON.parse(result.stdout)).toMatchObject({ schema: 'pagewalk-run-1' });
    expect(listing(cwd)).toEqual(['a.trace']);
  });

  it('reads a configuration, or that of a result, and lets flags amend it', async () => {
    const cwd = withTrace();
    writeFileSync(join(cwd, 'c.json'), '{"ram": "16KiB", "policy": "clock:bits=2", "tlb": "8,16", "swap": 65536}');
    const first = await json(cwd, 'a.trace', '--config', 'c.json', '-a', 'lru', '-s', '1');
    expect(first.config).toMatchObject({ frames: 4, policy: { id: 'lru' }, swap: 2 ** 20, stlb: { entries: 16 } });
    await here('run a.trace --config c.json -q -o r.json'.split(' '), cwd);
    const again = await json(cwd, 'a.trace', '--config', 'r.json');
    expect(facts(again)).toEqual(facts(JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'))));
    expect((await json(cwd, 'a.trace', '--config', 'r.json', '--frames', '3')).config).toMatchObject({
      frames: 3,
      ram: 12_288,
    });
    expect((await json(cwd, 'a.trace', '--config', 'r.json', '-p', '8192')).config).toMatchObject({
      frames: 2,
      ram: 16_384,
    });
    expect((await json(cwd, 'a.trace', '--config', 'r.json', '--itlb', '4')).config).toMatchObject({
      tlb: null,
      itlb: { entries: 4 },
      stlb: { entries: 1536 },
    });
  });

  it('skips bad lines if it may, and says so', async () => {
    const cwd = withTrace('1 R 0x1000\nrubbish\n1 W 0x2000\n');
    const read = await here(['run', 'a.trace', '--lenient', '--json'], cwd);
    expect(JSON.parse(read.stdout).trace).toMatchObject({ skipped: 1, accesses: 2 });
    expect(read.stderr).toContain('vmm run: 1 line skipped; the first: a.trace:2:');
    const { stdout } = await here(['run', 'a.trace', '--lenient'], cwd);
    expect(stdout).toContain('1 line skipped; the first: a.trace:2:');
  });

  it('reads lackey and reference strings', async () => {
    const lackey = '==1== Lackey\nI  04001090,3\n L 1ffefffe78,8\n M 0421c7cc,4\n';
    const cwd = withTrace(lackey, 'l.out');
    writeFileSync(join(cwd, 'belady.txt'), '1,2,3,4,1,2,5,1,2,3,4,5\n');
    expect((await json(cwd, 'l.out')).counters).toMatchObject({ accesses: 3, writes: 1 });
    expect((await json(cwd, 'l.out', '--modify', 'both')).counters).toMatchObject({ accesses: 4, reads: 2, writes: 1 });
    // Numbers are pages of the machine, whatever their size.
    for (const page of ['4096', '65536', '256']) {
      const { counters } = await json(cwd, 'belady.txt', '--frames', '3', '-a', 'fifo', '-p', page);
      expect(counters.page_faults).toBe(9);
    }
  });

  it('checks itself on the way if it is asked to', async () => {
    const result = await json(withTrace(), 'a.trace', '--frames', '2', '-D', '--verify');
    expect(result.counters.verified_reads).toBeGreaterThan(0);
  });

  it('leaves other files alone when it replaces one', async () => {
    const cwd = withTrace();
    writeFileSync(join(cwd, 'r.json'), 'old');
    expect((await here('run missing.trace -o r.json'.split(' '), cwd)).code).toBe(1);
    expect(readFileSync(join(cwd, 'r.json'), 'utf8')).toBe('old');
    expect((await here('run a.trace -o r.json -q'.split(' '), cwd)).code).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'))).toHaveProperty('schema');
  });
});
