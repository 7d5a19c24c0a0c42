// A program says what the kernel did for it, step by step; its recording, replayed, does the same: faults, copies, resident pages. Only its own
// regions are looked at; its stack, data and libraries it touches more or less often, for the sake of the measurement.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { Machine, traceFromBytes } from 'pagewalk/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, needsThat } from '../../../test/support/needs.ts';
import { vmm } from './support/vmm.ts';

const SOURCE = fileURLToPath(new URL('record/memory.c', import.meta.url));
/** On the project's own file system: /tmp is often memory, which reads nothing from a disk. */
const BUILD = fileURLToPath(new URL('../../../.build/record/', import.meta.url));

/** As in memory.c. */
const REGIONS = 0x30000000n;
const REGIONS_END = 0x40000000n;
const MARK = /^(\d+) madvise 0x3f000000 (\d+) normal$/;
const STEPS = /^(?:step|smaps) /;

/** Where the two count differently: docs/formats/lackey.md says why. */
const DIFFERENCES: Readonly<Record<string, readonly [kernel: string, machine: string]>> = {
  'step file-private-write-absent': ['0 1 0', '0 1 1'],
};

const gcc = needs('gcc', 'compiles a program that is recorded');
const valgrind = needs('valgrind', 'records real programs');

/** What the program printed, by step. */
function toldByKernel(text: string): Map<string, string> {
  const lines = text
    .trim()
    .split('\n')
    .filter((line) => STEPS.test(line));
  return new Map(lines.map((line) => [line.split(' ').slice(0, 2).join(' '), line.split(' ').slice(2).join(' ')]));
}

/** Which pid has the steps whose names begin so. */
const pidOf = (step: string): string => (/^\S+ child/.test(step) ? '2' : '1');

/** The recording up to each mark, with nothing but what concerns the regions. */
function* pieces(lines: Iterable<string>): Generator<{ pid: string; text: string }> {
  let text = '';
  for (const line of lines) {
    const mark = MARK.exec(line);
    if (mark) {
      yield { pid: mark[1] ?? '', text };
      text = '';
    } else if (isOfRegions(line)) text += `${line}\n`;
  }
}

function isOfRegions(line: string): boolean {
  if (/^\d+ (fork|exit)\b/.test(line) || /^\d+ ftruncate \S*memory\.data /.test(line)) return true;
  const [, address] = /^\d+ \w+ (0x[0-9a-f]+)\b/.exec(line) ?? [];
  return address !== undefined && BigInt(address) >= REGIONS && BigInt(address) < REGIONS_END;
}

/** The same for the machine: which step a mark ends is known by the order of the steps of its process. */
async function toldByMachine(lines: Iterable<string>, steps: readonly string[]): Promise<Map<string, string>> {
  const machine = await Machine.create({ frames: 4096, strict_regions: true, fault_around: 16 });
  const told = new Map<string, string>();
  const left = { '1': steps.filter((step) => pidOf(step) === '1'), '2': steps.filter((step) => pidOf(step) === '2') };
  const before: Record<string, number[]> = {};
  for (const { pid, text } of pieces(lines)) {
    const counts = (): number[] => {
      const {
        minor_faults = 0,
        major_faults = 0,
        cow_copies = 0,
      } = machine.processes.find((row) => `${row.pid}` === pid) ?? {};
      return [minor_faults, major_faults, cow_copies].map(Number);
    };
    if (text !== '') {
      await machine.run(
        await traceFromBytes(Buffer.from(`%page 4096\n${text}`), { format: 'text', objects: machine.objectNames }),
      );
    }
    const step = left[pid as '1'].shift() ?? '';
    const now = counts();
    if (step.startsWith('step')) told.set(step, now.map((count, at) => count - (before[pid]?.[at] ?? 0)).join(' '));
    else {
      const { rss_pages, pss_pages, uss_pages } = machine.memory(Number(pid));
      told.set(step, `${rss_pages} ${Math.round(pss_pages * 1000)} ${uss_pages}`);
    }
    before[pid] = now;
  }
  machine.check();
  return told;
}

describe.skipIf(gcc.skip || valgrind.skip)('a program that forks, maps a file and writes', () => {
  let folder = '';
  let kernel = new Map<string, string>();
  let machine = new Map<string, string>();
  let lack = '';

  beforeAll(async () => {
    mkdirSync(BUILD, { recursive: true });
    folder = mkdtempSync(join(BUILD, 'run-'));
    const program = join(folder, 'memory');
    execFileSync(gcc.path, ['-std=gnu17', '-O1', '-Wall', '-Wextra', '-Werror', '-o', program, SOURCE]);
    const data = join(folder, 'memory.data');
    const native = spawnSync(program, [data], { encoding: 'utf8', timeout: 20_000 });
    expect(native.status, native.stderr).toBe(0);
    kernel = toldByKernel(native.stdout);
    if (kernel.get('step zero-page-write') !== '2 0 2') lack = 'frame numbers in /proc/self/pagemap';
    else if (kernel.get('step file-read') !== '0 4 0')
      lack = `a file system at ${BUILD} whose page cache can be dropped`;
    const recorded = await vmm(['record', '--children', '-q', '-o', 'memory.zst', '--', program, data], {
      cwd: folder,
    });
    expect(recorded.code, recorded.stderr).toBe(0);
    const lines = zstdDecompressSync(readFileSync(join(folder, 'memory.zst')))
      .toString()
      .split('\n');
    machine = await toldByMachine(lines, [...kernel.keys()]);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('does in the replay what the kernel did', () => {
    if (needsThat(lack === '', lack, 'compares a recording with the kernel').skip) return;
    for (const [step, [there, here]] of Object.entries(DIFFERENCES)) {
      expect([kernel.get(step), machine.get(step)], step).toEqual([there, here]);
      kernel.set(step, here);
    }
    expect(Object.fromEntries(machine)).toEqual(Object.fromEntries(kernel));
  });

  it('goes through every step, with copies, faults of files and what is resident', () => {
    const steps = [...machine.keys()];
    expect(steps).toHaveLength(32);
    expect(machine.get('step child-anon-write')).toBe('4 0 4');
    expect(machine.get('step file-read')).toBe('0 4 0');
    expect(machine.get('smaps parent')).toBe('24 16000 9');
  });
});
