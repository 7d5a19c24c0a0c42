// Programs that fork, execute, share and end in every way, recorded under valgrind and replayed on a machine that forgives nothing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { Machine, openTrace } from 'pagewalk/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../../../test/support/needs.ts';
import { type Ended, ended, here, start, vmm } from './support/vmm.ts';

const SOURCE = fileURLToPath(new URL('record/many.c', import.meta.url));
const gcc = needs('gcc', 'compiles programs that are recorded');
const valgrind = needs('valgrind', 'records real programs');

let folder = '';
let program = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewalk-record-'));
  program = join(folder, 'many');
  if (!gcc.skip) execFileSync(gcc.path, ['-O1', '-Wall', '-Wextra', '-Werror', '-pthread', '-o', program, SOURCE]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Recorded extends Ended {
  /** Without the accesses outside of 0x30000000 … 0x3fffffff, and operations there and on processes only. */
  readonly told: string[];
  readonly counters: Readonly<Record<string, number>>;
}

async function recorded(what: string, ...flags: string[]): Promise<Recorded> {
  const file = join(folder, `${what}${flags.join('')}.zst`);
  const end = await vmm(['record', ...flags, '-o', file, '--', program, what], { cwd: folder });
  const lines = zstdDecompressSync(readFileSync(file)).toString().split('\n');
  const told = lines.filter((line) => /^\d+ (fork|exit|sched|shm_\w+|(\w+ 0x3[\da-f]{7}))\b/.test(line));
  const machine = await Machine.create({ frames: 4096, strict_regions: true, cpus: 8 });
  await machine.run(await openTrace(file, { objects: machine.objectNames }));
  machine.check();
  const { region_segfaults, segfaults, protection_failures, bus_errors } = machine.counters;
  expect([region_segfaults, segfaults, protection_failures, bus_errors], 'touches that fail').toEqual([0, 0, 0, 0]);
  return { ...end, told, counters: machine.counters };
}

const MAP = '1 mmap 0x30000000 16384 rw- private';

describe.skipIf(gcc.skip || valgrind.skip).concurrent('vmm record --children', { timeout: 90_000 }, () => {
  it('follows a fork: the child’s write copies, and the parent goes on behind its end', async () => {
    const { told, code, stderr } = await recorded('fork', '--children');
    expect(code).toBe(0);
    expect(told).toEqual([MAP, '1 W 0x30000000 x1', '1 fork 2', '2 W 0x30000000 x1', '2 exit']);
    expect(stderr).toMatch(/accesses and \d+ operations of 2 processes in/);
  });

  it.each(process.env['SOAK'] ? ['vfork', 'spawn'] : ['spawn'])(
    'gives what %s executes a memory of its own',
    async (what) => {
      const { told } = await recorded(what, '--children');
      expect(told).toEqual([MAP, '2 exit']);
    },
  );

  it('follows an execve, with the files that stay open', async () => {
    const { told, code } = await recorded('exec', '--children');
    expect(code).toBe(0);
    expect(told).toEqual([
      MAP,
      '1 exit',
      MAP.replace('1', '2'),
      `2 mmap 0x31000000 4096 r-- private file:${program} 0`,
    ]);
  });

  it('lets a child wait for what it reads from a pipe', async () => {
    const { told } = await recorded('pipe', '--children');
    const places = [/^1 W 0x30001000/, /^2 W 0x30002000/].map((line) => told.findLastIndex((text) => line.test(text)));
    expect(places[0]).toBeLessThan(places[1]!);
    expect(told.filter((line) => line.includes('fork') || line.includes('exit'))).toEqual(['1 fork 2', '2 exit']);
  });

  it('shares memory of System V and of memory files', async () => {
    const { told, counters } = await recorded('shm', '--children');
    expect(told.filter((line) => !/ [RWI] /.test(line))).toEqual([
      MAP,
      '1 shm_create sysv-1 8192',
      '1 shm_attach sysv-1 0x32000000 rw-',
      '1 shm_remove sysv-1',
      `1 shm_create memfd ${2n ** 40n}`,
      '1 mmap 0x33000000 8192 rw- shared shm:memfd 0',
      '1 fork 2',
      '2 exit',
      '1 shm_detach 0x32000000',
    ]);
    // Two pages, each made by the child and found by the parent.
    expect([counters['shm_minor_faults'], counters['shm_cow_faults']]).toEqual([4, 0]);
  });

  it('records a process that outlives the program', async () => {
    const { told } = await recorded('left', '--children');
    expect(told).toEqual([MAP, '1 fork 2', '1 exit', '2 W 0x30000000 x1']);
  });

  it('tells a crash as a shell does', async () => {
    const { code, told } = await recorded('crash', '--children');
    expect(code).toBe(139);
    expect(told.slice(0, 3)).toEqual([MAP, '1 W 0x30000000 x1', '1 W 0x30001000 x1']);
  });

  it('ends with the program and all that it forked at a second signal, with what was done until then', async () => {
    const cwd = mkdtempSync(join(folder, 'signal-'));
    const child = start(['record', '--children', '-o', 'out.zst', '--', program, 'sleep'], { cwd });
    const end = ended(child);
    let seen = 0;
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (data: Buffer) => {
        seen += data.toString().split('started').length - 1;
        if (seen === 2) resolve();
      });
    });
    child.kill('SIGTERM');
    await sleep(300);
    child.kill('SIGTERM');
    expect((await end).code).toBe(143);
    expect(readdirSync(cwd)).toEqual(['out.zst']);
    expect(zstdDecompressSync(readFileSync(join(cwd, 'out.zst'))).toString()).toContain('\n1 fork 2\n');
  });

  it.skipIf(!process.env['SOAK'])('records the same program the same way twice', async () => {
    const [first, second] = await Promise.all([recorded('spawn', '--children'), recorded('spawn', '--children', '-q')]);
    expect(second.counters).toEqual(first.counters);
  });
});

