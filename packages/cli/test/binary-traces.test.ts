/** Binary traces, directories of them, and the flags that say how their numbers become addresses. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunResult } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here } from './support/vmm.ts';

const SAMPLES = fileURLToPath(new URL('../../../traces/samples/', import.meta.url));

async function ran(...args: string[]): Promise<RunResult> {
  const { code, stdout, stderr } = await here(['run', '--json', '-q', ...args], SAMPLES);
  expect([code, stderr.replace(/^vmm run: Of this trace.*\n/, '')]).toEqual([0, '']);
  return JSON.parse(stdout) as RunResult;
}

describe('a binary trace', () => {
  it.each([
    ['drmemtrace.trace', 93],
    ['champsim.trace', 90],
    ['cloudsuite.trace', 90],
    ['oracle_general.bin', 20],
    ['oracle_general_opns.bin', 20],
    ['lcs.v3.lcs', 20],
    ['lcs.old.lcs', 20],
    ['vscsi.v1.bin', 19],
    ['vscsi.v2.bin', 19],
  ])('%s', async (file, accesses) => {
    const { trace } = await ran(file);
    expect(trace).toMatchObject({ format: file.slice(0, file.indexOf('.')), accesses });
  });

  it('of objects, with sizes', async () => {
    const pages = async (...flags: string[]): Promise<number> =>
      (await ran('oracle_general.bin', '--frames', '4096', ...flags)).counters.page_faults;
    expect(await pages()).toBe(8);
    expect(await pages('--split')).toBeGreaterThan(8);
    expect(await pages('--id-is', 'byte')).toBe(2);
  });

  it('with physical addresses', async () => {
    const cwd = folder();
    const frame = (virtual: string, physical: string): string =>
      `address_mapping { virtual_address: ${virtual} physical_address: ${physical} }\n`;
    writeFileSync(
      join(cwd, 'v2p.textproto'),
      `page_size: 4096\n${frame('0x401000', '0x1000')}${frame('0x555555700000', '0x2000')}`,
    );
    const { code, stderr } = await here(
      ['run', join(SAMPLES, 'drmemtrace.trace'), '--v2p', 'v2p.textproto', '--json'],
      cwd,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /record 1\d: byte \d+: bad address '0x5555700f80': expected one of a page that has a physical/,
    );
  });
});

describe('a directory', () => {
  it('is one trace', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'threads'));
    for (const name of ['one', 'two']) cpSync(join(SAMPLES, 'drmemtrace.trace'), join(cwd, 'threads', name));
    const { code, stdout } = await here(['run', 'threads', '--json'], cwd);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as RunResult).trace).toMatchObject({ format: 'drmemtrace', accesses: 186 });
  });

  it('without traces is none', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'empty'));
    const { code, stderr } = await here(['run', 'empty'], cwd);
    expect([code, stderr]).toEqual([
      1,
      'vmm run: empty: is a directory without traces: expected drmemtrace files, one for each thread\n',
    ]);
  });
});

describe('bad calls', () => {
  it.each([
    [['--split', 'drmemtrace.trace'], 2, '--split: a trace of format drmemtrace does not take it'],
    [['--id-is', 'page', 'champsim.trace'], 2, '--id-is: a trace of format champsim does not take it'],
    [['--v2p', 'markers', 'vscsi.v1.bin'], 2, '--v2p: a trace of format vscsi does not take it'],
    [['--v2p', 'absent', 'drmemtrace.trace'], 2, '--v2p absent: cannot be read (no such file)'],
    [['--v2p', 'champsim.trace', 'drmemtrace.trace'], 1, 'v2p:1: bad field'],
    [['--id-is', 'frame', 'oracle_general.bin'], 2, 'Allowed choices are page, byte, lbn512'],
    [['--format', 'drmemtrace', 'champsim.trace'], 1, "record 1: byte 0: bad type '4096'"],
  ])('%j', async (args, expected, message) => {
    const { code, stderr } = await here(['run', ...args], SAMPLES);
    expect(code).toBe(expected);
    expect(stderr).toContain(message);
  });
});
