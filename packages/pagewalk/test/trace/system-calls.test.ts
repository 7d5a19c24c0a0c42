// System calls in a log of valgrind: which operations they become. Each case is a log above and the operations in it below.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Machine, TraceError, textOf, traceFromBytes } from '../../src/node/index.ts';

const FAILED = '-';
type Line = readonly [name: string, words: string, result?: string];

/** A log: `['mmap', '0x0, 8192, 3, 34, 4294967295, 0', '0x1000']`, or a line as it is. */
function log(lines: readonly (Line | string)[]): Uint8Array {
  const text = lines.map((line) => {
    if (typeof line === 'string') return `${line}\n`;
    const [name, words, result = '0x0'] = line;
    const outcome = result === FAILED ? '[pre-fail] Failure(0x16)' : `[pre-success] Success(${result})`;
    return `SYSCALL[12,1](9) sys_${name} ( ${words} ) --> ${outcome} \n`;
  });
  return Buffer.from(`I  04001000,3\n${text.join('')}I  04001003,3\n`, 'latin1');
}

const ANON = '3, 34, 4294967295, 0';
const OPEN_DATA: Line = ['openat', '4294967196, 0x10a004(/tmp/data), 2', '0x3'];

async function linesOf(bytes: Uint8Array): Promise<string[]> {
  let text = '';
  for await (const piece of textOf(await traceFromBytes(bytes, { format: 'lackey' }))) text += Buffer.from(piece);
  return text.split('\n').filter((line) => line !== '');
}

const operationsOf = async (bytes: Uint8Array): Promise<string[]> =>
  (await linesOf(bytes)).filter((line) => !/^\d+ [RWI] /.test(line)).map((line) => line.replace(/^1 /, ''));

