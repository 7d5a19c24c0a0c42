/** `vmm inspect` to the last character (keep a change with `vitest -u`), its other outputs, no false alarms, and its bad calls. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Inspection, inspectionJsonSchema } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { folder, here, listing, vmm } from './support/vmm.ts';

const TRACES = fileURLToPath(new URL('../../../traces/', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../../../../shared/samples/', import.meta.url));
const valid = new Ajv2020({ strict: false }).compile(inspectionJsonSchema());

async function text(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await here(['inspect', ...args], cwd);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

async function inspected(cwd: string, ...args: string[]): Promise<Inspection> {
  const found = JSON.parse(await text(cwd, '--json', ...args)) as Inspection;
  expect(valid(found), JSON.stringify(valid.errors)).toBe(true);
  return found;
}

function withTrace(lines: string, name = 'a.trace'): string {
  const cwd = folder();
  writeFileSync(join(cwd, name), lines);
  return cwd;
}

const LACKEY = `==7== Lackey, an example Valgrind tool
I  04001090,3
 L 1ffefffe78,8
 S 1ffefffe70,8
 M 04222a80,4
 X 1
I  04001093,5
 L 1ffeff`;

const LINES = Array.from({ length: 300 }, (_, line) => `1 R ${line + 1}\n`).join('');

describe('to the last character', () => {
  it.each([
    ['recorded', 'sqlite3.trace.zst'],
    ['operations', 'tour.trace --top 3'],
    ['processes', 'fork-server.trace --top 5 --page 64KiB'],
    ['part', 'sort.trace.zst --skip 1M -n 100k --sample 1/4 --top 2 --no-hash'],
  ])('%s', async (name, args) => {
    const stdout = await text(TRACES, ...args.split(' '));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    await expect(stdout).toMatchFileSnapshot(`golden/inspect/${name}.txt`);
  });

  it.each([
    ['damaged', LACKEY, '--lenient'],
    ['line-numbers', LINES, '--format text'],
    ['reference', '7,0,1,2,0,3,0,4,2,3,0,3,2,1,2\n', ''],
  ])('%s', async (name, lines, args) => {
    const stdout = await text(withTrace(lines), 'a.trace', ...args.split(' ').filter((arg) => arg !== ''));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    await expect(stdout).toMatchFileSnapshot(`golden/inspect/${name}.txt`);
  });
});

describe('no false alarms', () => {
  // sqlite3 is above.
  it.each(['sort', 'perl'])('recorded: %s', async (name) => {
    const found = await inspected(TRACES, `${name}.trace.zst`, '--no-hash');
    expect(found.findings).toEqual([]);
    expect(found.trace.event_sha256).toBeNull();
  });

  const PATTERNS = [
    'sequential',
    'random',
    'working_set',
    'locality',
    'thrashing:cycle_pages=500',
    'zipf',
    'loop:loop_pages=100',
    'fork_server:children=4,heap_pages=64',
    'shared_memory:buffer_pages=64',
    'file_scan:file_pages=128',
    'operations',
  ];
  it.each(PATTERNS)('made: %s', async (pattern) => {
    const cwd = folder();
    await here(['gen', '-t', pattern, '-n', '50k', '-a', '4MiB', '-o', 'a.trace'], cwd);
    const { findings } = await inspected(cwd, 'a.trace', '--no-hash');
    expect(findings.filter(({ severity }) => severity === 'warning')).toEqual([]);
  });

  it.each(readdirSync(join(TRACES, 'samples')))('a sample of each format: %s', async (name) => {
    const { trace, findings, addresses } = await inspected(join(TRACES, 'samples'), name);
    const warnings = findings.filter(({ severity }) => severity === 'warning').map(({ id }) => id);
    const isPart = trace.notes.some((note) => /fault stream|memory samples|heat map/.test(note));
    expect(warnings).toEqual(addresses === 'block' ? ['block_io'] : isPart ? ['not_all_accesses'] : []);
  });

  const sample = join(SAMPLES, 'drmemtrace-legacy.trace.gz');
  it.skipIf(!existsSync(sample))('recorded by another tool (../shared/samples is there)', async () => {
    const { accesses, pages, cross_page_accesses, findings } = await inspected(SAMPLES, 'drmemtrace-legacy.trace.gz');
    expect([accesses, pages.distinct, cross_page_accesses]).toEqual([121_442, 190, 32]);
    expect(findings.filter(({ severity }) => severity === 'warning')).toEqual([]);
  });
});

describe('outputs', () => {
  it('JSON, from a pipe too, and a picture', async () => {
    const cwd = withTrace('1 R 0x1000 8\n1 W 0x1ffc 8\n2 I 0x5000 4\n1 brk 0x9000\n');
    expect(await inspected(cwd, 'a.trace')).toMatchObject({
      accesses: 3,
      touches: 4,
      reads: 1,
      writes: 1,
      fetches: 1,
      cross_page_accesses: 1,
      operations: { brk: 1 },
      processes_total: 2,
      lowest: '0x1000',
      highest: '0x5000',
      pages: { distinct: 3, code: 1, data: 2, written: 2 },
    });
    const piped = await vmm(['inspect', '-o', 'out.json', '--svg', 'a.svg', '-q'], {
      cwd,
      stdin: readFileSync(join(cwd, 'a.trace')),
    });
    expect(piped).toEqual({ code: 0, stdout: '', stderr: '' });
    const written = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8')) as Inspection;
    expect(valid(written)).toBe(true);
    const svg = readFileSync(join(cwd, 'a.svg'), 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>\n$/s);
    const { stdout } = await here(['inspect', 'a.trace', '--svg', '-'], cwd);
    expect(stdout).toBe(svg.replaceAll('stdin', 'a.trace'));
  });

  it('the same hash of the events, whatever the file', async () => {
    const cwd = withTrace('1 R 0x1000 8\n1 W 0x1ffc\n');
    writeFileSync(join(cwd, 'b.trace'), '# the same\r\n1 r 4096 8\r\n1 w 8188 1\r\n');
    const [a, b] = [await inspected(cwd, 'a.trace'), await inspected(cwd, 'b.trace')];
    expect(a.trace.event_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(a.trace.event_sha256).toBe(b.trace.event_sha256);
    expect(a.trace.sha256).not.toBe(b.trace.sha256);
  });
});

describe('bad calls', () => {
  it.each([
    ['a.trace --page 3000', 2, '--page 3000: not a page size; give a power of two up to 1GiB'],
    ['a.trace --page 256', 2, 'page 256B is too small: give 4KiB or a larger power of two'],
    ['a.trace --top -1', 2, '--top -1: not a count'],
    ['a.trace --json --svg -', 2, '--json and --svg - all go to standard output'],
    ['a.trace --sample 2', 2, '--sample 2: not a share of the pages'],
    ['no.trace', 1, 'no.trace: cannot be read (no such file)'],
    ['bad.trace --svg b.svg -o b.json', 1, "bad.trace:2: byte 10: bad op 'X'"],
  ])('%s', async (args, code, message) => {
    const cwd = withTrace('%page 4096\n1 R 0x1000 x9\n');
    writeFileSync(join(cwd, 'bad.trace'), '1 R 0x1\n1 X 0x1\n');
    const ended = await here(['inspect', ...args.split(' ')], cwd);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(`vmm inspect: `);
    expect(ended.stderr).toContain(message);
    expect(listing(cwd)).toEqual(['a.trace', 'bad.trace']);
  });
});
