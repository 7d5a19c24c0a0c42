import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../../src/trace/open.ts';
import { latin1, readBytes } from '../support.ts';
import { accessesOf } from './support.ts';

async function read(text: string, options: OpenOptions = {}) {
  const read = await readBytes(latin1(text), { name: 't', ...options });
  expect(read.error).toBeNull();
  return { ...read.info, is: accessesOf(read) };
}

describe('Dinero', () => {
  test('din: words of 4 bytes, comments, escapes', async () => {
    const { is, leftOut } = await read(
      '2 4010d0\n0 7FFE3a13   a stack slot\n1\t0x7ffe3a14 # b\n4 0\n3 0\n  0  ffffffffffffffff\n0 0000000000000000001000\n',
    );
    expect(is).toEqual([
      '1 ifetch 4010d0 4',
      '1 read 7ffe3a10 4',
      '1 write 7ffe3a14 4',
      '1 read fffffffffffffffc 4',
      '1 read 1000 4',
    ]);
    expect(leftOut).toEqual({ escapes: 1, flushes: 1 });
  });

  test('extended: sizes in hex, either case, no access in v and c', async () => {
    const { is, leftOut } = await read('i 4010d0 5\nR 7ffe3a10 10\nw 0x7ffe3ffe 0X4 x\nm 10 ffffffff\nv 0 0\nC 0 40\n');
    expect(is).toEqual(['1 ifetch 4010d0 5', '1 read 7ffe3a10 16', '1 write 7ffe3ffe 4', '1 read 10 4294967295']);
    expect(leftOut).toEqual({ invalidations: 1, copy_backs: 1 });
  });
});

describe('csv', () => {
  test('a table of memory accesses keeps sizes', async () => {
    const { is, settings, notes } = await read('pid;addr;rw;len\n1;0x7ffe3a10;R;8\n"2" ; 4096 ;store;4\n');
    expect(is).toEqual(['1 read 7ffe3a10 8', '2 write 1000 4']);
    expect(settings).toEqual({ id_is: 'byte', split: 'yes' });
    expect(notes).toEqual([]);
  });

  test('blocks are one access each, or all their bytes', async () => {
    const text = 'version,time,op,size,lbn\n1,33898,2a,512,42932745\n1,33899,28,8192,8\n';
    const first = await read(text);
    expect(first.is).toEqual(['1 write 51e341200 1', '1 read 1000 1']);
    expect(first.settings).toEqual({ id_is: 'lbn512', split: 'no' });
    expect(first.notes).toEqual(['block I/O below the page cache']);
    expect((await read(text, { split: true })).is).toEqual(['1 write 51e341200 512', '1 read 1000 8192']);
    expect((await read(text, { idIs: 'byte' })).is).toEqual(['1 write 28f1a09 1', '1 read 8 1']);
    expect((await read(text, { idIs: 'page' })).is).toEqual(['1 write 28f1a09000 1', '1 read 8000 1']);
  });

  test('sizes that do not count are not looked at', async () => {
    expect((await read('id,size\n5,none\n')).is).toEqual(['1 read 5000 1']);
    expect((await read('addr,size\n5,8\n', { split: false })).is).toEqual(['1 read 5 1']);
  });

  test('every word for an op', async () => {
    const words = [
      ['read', 'r R read rd Load l GET 0 28 0x28 88 0x88'],
      ['write', 'w write WR store s set put 1 2a 2A 0x2a 8a 0X8A'],
      ['ifetch', 'i ifetch FETCH inst 2'],
    ] as const;
    for (const [op, list] of words) {
      const lines = list.split(' ').map((word) => `${word},16\n`);
      const { is } = await read(`type,address\n${lines.join('')}`);
      expect(is).toEqual(lines.map(() => `1 ${op} 10 1`));
    }
  });

  test('names of columns in any case, with blanks and quotes, the first of two', async () => {
    const { is } = await read('"Virtual Address"\tIO-Type\tPID\taddr\n0x10\tW\t3\t0x20\n');
    expect(is).toEqual(['3 write 10 1']);
    expect((await read('offset,page\n4096,7\n')).is).toEqual(['1 read 1000 1']);
  });

  test('--columns by number, with and without a header', async () => {
    const columns = 'addr=3,op=2,size=4,pid=1';
    const rows = '7,R,0x1000,8\n8,W,8192,4\n';
    const is = ['7 read 1000 8', '8 write 2000 4'];
    expect((await read(rows, { columns })).is).toEqual(is);
    expect((await read(`who,what,where,bytes\n${rows}`, { columns })).is).toEqual(is);
    expect((await read(rows, { columns: 'addr=3' })).is).toEqual(['1 read 1000 1', '1 read 2000 1']);
    expect((await read('a,1f\nb,20\n', { columns: 'addr=2:hex' })).is).toEqual(['1 read 1f 1', '1 read 20 1']);
  });

  test('--columns by name', async () => {
    const text = 'a,b,lbn\n5,8,9\n';
    expect((await read(text, { columns: 'addr=a,size=b' })).is).toEqual(['1 read 5 8']);
    const blocks = await read(text, { columns: 'addr=LBN,size=1' });
    expect(blocks.is).toEqual(['1 read 1200 1']);
    expect(blocks.settings).toEqual({ id_is: 'lbn512', split: 'no', columns: 'addr=LBN,size=1' });
    await expect(read(text, { columns: 'addr=c' })).rejects.toThrow("columns: no column 'c' in the header 'a,b,lbn'");
  });

  test.each(['', 'op=1', 'addr=0', 'addr=1,addr=2', 'addr=1,size', 'addr=1,len=2', 'addr=1025', 'addr=1,op=2:hex'])(
    '--columns %j is refused',
    async (columns) => {
      await expect(read('a\n1\n', { columns })).rejects.toThrow(/^columns '.*': expected addr=4,op=2,/);
    },
  );

  test('the longest header', async () => {
    const names = Array.from({ length: 400 }, (_, index) => `column${index}`);
    const { is } = await read(`${names.join(',')},addr\n${'0,'.repeat(400)}77\n`);
    expect(is).toEqual(['1 read 4d 1']);
  });
});

