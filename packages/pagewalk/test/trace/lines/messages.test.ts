import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../../src/trace/open.ts';
import { latin1, readBytes } from '../support.ts';
import { LINE_FORMATS, type LineFormat, readLines } from './support.ts';

const SIZE = 'a number of bytes from 1 to 4294967295';
const HEX = 'hex digits, below 2^64';
const BELOW = 'a decimal number below 2^64';
const PID = 'a decimal number from 0 to 16777215';
const NUMBER = 'decimal, or 0x and hex digits, below 2^64';
const BOTH = 'the data address and the ip: perf record -d, then perf script -F comm,pid,tid,time,event,addr,ip,sym';
const REGION = 'a region such as 7f7fdc6f0000-7f7fdc7f0000 (1 MiB) 3 1, or a line of damon:damon_aggregated';

/** Of each format bad lines, the byte of the line that is bad, and the message about it. */
const BAD: Readonly<Record<string, readonly (readonly [line: string, byte: number, message: string])[]>> = {
  dinero: [
    ['7 1000', 0, "bad label '7': expected 0 (read), 1 (write), 2 (instruction fetch), 3 or 4"],
    ['00 1000', 0, "bad label '00': expected 0 (read), 1 (write), 2 (instruction fetch), 3 or 4"],
    ['  r 1000', 2, "bad label 'r': expected 0 (read), 1 (write), 2 (instruction fetch), 3 or 4"],
    ['0', 1, `no address: expected ${HEX}`],
    ['0 \t', 3, `no address: expected ${HEX}`],
    ['0 10g0', 2, `bad address '10g0': expected ${HEX}`],
    ['0 0x', 2, `bad address '0x': expected ${HEX}`],
    ['0 10000000000000000', 2, `bad address '10000000000000000': expected ${HEX}`],
    ['3 escape', 2, `bad address 'escape': expected ${HEX}`],
    ['0 1000#', 2, `bad address '1000#': expected ${HEX}`],
  ],
  dinero_extended: [
    ['x 1000 4', 0, "bad type 'x': expected r, w, i, m, v or c"],
    ['rr 1000 4', 0, "bad type 'rr': expected r, w, i, m, v or c"],
    ['r', 1, `no address: expected ${HEX}`],
    ['r 1000', 6, 'no size: expected hex digits, from 1 to ffffffff'],
    ['r 1000 0', 7, "bad size '0': expected hex digits, from 1 to ffffffff"],
    ['r 1000 100000000', 7, "bad size '100000000': expected hex digits, from 1 to ffffffff"],
    ['v 1000', 6, 'no size: expected hex digits, from 1 to ffffffff'],
  ],
  csv: [
    ['R', 0, `bad address 'R': expected ${NUMBER}`],
    [',R', 0, `no address: expected ${NUMBER}`],
    ['0x10000000000000000,R,8,1', 0, `bad address '0x10000000000000000': expected ${NUMBER}`],
    ['1000x,R,8,1', 0, `bad address '1000x': expected ${NUMBER}`],
    ['0x1000', 6, 'no op: expected R, W, I, read, write, ifetch, load, store, 0, 1 or 2'],
    ['0x1000,X,8,1', 7, "bad op 'X': expected R, W, I, read, write, ifetch, load, store, 0, 1 or 2"],
    ['0x1000,\0R,8,1', 7, "bad op '\\x00R': expected R, W, I, read, write, ifetch, load, store, 0, 1 or 2"],
    ['0x1000,R,0,1', 9, `bad size '0': expected ${SIZE}`],
    ['0x1000,R,4294967296,1', 9, `bad size '4294967296': expected ${SIZE}`],
    ['0x1000,R,8', 10, `no pid: expected ${PID}`],
    ['0x1000, R , 8 , x', 16, `bad pid 'x': expected ${PID}`],
    ['0x1000,R,8,16777216', 11, `bad pid '16777216': expected ${PID}`],
    ['"0x1000,R,8,1', 0, "bad field '\"0x1000': expected a closing quote before the separator"],
    ['0x1000,",",8,1', 7, "bad field '\"': expected a closing quote before the separator"],
  ],
  msr: [
    ['128166372003061629,usr,0,Read', 29, `no offset: expected ${BELOW}`],
    ['128166372003061629,usr,0,Reed,0,512,1', 25, "bad type 'Reed': expected Read or Write"],
    ['x,usr,0,Read,0,512,1', 0, `bad timestamp 'x': expected ${BELOW}`],
    ['18446744073709551616,usr,0,Read,0,512,1', 0, `bad timestamp '18446744073709551616': expected ${BELOW}`],
    ['1,,0,Read,0,512,1', 2, 'no host name: expected 1 to 63 bytes'],
    [`1,${'h'.repeat(64)},0,Read,0,512,1`, 2, `bad host name '${'h'.repeat(40)}…': expected 1 to 63 bytes`],
    ['1,usr,z,Read,0,512,1', 6, "bad disk number 'z': expected a decimal number below 2^32"],
    ['1,usr,00000000000,Read,0,512,1', 6, "bad disk number '00000000000': expected a decimal number below 2^32"],
    ['1,usr,0,Read,-1,512,1', 13, `bad offset '-1': expected ${BELOW}`],
    ['1,usr,0,Read,0,0,1', 15, `bad size '0': expected ${SIZE}`],
    ['1,usr,0,Read,0,512,', 19, `no response time: expected ${BELOW}`],
    ['1,usr,0,Read,0,512,1,2', 20, "bad text ',2': expected the end of the line behind 7 columns"],
  ],
  tencent: [
    ['now,0,8,1,1', 0, `bad timestamp 'now': expected ${BELOW}`],
    [
      '1,36028797018963968,8,0,1',
      2,
      "bad offset '36028797018963968': expected 512-byte sectors, a decimal number below 2^55",
    ],
    ['1,0,0,0,1', 4, "bad size '0': expected 512-byte sectors, from 1 to 8388607"],
    ['1,0,8388608,0,1', 4, "bad size '8388608': expected 512-byte sectors, from 1 to 8388607"],
    ['1,0,8,2,1', 6, "bad type '2': expected 0 (read) or 1 (write)"],
    ['1,0,8,1', 7, `no volume: expected ${PID}`],
    ['1,0,8,1,1,x', 9, "bad text ',x': expected the end of the line behind 5 columns"],
  ],
  drmemtrace_view: [
    ['hello', 0, "bad line 'hello': expected a record number, an instruction number, a colon and a thread"],
    ['1 1 7 read', 0, "bad line '1 1 7 read': expected a record number, an instruction number, a colon and a thread"],
    ['1 1: x read', 5, "bad thread 'x': expected a number, T and a number, or W0.T and a number"],
    ['1 1: W16777215.T1 read', 5, "bad thread 'W16777215.T1': expected a number, T and a number, or W0.T and a number"],
    ['1 1: 7 jump', 7, "bad record 'jump': expected ifetch, read, write, a flush, a prefetch or <…>"],
    ['1 1: 7 read 0 byte(s) @ 0x10', 12, `bad size '0': expected ${SIZE}`],
    ['1 1: 7 read 8 bytes @ 0x10', 14, "bad text 'bytes': expected byte(s) @ and an address"],
    ['1 1: 7 read 8 byte(s)', 21, 'no text: expected byte(s) @ and an address'],
    ['1 1: 7 read 8 byte(s) @ 10', 24, "bad address '10': expected 0x and hex digits, below 2^64"],
  ],
  gem5_text: [
    ['x,1,2,3', 0, "bad command 'x': expected r or w"],
    ['r', 1, `no address: expected ${BELOW}`],
    ['r,0x10,64,1', 2, `bad address '0x10': expected ${BELOW}`],
    ['r,16,0,1', 5, `bad size '0': expected ${SIZE}`],
    ['r,16,64', 7, `no tick: expected ${BELOW}`],
    ['r,16,64,1,2', 9, "bad text ',2': expected the end of the line behind 4 columns"],
  ],
  perf_script: [
    ['hello', 0, "bad line 'hello': expected comm pid/tid time: event: address"],
    ['true 1/1 1.0: page-faults:', 26, `no address: expected ${HEX}`],
    ['true 1/1 1.0: page-faults: 7ff6g', 27, `bad address '7ff6g': expected ${HEX}`],
    [
      'true 1 1.0: 1 page-faults: 7ff69d5f6790 _dl_start+0x20 (ld.so)',
      27,
      `bad address '7ff69d5f6790 _dl_start+0x20 (ld.so)': expected ${BOTH}`,
    ],
    ['true 1 1.0: page_fault_user: ip=0x1', 29, 'no address: expected address=0x… ip=0x… error_code=0x…'],
    ['true 16777216/1 1.0: page-faults: 1000', 5, `bad pid '16777216': expected ${PID}`],
  ],
  perf_mem: [
    ['1 1 0x1 0x2', 0, "bad line '1 1 0x1 0x2': expected pid, tid, ip, addr, weight, dsrc and symbol"],
    ['16777216 1 0x1 0x2 3 0x42 a:b', 0, `bad pid '16777216': expected ${PID}`],
  ],
  damon: [
    ['hello', 0, `bad line 'hello': expected ${REGION}`],
    ['2000-1000 (1 B) 3 1', 0, "bad region '2000-1000': expected a start below the end, both below 2^64"],
    ['1000-2000 (4 KiB) x 1', 18, "bad nr_accesses 'x': expected a decimal number below 2^32"],
    ['1000-2000 (4 KiB)', 17, 'no nr_accesses: expected a decimal number below 2^32'],
    [
      'k 7 damon:damon_aggregated: target_id=0 x',
      28,
      "bad text 'target_id=0 x': expected target_id=0 nr_regions=1 4096-8192: 3 1",
    ],
  ],
};

