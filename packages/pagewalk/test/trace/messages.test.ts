import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/trace/formats/index.ts';
import type { OpenOptions } from '../../src/trace/open.ts';
import { errorOf, latin1, readText } from './support.ts';

const NAMES = FORMATS.map(({ name }) => name).join(', ');

const PAGE_FIRST = '1 R 0x1000\n';

describe('each kind of bad input has a message that says where it is, what is there and what could be', () => {
  test.each<[string, string, string, OpenOptions?]>([
    ['an op', '1 X 0x10\n', "t:1: byte 2: bad op 'X': expected R, W or I"],
    ['no op', '1 R 0x1\n1 R 0x2\n1\n', 't:3: byte 17: no op: expected R, W or I'],
    ['a negative pid', '-3 R 0x1\n', "t:1: byte 0: bad pid '-3': expected a decimal number from 0 to 16777215"],
    ['a huge pid', '16777216 R 0x1\n', "t:1: byte 0: bad pid '16777216': expected a decimal number from 0 to 16777215"],
    [
      'an address of 65 bits',
      '1 R 0x10000000000000000\n',
      "t:1: byte 4: bad address '0x10000000000000000': expected 0x and hex digits or decimal digits, below 2^64",
    ],
    [
      'a decimal address of 2^64',
      '1 R 18446744073709551616\n',
      "t:1: byte 4: bad address '18446744073709551616': expected 0x and hex digits or decimal digits, below 2^64",
    ],
    [
      'a prefix alone',
      '1 R 0x\n',
      "t:1: byte 4: bad address '0x': expected 0x and hex digits or decimal digits, below 2^64",
    ],
    ['no address', '1 R\n', 't:1: byte 3: no address: expected 0x and hex digits or decimal digits, below 2^64'],
    [
      'size 0',
      '1 R 0x1 0\n',
      "t:1: byte 8: bad size '0': expected a number of bytes from 1 to 4294967295, or xN for N accesses",
    ],
    [
      'junk behind the fields',
      '1 R 0x1 4 foo\n',
      "t:1: byte 10: bad text 'foo': expected the end of the line or a # comment",
    ],
    [
      'a folded access before its page size',
      '1 R 0x1000 x3\n',
      't:1: byte 11: bad count \'x3\': expected a line "%page SIZE" before the first folded access',
    ],
    ['a count of 0', '%page 4096\n1 R 0x1000 x0\n', "t:2: byte 22: bad count 'x0': expected x1 to x4294967295"],
    [
      'a page size',
      `%page 3000\n${PAGE_FIRST}`,
      "t:1: byte 6: bad page size '3000': expected a power of two from 1 to 1073741824",
    ],
    ['no page size', `%page\n${PAGE_FIRST}`, 't:1: byte 5: no page size: expected a power of two from 1 to 1073741824'],
    [
      'a late page size',
      `${PAGE_FIRST}%page 4096\n`,
      "t:2: byte 11: bad directive '%page 4096': expected the page size before the first access",
    ],
    ['a directive', `%huge 3\n${PAGE_FIRST}`, "t:1: byte 0: bad directive '%huge': expected %page and a page size"],
    [
      'NUL bytes',
      `${PAGE_FIRST}\0\0\n`,
      "t:2: byte 11: bad pid '\\x00\\x00': expected a decimal number from 0 to 16777215",
    ],
    ['an empty file', '', 't: holds no access'],
    ['nothing but comments', '# 1 R 0x1\n\n', 't: holds no access'],
    ['an empty file of a named format', '', 't: holds no access', { format: 'text' }],
    [
      'an unknown operation',
      '1 frok 2\n',
      "t:1: byte 2: bad op 'frok': expected R, W or I, or fork, exit, mmap, munmap, mprotect, mremap, brk, madvise, mlock, munlock, " +
        'shm_create, shm_attach, shm_detach, shm_remove, msync, sched, mbind, set_mempolicy, ftruncate',
    ],
    ['no child', '1 R 0x1\n1 fork # 2\n', 't:2: byte 15: no pid: expected a decimal number from 0 to 16777215'],
    ['a child', '1 fork two\n', "t:1: byte 7: bad pid 'two': expected a decimal number from 0 to 16777215"],
    [
      'the pid of an operation',
      'x fork 2\n',
      "t:1: byte 0: bad pid 'x': expected a decimal number from 0 to 16777215",
      { format: 'text' },
    ],
    [
      'more than an operation takes',
      '1 exit 0\n',
      "t:1: byte 7: bad text '0': expected the end of the line or a # comment",
    ],
    [
      'a protection',
      '1 mprotect 0x1000 4096 rw\n',
      "t:1: byte 23: bad protection 'rw': expected r, w and x or - in place of each, such as rw-",
    ],
    ['a sharing', '1 mmap 0x1000 4096 rw- rw-\n', "t:1: byte 23: bad sharing 'rw-': expected private or shared"],
    [
      'a backing',
      '1 mmap 0x1000 4096 rw- shared file: 0\n',
      "t:1: byte 30: bad backing 'file:': expected anon, file:NAME OFFSET or shm:NAME OFFSET, or huge:2m or huge:1g",
    ],
    [
      'an offset',
      '1 mmap 0x1000 4096 rw- shared file:a b\n',
      "t:1: byte 37: bad offset 'b': expected a number of bytes below 2^64, or huge:2m or huge:1g",
    ],
    ['a length', '1 munmap 0x1000 -1\n', "t:1: byte 16: bad length '-1': expected a number of bytes below 2^64"],
    [
      'an advice',
      '1 madvise 0x1000 4096 need\n',
      "t:1: byte 22: bad advice 'need': expected hugepage, nohugepage, dontneed, free, willneed, cold, pageout, sequential, random, normal",
    ],
    ['no name', '1 shm_create\n', 't:1: byte 12: no name: expected a name of bytes that are UTF-8'],
    ['a name', '1 shm_create a\xff 4096\n', "t:1: byte 13: bad name 'a\\xff': expected a name of bytes that are UTF-8"],
    [
      'nodes',
      '1 mbind 0 4096 bind 64\n',
      "t:1: byte 20: bad nodes '64': expected nodes from 0 to 63 such as 0,2-3, or - for none",
    ],
    [
      'nodes that must be there',
      '1 mbind 0 4096 bind -\n',
      "t:1: byte 20: bad nodes '-': expected at least one node for bind",
    ],
    [
      'nodes that must not be there',
      '1 set_mempolicy local 0\n',
      "t:1: byte 22: bad nodes '0': expected - or nothing: local takes none",
    ],
    [
      'a lackey line',
      ' L 1000,8\n X 1000,8\n',
      't:2: byte 10: bad line \' X 1000,8\': expected "I  ", " L ", " S " or " M " and address,size',
    ],
    [
      'a lackey address',
      ' L 1000,8\n L 10g0,8\n',
      "t:2: byte 13: bad address '10g0': expected hex digits without 0x, below 2^64",
    ],
    [
      'a lackey line without size',
      ' L 1000,8\n L 1000\n',
      't:2: byte 17: no size: expected a comma and a number of bytes from 1 to 4294967295',
    ],
    [
      'a page number whose address has 65 bits',
      '1\n4503599627370496\n',
      "t:2: byte 2: bad page number '4503599627370496': expected decimal or 0x and hex digits, its address below 2^64",
    ],
    [
      'a comma at the end',
      '1,2,\n',
      't:1: byte 4: no page number: expected decimal or 0x and hex digits, its address below 2^64',
    ],
    ['a comma at the very end', '1,2,', 't:1: byte 4: no page number: expected one behind each comma'],
    [
      'two numbers without a comma',
      '1,2 3\n',
      "t:1: byte 4: bad text '3': expected a comma, the end of the line or a # comment",
    ],
    [
      'binary data',
      '\x7fELF\x02\x01\n',
      `t:1: byte 0: unknown format '\\x7fELF\\x02\\x01': expected ${NAMES}; a format can be named (--format)`,
    ],
    [
      'lines of two formats',
      '0 10\nr 10 4\n',
      't: ambiguous format: as much dinero as dinero_extended: expected one format; name it (--format)',
    ],
  ])('%s', async (_name, input, message, options = {}) => {
    const error = await errorOf(input, { name: 't', ...options });
    expect(error.message).toBe(message);
    expect(error.file).toBe('t');
  });

  test('long junk is cut', async () => {
    const error = await errorOf(`1 R 0x1 ${'y'.repeat(300)}\n`, { name: 't' });
    expect(error.message).toContain(`bad size '${'y'.repeat(40)}…'`);
  });

  test('the fields of the error', async () => {
    const { file, line, byte, found, expected } = await errorOf('1 R 0x1\n1 R 0x2\n1 Q 0x3\n', { name: 'a.trace' });
    expect({ file, line, byte, found, expected }).toEqual({
      file: 'a.trace',
      line: 3,
      byte: 18,
      found: "'Q'",
      expected: 'R, W or I',
    });
  });

  test('an unknown format name', async () => {
    await expect(errorOf('1 R 0x1\n', { format: 'dinosaur' })).rejects.toThrow(
      `unknown format 'dinosaur': expected ${NAMES}`,
    );
  });

  test('a page size for reference strings that is no power of two', async () => {
    await expect(errorOf('1\n', { referencePage: 1000 })).rejects.toThrow(
      'referencePage 1000: expected a power of two',
    );
  });
});

