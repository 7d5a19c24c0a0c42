/** Calls that must fail: what is said, the exit code, and that nothing is left behind. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folder, here, listing, runsUnprivileged, vmm } from './support/vmm.ts';

const GOOD = '1 R 0x1000\n1 W 0x2000\n2 I 0x3000\n';
const LONG = Array.from({ length: 20_000 }, (_, i) => `1 R 0x${(i * 7919).toString(16)}\n`).join('');

/** Files in the folder of each call; every call asks for outputs that must not be there afterwards. */
const FILES: Record<string, string | Uint8Array> = {
  'good.trace': GOOD,
  'empty.trace': '',
  'comments.trace': '# nothing\n\n# here\n',
  'op.trace': '1 R 0x1000\n1 X 0x2000\n',
  'address.trace': '1 R 0x1000\n1 R 0x10000000000000000\n',
  'decimal.trace': '1 R 18446744073709551616\n',
  'pid.trace': '-1 R 0x1000\n',
  'bigpid.trace': '16777216 R 0x1000\n',
  'size.trace': '1 R 0x1000 0\n',
  'extra.trace': '1 R 0x1000 4 5\n',
  'short.trace': '1 R\n',
  'fold.trace': '1 R 0x1000 x5\n',
  'folded.trace': '%page 4096\n1 R 0x1000 x5\n',
  'operation.trace': '1 R 0x1000\n1 frok 2\n',
  'argument.trace': '1 R 0x1000\n1 mprotect 0x1000 4096 rw\n',
  'stranger.trace': '1 R 0x1000\n2 fork 3\n',
  'nothing.trace': '1 R 0x1000\n1 munmap 0x900000 4096\n',
  'over.trace': '1 shm_create s 8192\n1 shm_attach s 0x1000 rw-\n1 shm_attach s 0x2000 rw-\n',
  'nodes.trace': '1 mbind 0x1000 4096 bind 1\n',
  'late.trace': '1 exit\n1 R 0x1000\n',
  'crowd.trace': '1 R 0\n2 R 0\n3 R 0\n',
  'longline.trace': `1 R 0x1000 # ${'x'.repeat(5000)}\n`,
  'junk.bin': Uint8Array.from({ length: 4096 }, (_, i) => (i * 197 + 31) & 0xff),
  'cut.gz': gzipSync(LONG).subarray(0, 9000),
  'cut.zst': zstdCompressSync(LONG).subarray(0, 9000),
  'flipped.gz': flipped(gzipSync(LONG)),
  'archive.bz2': Uint8Array.from([0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]),
  'no.json': '{"ram": }',
  'list.json': '[1]',
  'wrong.json': '{"frames": 0, "polisy": "lru"}',
  'other.csv': 'a,b,c\n1,2,3\n',
};

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[5000] = (copy[5000] ?? 0) ^ 0xff;
  return copy;
}

/** Arguments, exit code, pieces of stderr. */
type Row = readonly [args: string, code: 1 | 2, ...pieces: string[]];

