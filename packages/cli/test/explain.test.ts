/** `vmm explain` to the last character: change it, look at the difference, and keep it with `vitest -u`. Then its bad calls. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folder, here, vmm } from './support/vmm.ts';

const PAGES = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];
/** Belady's string; the pages are written as they come, and the last access reaches over a border. */
const TRACE = `${PAGES.map((page, place) => `1 ${place < 4 ? 'W' : 'R'} 0x${page}0a8 4`).join('\n')}
2 R 0x7f1234567abc 8
1 I 0x8000000000000000
1 R 0x5ffe 4
`;

/** Two processes with copies on write and a file. */
const OPERATIONS = `1 mmap 0x10000 16384 rw- private anon
1 W 0x10000
1 W 0x11000
1 R 0x12000
1 fork 2
2 R 0x10000
2 W 0x10000
1 W 0x10000
1 W 0x12000
1 mmap 0x20000 16384 rw- shared file:data.bin 0
1 R 0x20000
1 W 0x20000
2 mmap 0x30000 16384 r-- private file:data.bin 0
2 R 0x30000
1 munmap 0x11000 4096
1 mmap 0x11000 4096 rw- private anon
1 W 0x11000
2 W 0x30000
1 R 0x40000
`;

function withTrace(trace = TRACE): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'a.trace'), trace);
  return cwd;
}

async function text(trace: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await here(['explain', 'a.trace', ...args], withTrace(trace));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  return stdout;
}

describe('vmm explain', () => {
  it.each([
    ['clock-round', '--fault 4 --frames 3'],
    ['clock-swap-in', '--fault 8 --frames 3 --pwc 2,4,32'],
    ['fifo-policy-miss', '--fault 5 --frames 3 -a fifo'],
    ['lru-capacity', '--at 10 --frames 3 -a lru --tlb 4x2 --pt-type two-level --va-bits 48'],
    ['opt-capacity', '--at 11 --frames 3 -a opt'],
    ['nru', '--at 7 --frames 3 -a nru:tick=5'],
    ['aging', '--at 7 --frames 3 -a aging:tick=2'],
    ['lfu', '--at 7 --frames 3 -a lfu'],
    ['hit', '--at 8 --frames 3 -a fifo'],
    ['walk', '--at 8 --frames 5 --tlb none'],
    ['cold', '--at 13'],
    ['segfault', '--at 14'],
    ['two-pages', '--at 15 --frames 3 --no-tagged'],
    ['out-of-memory', '--at 2 --frames 1 --swap 0'],
    ['classes', '--classes --frames 3 -a fifo'],
    ['classes-opt', '--classes --frames 3 -a opt'],
  ])('%s', async (name, args) => {
    await expect(await text(TRACE, ...args.split(' '))).toMatchFileSnapshot(`golden/explain/${name}.txt`);
  });

  it.each([
    ['zero-page', '--at 3'],
    ['cow-copy', '--at 5'],
    ['cow-reuse', '--at 6'],
    ['file-read', '--at 8'],
    ['write-notify', '--at 9'],
    ['map', '--at 10'],
    ['unmapped', '--at 11'],
    ['protection', '--at 12'],
    ['no-region', '--at 13 --strict-regions'],
    ['evicted-since', '--at 13 --frames 3'],
    ['classes-operations', '--classes --frames 3'],
  ])('with operations: %s', async (name, args) => {
    await expect(await text(OPERATIONS, ...args.split(' '))).toMatchFileSnapshot(`golden/explain/${name}.txt`);
  });

  it('prints what it found as JSON', async () => {
    const told: unknown = JSON.parse(await text(TRACE, '--fault', '5', '--frames', '3', '-a', 'lru', '--json'));
    expect(told).toMatchObject({
      access: 5,
      address: '0x10a8',
      touches: [
        {
          page: '0x1',
          fault: { number: 5, kind: 'swap_in', major: true },
          eviction: { page: '0x2', next: [{ page: '0x3' }, { page: '0x4' }] },
          history: { stack_distance: 4, last_eviction: { access: 4, by_page: '0x4' } },
          verdict: { class: 'policy_miss', remedy: { frames: 4, more: 1, exact: true } },
        },
      ],
    });
    const classes: unknown = JSON.parse(await text(TRACE, '--classes', '--frames', '3', '-a', 'fifo', '--json'));
    expect(classes).toMatchObject({ page_faults: 12, cold: 7 });
  });

  it('says the same of a trace that comes only once', async () => {
    const args = ['--fault', '8', '--frames', '3', '--json'];
    const whole: unknown = JSON.parse(await text(TRACE, ...args));
    const { stdout, stderr } = await vmm(['explain', '-', ...args], { stdin: zstdCompressSync(TRACE) });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ ...(whole as object), trace: 'stdin' });
    const cwd = folder();
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const asked = vmm(['explain', 'pipe', ...args], { cwd });
    writeFileSync(join(cwd, 'pipe'), TRACE);
    const piped = await asked;
    expect(piped.stderr).toBe('');
    expect(JSON.parse(piped.stdout)).toEqual({ ...(whole as object), trace: 'pipe' });
  });
});

describe('bad calls of vmm explain', () => {
  it.each([
    ['a.trace', 'what to explain? Give --at N, --fault K or --classes'],
    ['a.trace --at 1 --fault 1', '--at and --fault: give one of them'],
    ['a.trace --classes --fault 1', '--fault and --classes: give one of them'],
    ['a.trace --at 0', '--at 0: not a count'],
    ['a.trace --fault x', '--fault x: not a count'],
    ['a.trace --at 16', 'no access 16: a.trace has 15 accesses'],
    ['a.trace --fault 99 --frames 100', 'no page fault 99: a.trace has 7 page faults on this machine'],
    ['a.trace --at 1 --polcy lru', "unknown option '--polcy'"],
    ['a.trace --at 1 --frames 0', '--frames 0'],
  ])('%s', async (args, said) => {
    const { code, stdout, stderr } = await here(['explain', ...args.split(' ')], withTrace());
    expect(stderr).toContain(said);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a trace that is not there', async () => {
    const { code, stderr } = await here(['explain', 'b.trace', '--at', '1'], withTrace());
    expect(stderr).toContain('b.trace: cannot be read (no such file)');
    expect(code).toBe(1);
  });
});