describe('lines that are too long', () => {
  const ACCESS = '1 R 0x1000 4\n';

  test.each([4097, 70_000, 3_000_000])('%i bytes', async (length) => {
    const text = `${ACCESS}${'1'.repeat(length)}\n${ACCESS}`;
    const strict = await readText(text, { name: 't' });
    expect(strict.error?.message).toBe(
      `t:2: byte 13: bad line '${'1'.repeat(40)}…': expected a line of at most 4096 bytes`,
    );
    expect(strict.records).toHaveLength(1);
    const lenient = await readText(text, { lenient: true });
    expect(lenient.error).toBeNull();
    expect(lenient.records).toHaveLength(2);
    expect(lenient.info.skipped).toBe(1);
  });

  test('4096 bytes are not', async () => {
    const line = `1 R 0x1000 4 #${' '.repeat(4082)}`;
    expect(line).toHaveLength(4096);
    expect((await readText(`${line}\n${ACCESS}`)).records).toHaveLength(2);
    expect((await readText(`${ACCESS}${line}`)).records).toHaveLength(2);
  });

  test('the last, without line end', async () => {
    const { error, records } = await readText(ACCESS + '#'.repeat(5000));
    expect(error?.line).toBe(2);
    expect(records).toHaveLength(1);
  });

  test('numbers of a reference string on one line are no long line', async () => {
    const numbers = Array.from({ length: 50_000 }, (_, index) => index % 100);
    const { records, error } = await readText(numbers.join(','));
    expect(error).toBeNull();
    expect(records.map(({ address }) => Number(address / 4096n))).toEqual(numbers);
  });
});