describe.skipIf(gcc.skip || valgrind.skip).concurrent('vmm record of one process', { timeout: 90_000 }, () => {
  it('says that what it forked is not recorded, which ends where it is waited for', async () => {
    const { told, stderr } = await recorded('fork');
    expect(told).toEqual([MAP, '1 W 0x30000000 x1', '1 fork 2', '2 exit']);
    expect(stderr).toContain('vmm record: what it forked was not recorded (processes: 1); --children does\n');
  });

  it('tells threads apart with --threads', async () => {
    const { told, stderr } = await recorded('threads', '--threads');
    expect(stderr).toMatch(/each thread is on a cpu of its own: vmm run --cpus [23]\n/);
    const runs = (page: string): string => {
      const place = told.findIndex((line) => line.startsWith(`1 W 0x3000${page}000`));
      return told.slice(0, place).findLast((line) => line.includes('sched')) ?? '';
    };
    expect([runs('1'), runs('2')]).not.toContain('1 sched 0');
  });

  it('records the first call of a function, with what it calls', async () => {
    const { told, stderr, code } = await recorded('function', '--roi', 'work');
    expect(code).toBe(0);
    expect(stderr).toContain('vmm record: the program was ended behind work\n');
    expect(told.filter((line) => line.includes(' W '))).toEqual([0, 1, 2].map((page) => `1 W 0x3000${page}000 x1`));
  });

  it('records accesses only with --no-operations', async () => {
    const file = join(folder, 'plain.zst');
    await vmm(['record', '--no-operations', '-o', file, '--', program, 'fork']);
    const lines = zstdDecompressSync(readFileSync(file)).toString().trim().split('\n');
    expect(lines.filter((line) => !/^(#|%page|1 [RWI] )/.test(line))).toEqual([]);
  });

  it('ends the program behind so many accesses', async () => {
    const { stderr, code } = await recorded('sleep', '--skip', '1000', '--length', '5k');
    expect(code).toBe(0);
    expect(stderr).toMatch(/the program was ended behind 5000 accesses\nvmm record: .*: 5,000 accesses and/);
  });

  it('writes .vmt, with where it comes from', async () => {
    const file = join(folder, 'fork.vmt');
    expect((await vmm(['record', '-q', '-o', file, '--sample', '1/4', '--', program, 'fork'])).code).toBe(0);
    const source = await openTrace(file);
    while (await source.next());
    const { format, facts, operations } = source.info();
    await source.close();
    expect({ format, part: facts['part'] }).toEqual({ format: 'vmt', part: 'a sample of 1/4 of the pages' });
    expect(operations).toBeGreaterThan(10);
  });

  it.each([
    [['--roi', 'wor'], /--roi wor: no function of .*many has this name; there are work\n$/],
    [['--roi', 'work'], /--roi work: the program did not call it\n$/],
  ])('refuses %j in one line', async (flags, message) => {
    const cwd = mkdtempSync(join(folder, 'refused-'));
    const { code, stderr } = await vmm(['record', ...flags, '--', program, 'vfork'], { cwd });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, files: readdirSync(cwd) }).toEqual({ code: 1, files: [] });
  });
});

describe('calls of vmm record that cannot be', () => {
  it.each([
    [['--length', '0'], /--length 0: not a count/],
    [['--sample', '3'], /--sample 3: not a share of the pages/],
    [['--children', '--no-operations'], /what a child shares is told by operations/],
    [['--threads', '--no-operations'], /which thread runs is told by operations/],
    [['--children', '--roi', 'work'], /only one process can be told by a function/],
    [['--from', 'perf', '--threads'], /--threads with --from perf/],
  ])('refuses %j in one line', async (flags, message) => {
    const { code, stderr } = await here(['record', ...flags, '--', 'true'], folder);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});