const cases = LINE_FORMATS.flatMap((format) =>
  (BAD[format.format] ?? []).map((bad) => ({ ...format, bad, line: bad[0] })),
);

describe('a bad line has a message that says where it is, what is there and what could be', () => {
  test.each(cases)('$format: $line', async ({ bad: [line, byte, message], ...format }) => {
    const { head = '', good } = format;
    const number = head === '' ? 2 : 3;
    for (const end of ['\n', '\r\n', '']) {
      const text = `${good}\n${line}${end}`;
      const strict = await readLines(text, format);
      const place = head.length + good.length + 1 + byte;
      expect(strict.error?.message).toBe(`t:${number}: byte ${place}: ${message}`);
      expect(strict.records).toHaveLength(1);
      const lenient = await readLines(text, format, { lenient: true });
      expect(lenient.error).toBeNull();
      expect(lenient.info).toMatchObject({
        accesses: 1,
        skipped: 1,
        firstSkipped: strict.error?.message,
        truncatedTail: end === '' ? line.length : 0,
      });
    }
  });
});

describe.each(LINE_FORMATS)('lines of $format', (format) => {
  const { good, head = '' } = format;
  const read = (text: string, options: OpenOptions = {}) => readLines(text, format, options);

  test('with CR LF, with and without a last line end, between blank lines and comments', async () => {
    const one = (await read(`${good}\n`)).records;
    expect(one).toHaveLength(1);
    for (const text of [`${good}\r\n${good}\r\n`, `${good}\n${good}`, `# c\n\n \t\r\n${good}\n\t# d\n${good}\n\n`]) {
      const { records, error, info } = await read(text);
      expect(error).toBeNull();
      expect(records).toEqual([...one, ...one]);
      expect(info).toMatchObject({ accesses: 2, skipped: 0, truncatedTail: 0 });
    }
  });

  test.each([4097, 70_000, 1_500_000])('of %i bytes are too long', async (length) => {
    const text = `${good}\n${'1'.repeat(length)}\n${good}\n`;
    const strict = await read(text);
    const place = `t:${head === '' ? 2 : 3}: byte ${head.length + good.length + 1}`;
    expect(strict.error?.message).toBe(
      `${place}: bad line '${'1'.repeat(40)}…': expected a line of at most 4096 bytes`,
    );
    const lenient = await read(text, { lenient: true });
    expect(lenient.info).toMatchObject({ accesses: 2, skipped: 1, truncatedTail: 0 });
  });

  test('more than a chunk, and a count of those skipped', async () => {
    const text = `${good}\n`.repeat(9000);
    const { info, error } = await read(`${text}?\n${text}?\n`, { lenient: true });
    expect(error).toBeNull();
    expect(info).toMatchObject({ accesses: 18_000, records: 18_000, skipped: 2 });
    expect((await read(`${text}?\n`)).error).toMatchObject({ line: head === '' ? 9001 : 9002 });
  });

  test('of which none is left, or none was there', async () => {
    expect((await read('')).error?.message).toBe('t: holds no access');
    const { error } = await read('?\n', { lenient: true });
    expect(error?.message).toContain('t: holds no access; lines skipped: 1, the first: t:');
  });
});