describe('block traces', () => {
  test('MSR: volumes are pids', async () => {
    const text =
      'Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime\n' +
      '1,usr,0,Read,4095,2,1\n2,usr,1,WRITE,18446744073709551615,4294967295,1\n3,src,0,read,0,1,1\n4,usr,0,write,8,1,1\n';
    const { is, format, notes } = await read(text);
    expect(format).toBe('msr');
    expect(notes).toEqual(['block I/O below the page cache']);
    expect(is).toEqual(['1 read fff 1', '2 write ffffffffffffffff 1', '3 read 0 1', '1 write 8 1']);
    expect((await read(text, { split: true })).is.slice(0, 2)).toEqual([
      '1 read fff 2',
      '2 write ffffffffffffffff 4294967295',
    ]);
  });

  test('Tencent: sectors, the volume is the pid', async () => {
    const text = '1538323200,36028797018963967,8388607,1,16777215\n1538323200,1,1,0,0\n';
    expect((await read(text)).is).toEqual(['16777215 write fffffffffffffe00 1', '0 read 200 1']);
    expect((await read(text, { split: true })).is).toEqual([
      '16777215 write fffffffffffffe00 4294966784',
      '0 read 200 512',
    ]);
  });
});

test('the view of a drmemtrace', async () => {
  const { is, leftOut } = await read(
    `Output format:
<--record#-> <--instr#->: <---tid---> <record details>
------------------------------------------------------------
           1           0:     3256418 <marker: version 6>
           4           1:     3256418 ifetch       3 byte(s) @ 0x00007f6fdd3ec360 48 89 e7   mov %rsp, %rdi
           5           1:     3256418                                           90 90
           6           2:     3256418 write        8 byte(s) @ 0x00007ffe9f2bb7c8 by PC 0x00007f6fdd3ec363
           7           3: W2.T12 read         8 byte(s) @ 0xffffffffffffffff by PC 0x1
           8           3: T12 pref-r-L1    0 byte(s) @ 0x1 by PC 0x1
           9           4: 12 ifetch       2 byte(s) @ 0x00007f6fdd3ed059 non-fetched instruction
          10           4: 12 dflush 0 byte(s) @ 0x1
          11           4: 12 <thread 12 exited>
          12           4: 12 <entry type 63>
View tool results:
              4 : total instructions
`,
  );
  expect(is).toEqual(['1 ifetch 7f6fdd3ec360 3', '1 write 7ffe9f2bb7c8 8', '3 read ffffffffffffffff 8']);
  expect(leftOut).toEqual({
    markers: 1,
    prefetches: 1,
    unfetched_instructions: 1,
    flushes: 1,
    thread_exits: 1,
    other_records: 1,
  });
});