const CASES: readonly (readonly [what: string, lines: readonly (Line | string)[], operations: readonly string[]])[] = [
  [
    'memory is mapped, whole pages of it, where the kernel says',
    [
      ['mmap', `0x0, 5000, ${ANON}`, '0x5000000'],
      ['mmap', '0x0, 4096, 5, 33, 4294967295, 0', '0x6000000'],
      ['munmap', '0x5000000, 5000'],
    ],
    ['mmap 0x5000000 8192 rw- private', 'mmap 0x6000000 4096 r-x shared', 'munmap 0x5000000 8192'],
  ],
  [
    'what failed changed nothing',
    [
      ['mmap', `0x0, 5000, ${ANON}`, FAILED],
      ['munmap', '0x5000000, 5000', FAILED],
    ],
    [],
  ],
  ['unmapping nothing is nothing', [['munmap', '0x5000000, 4096']], []],
  [
    'files have the names that they were opened by',
    [
      'SYSCALL[12,1](257) sys_openat ( 4294967196, 0x10a004(/tmp/a b)c, #d), 0 ) --> [async] ... ',
      'SYSCALL[12,2](257) sys_openat ( 4294967196, 0x10a004(/tmp/../etc//data), 0 ) --> [async] ... ',
      'SYSCALL[12,1](257) ... [async] --> Success(0x3) ',
      'SYSCALL[12,2](257) ... [async] --> Success(0x4) ',
      ['mmap', '0x0, 4096, 1, 2, 3, 0', '0x5000000'],
      ['mmap', '0x0, 4096, 3, 1, 4, 8192', '0x6000000'],
    ],
    [
      'mmap 0x5000000 4096 r-- private file:/tmp/a%20b)c,%20%23d 0',
      'mmap 0x6000000 4096 rw- shared file:/etc/data 8192',
    ],
  ],
  [
    'descriptors are duplicated, closed and used again',
    [
      OPEN_DATA,
      ['dup', '3', '0x5'],
      ['dup2', '3, 7', '0x7'],
      ["fcntl[ARG3=='arg']", '3, 0, 10', '0xa'],
      ['close', '3'],
      ['openat', '4294967196, 0x1(/tmp/other), 0', '0x3'],
      ...['3', '5', '7', '10'].map((fd, i): Line => ['mmap', `0x0, 4096, 1, 2, ${fd}, 0`, `0x${i + 5}000000`]),
    ],
    ['other', 'data', 'data', 'data'].map((name, i) => `mmap 0x${i + 5}000000 4096 r-- private file:/tmp/${name} 0`),
  ],
  [
    'relative paths are of the folder that the process is in, or has opened',
    [
      ['chdir', '0x1(/home/me)'],
      ['open', '0x1(../you/x), 0', '0x3'],
      ['openat', '4294967196, 0x1(/srv), 65536', '0x4'],
      ['openat', '4, 0x1(y), 0', '0x5'],
      ['mmap', '0x0, 4096, 1, 2, 3, 0', '0x5000000'],
      ['mmap', '0x0, 4096, 1, 2, 5, 0', '0x6000000'],
    ],
    ['mmap 0x5000000 4096 r-- private file:/home/you/x 0', 'mmap 0x6000000 4096 r-- private file:/srv/y 0'],
  ],
  [
    'a file that comes after another of its name is another',
    [
      OPEN_DATA,
      ['mmap', '0x0, 4096, 1, 2, 3, 0', '0x5000000'],
      ['unlink', '0x1(/tmp/data)'],
      ['openat', '4294967196, 0x1(/tmp/data), 66, 384', '0x4'],
      ['mmap', '0x0, 4096, 1, 2, 4, 0', '0x6000000'],
    ],
    ['mmap 0x5000000 4096 r-- private file:/tmp/data 0', 'mmap 0x6000000 4096 r-- private file:/tmp/data~2 0'],
  ],
  [
    'the size of a file is told where it is known, and taken back where it grows',
    [
      ['openat', '4294967196, 0x1(/tmp/new), 578, 384', '0x3'],
      ['ftruncate', '3, 8192'],
      ['mmap', '0x0, 8192, 3, 1, 3, 0', '0x5000000'],
      ['ftruncate', '3, 4096'],
      ['write', '3, 0x1000, 10', '0xa'],
    ],
    [
      'ftruncate /tmp/new 8192',
      'mmap 0x5000000 8192 rw- shared file:/tmp/new 0',
      'ftruncate /tmp/new 4096',
      `ftruncate /tmp/new ${2n ** 62n}`,
    ],
  ],
  [
    'memory files are shared memory objects, until nobody has them',
    [
      ['memfd_create', '0x10a004, 1', '0x3'],
      ['ftruncate', '3, 8192'],
      ['mmap', '0x0, 8192, 3, 1, 3, 0', '0x5000000'],
      ['dup', '3', '0x4'],
      ['close', '3'],
      ['close', '4'],
    ],
    [`shm_create memfd ${2n ** 40n}`, 'mmap 0x5000000 8192 rw- shared shm:memfd 0', 'shm_remove memfd'],
  ],
  [
    'segments of System V',
    [
      ['shmget', '0, 10000, 896', '0x4b'],
      ['shmat', '75, 0x0, 4096', '0x5000000'],
      ['shmctl', '75, 0, 0x0'],
      ['shmctl', '75, 0, 0x0'],
      ['shmdt', '0x5000000'],
    ],
    ['shm_create sysv-1 10000', 'shm_attach sysv-1 0x5000000 r--', 'shm_remove sysv-1', 'shm_detach 0x5000000'],
  ],
  [
    'rights, locks, advice',
    [
      ['mmap', `0x0, 16384, ${ANON}`, '0x5000000'],
      ['mprotect', '0x5000000, 100, 0'],
      ['madvise', '0x5001000, 4096, 4'],
      ['madvise', '0x5001000, 4096, 16'],
      ['mlock', '0x5001010, 10'],
      ['munlock', '0x5001010, 4096'],
      ['msync', '0x5000000, 1, 0x4'],
      ['msync', '0x5000000, 1, 0x1'],
    ],
    [
      'mmap 0x5000000 16384 rw- private',
      'mprotect 0x5000000 4096 ---',
      'madvise 0x5001000 4096 dontneed',
      'mlock 0x5001000 4096',
      'munlock 0x5001000 8192',
      'msync 0x5000000 4096',
    ],
  ],
  [
    'what the kernel moves as one the machine moves region by region',
    [
      ['mmap', `0x0, 16384, ${ANON}`, '0x5000000'],
      ['mprotect', '0x5001000, 4096, 1'],
      ['mprotect', '0x5001000, 4096, 3'],
      ['mremap', '0x5000000, 16384, 20480, 0x1', '0x6000000'],
      ['mremap', '0x6000000, 20480, 24576, 0x1', '0x6000000'],
      ['mremap', '0x6000000, 24576, 4096, 0x1', '0x6000000'],
    ],
    [
      'mmap 0x5000000 16384 rw- private',
      'mprotect 0x5001000 4096 r--',
      'mprotect 0x5001000 4096 rw-',
      'mremap 0x5000000 4096 0x6000000 4096',
      'mremap 0x5001000 4096 0x6001000 4096',
      'mremap 0x5002000 8192 0x6002000 12288',
      'mremap 0x6002000 12288 0x6002000 16384',
      'munmap 0x6001000 20480',
    ],
  ],
  [
    'the heap',
    [
      ['brk', '0x0', '0x4035000'],
      ['brk', '0x4056000', '0x4056000'],
      ['brk', '0x9056000', '0x4056000'],
      ['brk', '0x4040010', '0x4040010'],
    ],
    ['brk 0x4035000', 'brk 0x4056000', 'brk 0x4040010'],
  ],
  [
    'a child shares memory until it is waited for; threads and vfork make none',
    [
      'SYSCALL[12,1](56) sys_clone ( 1200011, 0x0, 0x0, 0x4a28a10, 0x0 )   clone(fork): process 12 created child 15',
      ' --> [pre-success] Success(0xf) ',
      'SYSCALL[12,1](58) sys_fork ( )   fork: process 12 created child 16',
      ' --> [pre-success] Success(0x10) ',
      'SYSCALL[12,1](56) sys_clone ( 4111, 0x5a49ff0, 0x0, 0x0, 0x0 )   clone(fork): process 12 created child 17',
      ' --> [pre-success] Success(0x11) ',
      'SYSCALL[12,1](56) sys_clone ( 3d0f00, 0x523ef70, 0x0, 0x0, 0x0 ) --> [pre-success] Success(0x12) I  0494eb42,3',
      'SYSCALL[12,1](61) sys_wait4 ( 4294967295, 0x0, 0, 0x0 ) --> [async] ... ',
      '',
      'SYSCALL[12,1](61) ... [async] --> Success(0xf) ',
      'SYSCALL[12,1](334) unimplemented (by the kernel) syscall: 334! (ni_syscall)',
      ' --> [pre-fail] Failure(0x26) ',
    ],
    ['fork 2', '2 exit'],
  ],
  [
    'large pages',
    [
      ['mmap', '0x0, 2097152, 3, 262178, 4294967295, 0', '0x6000000'],
      ['mmap', `0x0, 1048576, 3, ${0x40022 + (30 << 26)}, 4294967295, 0`, '0x40000000'],
    ],
    ['mmap 0x6000000 2097152 rw- private huge:2m', 'mmap 0x40000000 1073741824 rw- private huge:1g'],
  ],
];