const CALLS: readonly Row[] = [
  ['', 2, 'Usage: vmm'],
  ['rnu', 2, "unknown command 'rnu'", 'Did you mean run?'],
  ['--verison', 2, "unknown option '--verison'", '--version'],
  ['run good.trace --polcy lru', 2, "unknown option '--polcy'", '--policy'],
  ['run good.trace extra', 2, 'too many arguments'],
  ['run good.trace -o r.json --ram', 2, "option '-r, --ram <SIZE>' argument missing"],
  ['run operation.trace', 1, "operation.trace:2: byte 13: bad op 'frok': expected R, W or I, or fork, exit, mmap"],
  ['run argument.trace', 1, "argument.trace:2: byte 34: bad protection 'rw': expected r, w and x or -"],
  ['run stranger.trace', 1, 'stranger.trace:2: fork 3 of process 2: there is no process 2; give the pid of a process'],
  ['run nothing.trace', 1, 'nothing.trace:2: munmap 0x900000 4096 of process 1: nothing is mapped at 0x900000; map it'],
  ['run over.trace', 1, 'over.trace:3: shm_attach s 0x2000 rw- of process 1: 8192 bytes from 0x2000 on overlap'],
  ['run nodes.trace', 1, 'nodes.trace:1: mbind 0x1000 4096 bind 1 of process 1: there is no node 1, the machine has 1'],
  ['run late.trace', 1, 'late.trace: behind access 0: an access of process 1: process 1 has ended; give a pid'],
  ['run good.trace --prefetch nxt', 2, "--prefetch nxt: no prefetcher 'nxt'", 'did you mean next?'],
  ['run good.trace --numa-policy bind:1', 2, '--numa-policy bind:1: no node 1', 'more nodes'],
  ['run good.trace --ws-limit 0', 2, '--ws-limit 0: not a limit; give a number of frames'],
  ['run good.trace --ws-interval 2', 2, '--ws-interval 2: nothing to say with ws_limit'],
  ['run good.trace --nodes 2 --node-ns 80,140', 2, '--node-ns 80,140: not as many rows as columns'],
  ['run good.trace --large-pages always -p 8192', 2, '--large-pages always: 2 MiB are large pages of 4KiB', 'never'],
  ['run good.trace --hash-buckets 8', 2, '--hash-buckets 8: nothing to say with pt_type FOUR_LEVEL', 'give pt_type'],
  ['run good.trace --fragmentation 1.5', 2, '--fragmentation 1.5: above 1', 'from 0 to 1'],
  ['gen -t fork_server:children=0 -n 1', 2, 'children=0 is out of range', 'from 1 to 32000'],
  ['run good.trace --format dinaro', 2, "'dinaro' is invalid", 'lackey'],
  ['run good.trace --modify never', 2, "'never' is invalid", 'both'],
  ['run good.trace -t other.trace', 2, 'two traces'],
  ['run good.trace --policy lur', 2, "--policy lur: no policy 'lur'", 'did you mean lru?'],
  ['run good.trace -a clock:bits=9', 2, '--policy clock:bits=9: bits=9 is out of range', '1 to 8'],
  ['run good.trace --algorithm lru --policy fifo', 2, '--policy and --algorithm are the same flag'],
  ['run good.trace --tlb 63x4', 2, '--tlb 63x4: 4 ways do not divide 63 entries', '3 or 7'],
  ['run good.trace --tlb 64x4:foo', 2, "no TLB policy 'foo'", 'lru, fifo, random, plru'],
  ['run good.trace --tlb 1,2,3', 2, 'more than two levels'],
  ['run good.trace -T 8 --tlb 64', 2, '--tlb-size 8: cannot stand beside tlb'],
  ['run good.trace --tlb 64 --itlb 8', 2, '--tlb 64: a unified first level cannot stand beside'],
  ['run good.trace --frames 0', 2, '--frames 0: below 1'],
  ['run good.trace --frames -3', 2, '--frames -3: not a number'],
  ['run good.trace --frames 5 --ram 64', 2, '16384 frames', 'not both'],
  ['run good.trace -p 3000', 2, '--page-size 3000: not a power of two'],
  ['run good.trace -p 128', 2, 'below 256'],
  ['run good.trace -r 64MB', 2, "--ram 64MB: 'MB' is a power of ten"],
  ['run good.trace -r 5KiB', 2, 'not a multiple of the page size 4KiB', '4KiB or 8KiB'],
  ['run good.trace -r 100TiB', 2, 'do not fit into the 4 GiB that the engine can address', 'larger page_size'],
  ['run good.trace -s 100TiB', 2, 'swap slots do not fit into the 4 GiB'],
  ['run good.trace -v 4GiB --va-bits 20', 2, '--va-bits 20: vspace 4GiB needs 32 bits'],
  ['run good.trace --pt-type seven', 2, '--pt-type seven: no such page table'],
  ['run good.trace --pwc 1,2,3,4', 2, '4 page-walk caches, but 3 inner levels'],
  ['run good.trace --seed 1.5', 2, '--seed 1.5: not a whole number'],
  ['run good.trace -n many', 2, '--max-accesses many: not a count'],
  ['run good.trace -n 0', 2, '--max-accesses 0: not a count', 'at least 1'],
  ['run good.trace --interval 0', 2, '--interval 0: not a count'],
  ['run good.trace --skip -1', 2, '--skip -1: not a count'],
  ['run good.trace --skip 3', 1, 'good.trace: no access behind the first 3, the trace has 3'],
  ['run good.trace --sample 10', 2, '--sample 10: not a share of the pages; give 1/R', 'such as 1/100'],
  ['run good.trace --sample 1/65536', 1, 'good.trace: no page of the trace is in the sample of 1/65536'],
  ['run good.trace --sample 1/2 --prefetch next', 2, '--sample with --prefetch next'],
  ['prefetch good.trace --sample 1/2', 2, "unknown option '--sample'"],
  ['run good.trace --frames 0 -p 3000 -n x', 2, '--frames 0', '--page-size 3000', '--max-accesses x'],
  ['run good.trace --json --events -', 2, '--json and --events - all go to standard output'],
  ['run good.trace --config missing.json', 2, '--config missing.json: cannot be read (no such file)'],
  ['run good.trace --config no.json', 2, '--config no.json: not JSON'],
  ['run good.trace --config list.json', 2, 'not an object of configuration keys'],
  [
    'run good.trace --config wrong.json',
    2,
    'wrong.json: frames 0: below 1',
    'wrong.json: polisy lru: no such key',
    'policy?',
  ],
  ['run folded.trace -p 1KiB', 2, 'folded with pages of 4KiB', 'page_size 1KiB is too small'],
  ['run missing.trace', 1, 'missing.trace: cannot be read (no such file)'],
  ['run folder', 1, 'folder: is a directory'],
  ['run empty.trace', 1, 'empty.trace: holds no access'],
  ['run comments.trace', 1, 'comments.trace: holds no access'],
  ['run op.trace', 1, 'op.trace:2: byte', "'X'", 'expected R, W or I'],
  ['run address.trace', 1, 'address.trace:2:', '0x10000000000000000'],
  ['run decimal.trace', 1, 'decimal.trace:1:', '18446744073709551616'],
  ['run pid.trace', 1, 'pid.trace:1:', '-1', '16777215'],
  ['run bigpid.trace', 1, 'bigpid.trace:1:', '16777216'],
  ['run size.trace', 1, 'size.trace:1:', 'size'],
  ['run extra.trace', 1, 'extra.trace:1:'],
  ['run short.trace', 1, 'short.trace:1:', 'address'],
  ['run fold.trace', 1, 'fold.trace:1:', '%page'],
  ['run longline.trace', 1, 'longline.trace:1:', '4096'],
  ['run junk.bin', 1, 'junk.bin:'],
  ['run cut.gz', 1, 'cut.gz:', 'byte'],
  ['run cut.zst', 1, 'cut.zst:', 'byte'],
  ['run flipped.gz', 1, 'flipped.gz:'],
  ['run archive.bz2', 1, 'truncated bzip2 data: expected a whole bzip2 stream'],
  ['run crowd.trace --max-processes 2', 1, 'pid 3 is one process more than max_processes 2'],
  ['run good.trace -o nowhere/r.json', 1, 'nowhere/r.json: cannot be written (no such directory)'],
  ['run good.trace -o folder', 1, 'folder: cannot be written (it is a directory)'],
  ['run good.trace --csv other.csv', 1, 'other.csv: cannot be added to', 'not the header'],
  ['run good.trace --events nowhere/e.ndjson', 1, 'nowhere/e.ndjson: cannot be written'],
  ['compare good.trace --policies lur', 2, "--policies lur: no policy 'lur'", 'did you mean lru?'],
  [
    'compare good.trace --policies lru,clock:bits=9,lru',
    2,
    '--policies clock:bits=9: bits=9',
    '--policies lru: given twice',
  ],
  ['compare good.trace --policies -lru', 2, '--policies -lru: it is not there'],
  ['compare good.trace --policies all,mru', 2, '--policies mru: given twice'],
  ['compare good.trace --frames 5,0', 2, '--frames 0: no memory at all; give a number of frames, a size'],
  ['compare good.trace --frames 5KiB', 2, '--frames 5KiB: not a whole number of pages of 4KiB'],
  ['compare good.trace --frames 5% -p 3000 -j 0', 2, '--page-size 3000', '--jobs 0: not a count'],
  ['compare good.trace --frames -5%', 2, "--frames '-5%': not a size"],
  ['compare good.trace --config wrong.json', 2, 'wrong.json: polisy lru: no such key'],
  ['compare good.trace --policy lru', 2, "unknown option '--policy'", '--policies'],
  ['compare good.trace --ram 64', 2, "unknown option '--ram'"],
  ['compare good.trace --json --csv -', 2, '--json and --csv - all go to standard output'],
  ['compare good.trace --csv nowhere/c.csv', 1, 'nowhere/c.csv: cannot be written'],
  ['compare missing.trace', 1, 'missing.trace: cannot be read (no such file)'],
  [
    'compare over.trace --jobs 2',
    1,
    'over.trace:3: shm_attach s 0x2000 rw- of process 1: 8192 bytes from 0x2000 on overlap',
  ],
  ['compare crowd.trace --max-processes 2', 1, 'pid 3 is one process more than max_processes 2'],
  ['compare cut.zst', 1, 'cut.zst:', 'byte'],
  ['compare folded.trace -p 1KiB', 2, 'folded with pages of 4KiB'],
  ['gen -t zpif', 2, '--type zpif: no such pattern; did you mean zipf?'],
  ['gen -t zipf:exponent=99', 2, 'exponent=99 is out of range', '0.01 to 10'],
  ['gen -t zipf:expnent=1', 2, "no parameter 'expnent'", 'did you mean exponent?'],
  ['gen -n -5', 2, '--num-accesses -5: not a count'],
  ['gen -p 0', 2, '--num-processes 0'],
  ['gen -a 1GB', 2, "--addr-space 1GB: 'GB' is a power of ten"],
  ['gen -s -1', 2, '--seed -1'],
  ['gen --write-ratio 2', 2, '--write-ratio 2: not a share'],
  ['gen -n 10 -o nowhere/g.trace', 1, 'nowhere/g.trace: cannot be written (no such directory)'],
  ['gen extra', 2, 'too many arguments'],
  ['policies --jsn', 2, "unknown option '--jsn'", '--json'],
];