describe('perf', () => {
  test('page faults in the forms that perf script has', async () => {
    const { is, leftOut, notes } = await read(
      [
        '            true 17340/17340 32593.886009: page-faults:     55997774d1e0 __progname ffffffff8175336a elf_load',
        'Web 12 Content 41/42 [001] 1.5: minor-faults:u:     7ffdbb961ff8     7ff69d5f6790',
        'a 7 1.5:          1 major-faults:  1000 add+0x0 ([stack])           401136 main+0x20 (/bin/a)',
        '9 faults: ff',
        'a 7 1.5: page-faults: 401136 _start 401136 _start',
        'a 7 1.5: page-faults: deadbeef12 operator new(unsigned) deadbeef10 operator new(unsigned)',
        'a 17453 [000] 1.5: exceptions:page_fault_user: address=0x7fc2 ip=0x10 error_code=0x14',
        'a 17453 [000] 1.5: exceptions:page_fault_kernel: address=0xffffffffffffffff ip=0x10 error_code=0x7',
        'a 17453 [000] 1.5: page_fault_user: address=0x20 ip=0x10 error_code=0x4',
        '\t    7ff69d5f6790 _dl_start+0x20 (/lib/ld.so)',
        'a 7 1.5:     250000 cycles:  ffffffff8175336a elf_load ([kernel])',
      ].join('\n'),
    );
    expect(is).toEqual([
      '17340 read 55997774d1e0 1',
      '41 read 7ffdbb961ff8 1',
      '7 read 1000 1',
      '9 read ff 1',
      '7 ifetch 401136 1',
      '7 read deadbeef12 1',
      '17453 ifetch 7fc2 1',
      '17453 write ffffffffffffffff 1',
      '17453 read 20 1',
    ]);
    expect(leftOut).toEqual({ other_events: 1 });
    expect(notes).toEqual(['a fault stream: only the misses of a real machine']);
  });

  test('memory samples, by blanks or commas, with the stray 016', async () => {
    const { is, leftOut } = await read(
      [
        '# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL',
        ' 2054  2054 0xffffffff811186bf 0x016ffffe8fbffc804b0    49 0x68100842 /root/vmlinux:perf',
        '2054,2055,0x4005a2,0x0000000000602040,7,0x5080144,/root/a.out:main',
        '2054 2055 0x4005a2 0x0160000000000000 0x44e96a308 4K 1168 0x10 a:b',
        '1 1 0x1 0x0 0 0x2 a:b',
        '1 1 0x1 0x0 0 0x8 a:b',
        '1 1 0x1 0x8 0 0x8 a:b',
        '1 1 0x1 0x8 0 0x1 a:b',
      ].join('\n'),
    );
    expect(is).toEqual(['2054 read ffffe8fbffc804b0 1', '2054 write 602040 1', '2054 ifetch 160000000000000 1']);
    expect(leftOut).toEqual({ without_address: 2, prefetches: 1, unknown_kinds: 1 });
  });
});

describe('DAMON', () => {
  test('regions of damo report raw', async () => {
    const { is, leftOut, notes } = await read(
      `base_time_absolute: 8 m 59.809 s

monitoring_start:                0 ns
target_id: 18446623438842320000
nr_regions: 3
#  start_addr     end_addr        length  nr_accesses   age
55c2a1d00800-55c2a1d02001 (  12.000 KiB)           3     1
7f7fdc6f0000-7f7fdc7f0000 (   1.000 MiB)           0    12
target_id: 5
fffffffffffff000-ffffffffffffffff (4 KiB) 1 -1
target_id: 18446623438842320000
1000-2000 (4 KiB) 4294967295
`,
    );
    expect(is).toEqual([
      '1 read 55c2a1d00000 1',
      '1 read 55c2a1d01000 1',
      '1 read 55c2a1d02000 1',
      '2 read fffffffffffff000 1',
      '1 read 1000 1',
    ]);
    expect(leftOut).toEqual({ idle_regions: 1 });
    expect(notes[0]).toContain('a heat map of DAMON');
  });

  test('the tracepoint, with and without age', async () => {
    const before = 'kdamond.0    77 [000] 32915.133503: damon:damon_aggregated: target_id=';
    const { is } = await read(
      `${before}0 nr_regions=3 4096-8192: 7 0\n${before}9 nr_regions=3 8192-8193: 1\n${before}0 nr_regions=3 0-1: 0 2\n`,
    );
    expect(is).toEqual(['1 read 1000 1', '2 read 2000 1']);
  });

  test('a region of more pages than a chunk has records', async () => {
    const { is, records } = await read('1000000000-1002001000 (32 MiB) 1 0\n');
    expect(records).toBe(8193);
    expect(is[0]).toBe('1 read 1000000000 1');
    expect(is.at(-1)).toBe('1 read 1002000000 1');
    expect(new Set(is).size).toBe(8193);
  });
});