describe('system calls in a log', () => {
  it.each(CASES)('%s', async (_, lines, operations) => {
    const bytes = log(lines);
    expect(await operationsOf(bytes)).toEqual(operations);
    // No machine refuses them.
    const machine = await Machine.create({ frames: 4096 });
    await machine.run(await traceFromBytes(bytes, { format: 'lackey', objects: machine.objectNames }));
  });

  it('keeps accesses and operations in order, one behind a call without a line end too', async () => {
    const bytes = log([
      ['mmap', `0x0, 4096, ${ANON}`, '0x5000000'],
      ' S 05000000,8',
      'SYSCALL[12,1](56) sys_clone ( 3d0f00, 0x523ef70, 0x0, 0x0, 0x0 ) --> [pre-success] Success(0x12)  L 05000000,8',
      ['munmap', '0x5000000, 4096'],
    ]);
    expect(await linesOf(bytes)).toEqual([
      '1 I 0x4001000 3',
      '1 mmap 0x5000000 4096 rw- private',
      '1 W 0x5000000 8',
      '1 R 0x5000000 8',
      '1 munmap 0x5000000 4096',
      '1 I 0x4001003 3',
    ]);
  });

  it('counts what no operation stands for, and tells of threads', async () => {
    const source = await traceFromBytes(
      log([
        ['mlockall', '3'],
        ['getpid', ''],
        ['read', '3, 0x0, 10', '0xa'],
        ['read', '3, 0x0, 10', '0xa'],
        ['madvise', '0x5000000, 4096, 16'],
        'SYSCALL[12,1](56) sys_clone ( 3d0f00, 0x1, 0x0, 0x0, 0x0 ) --> [pre-success] Success(0x12) ',
      ]),
      { format: 'lackey' },
    );
    while (await source.next());
    const { leftOut, facts, notes } = source.info();
    expect({ leftOut, facts, notes }).toEqual({
      leftOut: { mlockall: 1, 'madvise 16': 1, 'other system calls': 3 },
      facts: { threads: 2, other_calls: 'getpid 1, read 2' },
      notes: ['threads: valgrind ran them one at a time, and their accesses are not told apart'],
    });
  });

  it.each([
    ['a call without an end', 'SYSCALL[12,1](59) sys_execve ( 0x10a018(/bin/true), 0x1, 0x2 )'],
    ['an end without a call', ' --> [pre-success] Success(0x0) '],
    ['damage', 'SYSCALL[12,1](9) sys_mmap ( 0x0, 81'],
    ['damage that ends well', 'SYSCALL[12,1](9) sys_mmap --> [pre-success] Success(0x1000) '],
    [
      'numbers that cannot be',
      'SYSCALL[12,1](9) sys_mmap ( 0x0, -3, 3f, 34, 0, -1 ) --> [pre-success] Success(0x1000) ',
    ],
    ['no numbers', 'SYSCALL[12,1](9) sys_mmap ( ) --> [pre-success] Success(0x1000) '],
  ])('reads on behind %s', async (_, line) => {
    expect((await linesOf(log([line]))).filter((text) => / I /.test(text))).toHaveLength(2);
  });

  it('says what is wrong with a damaged log, or reads on, and never fails otherwise', async () => {
    const sample = readFileSync(new URL('../../../../traces/samples/lackey.syscalls.txt', import.meta.url));
    const damage = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.integer({ min: 9, max: 255 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, fc.integer({ min: 40, max: sample.length }), async (places, length) => {
        const bytes = new Uint8Array(sample.subarray(0, length));
        for (const [place, byte] of places) if (place < length) bytes[place] = byte;
        const source = await traceFromBytes(bytes, { format: 'lackey', lenient: true });
        try {
          while (await source.next());
        } catch (error) {
          expect(error).toBeInstanceOf(TraceError);
        }
        await source.close();
      }),
      { numRuns: process.env['SOAK'] ? 2000 : 100 },
    );
  }, 120_000);

  it('takes no blank line before the first call', async () => {
    const reading = linesOf(Buffer.from('I  04001000,3\n\nI  04001003,3\n'));
    await expect(reading).rejects.toThrow('trace:2: byte 14: no line');
  });
});