const WITH_OUTPUTS = /^run (?!.*(--json|-o|--csv|--events))\S/;

async function fails(line: string, code: number, pieces: readonly string[], call: typeof here): Promise<void> {
  const cwd = folder();
  for (const [name, content] of Object.entries(FILES)) if (line.includes(name)) writeFileSync(join(cwd, name), content);
  if (/ folder\b/.test(line)) mkdirSync(join(cwd, 'folder'));
  const before = listing(cwd);
  const outputs = WITH_OUTPUTS.test(line) ? ['-o', 'r.json', '--csv', 't.csv', '--events', 'e.ndjson'] : [];
  const words = line.split(' ').filter((word) => word !== '');
  const { code: got, stdout, stderr } = await call([...words, ...outputs], cwd);
  for (const piece of pieces) expect(stderr).toContain(piece);
  expect(stderr).not.toMatch(/\n\s+at |node:internal/);
  expect(got).toBe(code);
  expect(stdout).toBe('');
  expect(listing(cwd)).toEqual(before);
}

describe('a bad call says what is wrong and leaves nothing behind', () => {
  for (const [line, code, ...pieces] of CALLS) it(`vmm ${line}`, () => fails(line, code, pieces, here));

  // Some of them as the shell sees them.
  for (const [line, code, ...pieces] of CALLS.filter((_, place) => place % 12 === 0)) {
    it(`in a process of its own: vmm ${line}`, () => fails(line, code, pieces, (args, cwd) => vmm(args, { cwd })));
  }

  it.skipIf(!runsUnprivileged())('a file or folder that may not be used', async () => {
    const cwd = folder();
    chmodSync(cwd, 0o755);
    writeFileSync(join(cwd, 'secret.trace'), GOOD);
    chmodSync(join(cwd, 'secret.trace'), 0);
    writeFileSync(join(cwd, 'good.trace'), GOOD);
    mkdirSync(join(cwd, 'closed'), { mode: 0o555 });
    const call = { cwd, unprivileged: true };
    const secret = await vmm(['run', 'secret.trace'], call);
    expect(secret.stderr).toContain('secret.trace: cannot be read (permission denied)');
    expect(secret.code).toBe(1);
    const closed = await vmm(['run', 'good.trace', '-o', 'closed/r.json'], call);
    expect(closed.stderr).toContain('closed/r.json: cannot be written (permission denied)');
    expect(closed.code).toBe(1);
    expect(listing(join(cwd, 'closed'))).toEqual([]);
  });

  it('no trace and nothing on standard input', () =>
    fails('run', 2, ['no trace', 'standard input'], (args, cwd) => vmm(args, { cwd })));

  it('a bad trace on standard input', async () => {
    expect(await vmm(['run'], { stdin: '1 R 0x1000\nx\n' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('stdin:2:'),
    });
    expect(await vmm(['run', '-'], { stdin: '' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds no access'),
    });
  });
});