/** Pieces that lie in the same memory, one after the other, as files are read. */
function reusing(bytes: Uint8Array, length: number): ReadableStream<Uint8Array> {
  const memory = Buffer.alloc(length);
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        memory.fill('x');
        const piece = bytes.subarray(at, at + length);
        at += length;
        memory.set(piece);
        if (piece.length === 0) controller.close();
        else controller.enqueue(memory.subarray(0, piece.length));
      },
    },
    { highWaterMark: 0 },
  );
}

test.each(LINE_FORMATS)('$format from memory that is used again', async ({ format, good, head = '' }) => {
  const text = latin1(head + `${good}\n`.repeat(3000));
  const { info, error } = await readBytes(reusing(text, 1013), { format });
  expect(error).toBeNull();
  expect(info).toMatchObject({ accesses: 3000, skipped: 0 });
});

test('a header without an address', async () => {
  const csv: LineFormat = { format: 'csv', good: '' };
  const { error } = await readLines('version,time,op\n1,2,3\n', csv);
  expect(error?.message).toBe(
    "t:1: byte 0: bad header 'version,time,op': expected a column named addr, address, vaddr, offset, lbn, sector, page or id, or --columns addr=N",
  );
});

test('volumes without end', async () => {
  const line = (volume: number): string => `1,host${volume},0,Read,0,512,1\n`;
  const msr: LineFormat = { format: 'msr', good: '' };
  const text = Array.from({ length: 1025 }, (_, volume) => line(volume)).join('');
  const { error, records } = await readLines(text, msr);
  expect(records.at(-1)?.pid).toBe(1024);
  expect(error?.message).toContain("bad volume 'host1024,0': expected at most 1024 different ones");
});