describe('lenient reading', () => {
  test('counts what it skips and keeps the first message', async () => {
    const { records, info } = await readText('1 R 0x1\nfoo\n1 X 0x2\n2 W 0x3\n', { lenient: true, name: 't' });
    expect(records).toHaveLength(2);
    expect(info).toMatchObject({ accesses: 2, records: 2, skipped: 2, truncatedTail: 0 });
    expect(info.firstSkipped).toBe("t:2: byte 8: bad pid 'foo': expected a decimal number from 0 to 16777215");
  });

  test('tells of a last line that is cut', async () => {
    const { info } = await readText('1 R 0x1\n1 R 0x', { lenient: true });
    expect(info).toMatchObject({ accesses: 1, skipped: 1, truncatedTail: 6 });
  });

  test('a trace of which nothing is left is an error', async () => {
    const error = await errorOf('1 X 0x1\n1 Y 0x1\n', { lenient: true, name: 't' });
    expect(error.message).toBe(
      "t: holds no access; lines skipped: 2, the first: t:1: byte 2: bad op 'X': expected R, W or I",
    );
  });
});

test('chunk after chunk: counts and lines go on', async () => {
  const text = `${'1 R 0x7f0000001000 8\n'.repeat(200_000)}1 Z 0x1\n`;
  const { records, error } = await readText(text);
  expect(records).toHaveLength(200_000);
  expect(error).toMatchObject({ line: 200_001, byte: 200_000 * 21 + 2 });
  expect(latin1(text)).toHaveLength(200_000 * 21 + 8);
});
