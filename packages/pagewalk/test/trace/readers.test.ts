import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../src/trace/open.ts';
import { type SlowRead, slowLackey, slowReference, slowText } from './slow-readers.ts';
import { latin1, type Read, readBytes, trickle } from './support.ts';

const BLANK = fc.constantFrom(' ', '\t', '  ');
const HEX = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value.toString(16));
const SMALL_HEX = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const ADDRESS = fc.oneof(
  HEX.map((digits) => `0x${digits}`),
  SMALL_HEX.map((digits) => `0X${digits.toUpperCase()}`),
  SMALL_HEX.map((digits) => `0x${digits.padStart(20, '0')}`),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
);
const PID = fc.oneof(
  fc.constantFrom('0', '1', '16777215', '00000000007'),
  fc.integer({ min: 0, max: 0xffffff }).map(String),
);
const SIZE = fc.oneof(fc.constantFrom('1', '4294967295', '0008'), fc.integer({ min: 1, max: 64 }).map(String));
const OP = fc.constantFrom('R', 'W', 'I', 'r', 'w', 'i');
const COMMENT = fc.constantFrom('', ' # a comment', '#1 R 0x1, 2');

const plain = fc.tuple(PID, OP, HEX, SIZE).map(([pid, op, hex, size]) => `${pid} ${op} 0x${hex} ${size}`);
const free = fc
  .tuple(fc.constantFrom('', ' ', '\t'), PID, BLANK, OP, BLANK, ADDRESS, BLANK, fc.option(SIZE, { nil: '' }), COMMENT)
  .map((parts) => parts.join(''));
const folded = fc.tuple(PID, OP, SMALL_HEX, SIZE).map(([pid, op, hex, size]) => `${pid} ${op} 0x${hex} x${size}`);
const edges = fc.constantFrom(
  '1 R 0x10000000000000000',
  '1 R 18446744073709551616',
  '16777216 R 0x1',
  '-1 R 0x1',
  '1 R 0x',
  '1 R 0x1 0',
  '1 R 0x1 4294967296',
  '1 R 0x1 x0',
  '1 R 0x1 8 9',
  '1 X 0x1',
  '1 R',
  '1',
  '1 # R 0x1',
  '%page 4096',
  '%page 8192',
  '%page 3000',
  '%pages 4096',
  '%page',
  '%page 4096 # of the recorder',
  '\x00\x01\x02',
  '1 R 0x1\x00',
  '1 R 0x1\r',
  '12345678901 R 0x1',
);

/** A line with one byte changed, taken out or put in. */
function damaged(line: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const byte = fc.integer({ min: 0, max: 255 }).filter((value) => value !== 0x0a);
  return fc.tuple(line, fc.nat(), byte, fc.constantFrom(0, 1)).map(([text, place, code, cut]) => {
    const at = place % (text.length + 1);
    return `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + cut)}`;
  });
}

const textLine = fc.oneof(
  { weight: 8, arbitrary: plain },
  { weight: 4, arbitrary: free },
  { weight: 3, arbitrary: folded },
  { weight: 2, arbitrary: edges },
  { weight: 2, arbitrary: damaged(fc.oneof(plain, folded, free)) },
  { weight: 1, arbitrary: fc.constantFrom('', '# comment', '  \t') },
);

const SIZE_OR_BAD = fc.oneof(
  { weight: 9, arbitrary: SIZE },
  { weight: 1, arbitrary: fc.constantFrom('0', '', '4294967296') },
);
const lackeyData = fc
  .tuple(fc.constantFrom('I  ', ' L ', ' S ', ' M '), HEX, SIZE_OR_BAD)
  .map(([op, hex, size]) => `${op}${hex.padStart(8, '0')},${size}`);
const lackeyLine = fc.oneof(
  { weight: 9, arbitrary: lackeyData },
  { weight: 1, arbitrary: damaged(lackeyData) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '==12== Lackey',
      '--7-- x',
      '**3** y',
      '==12==',
      '==x== y',
      '',
      ' L 10',
      ' L 11111111111111111,1',
    ),
  },
);

const PAGE_NUMBER = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 99 }).map(String) },
  { weight: 2, arbitrary: HEX.map((digits) => `0x${digits}`) },
  { weight: 1, arbitrary: fc.constantFrom('', 'x', '0x', '1 2', ' 5 ', '-1', '4503599627370496', '4503599627370495') },
);
const referenceLine = fc.oneof(
  { weight: 4, arbitrary: fc.array(PAGE_NUMBER, { minLength: 1, maxLength: 9 }).map((numbers) => numbers.join(',')) },
  { weight: 1, arbitrary: fc.constantFrom('', '# 1,2', '3 # 4,5', ' 6', '7,8#9') },
);

function file(line: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const end = fc.constantFrom('\n', '\n', '\n', '\r\n');
  return fc
    .tuple(fc.constantFrom('', '%page 4096\n'), fc.array(fc.tuple(line, end), { maxLength: 40 }), line, fc.boolean())
    .map(([head, lines, last, cut]) => {
      const body = lines.map(([text, newline]) => text + newline).join('');
      return head + body + (cut ? last : '');
    });
}

const PIECES = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });

/** Equal records, and in strict reading the same first fault, in lenient reading as many. */
function expectSame(read: Read, slow: SlowRead, lenient: boolean): void {
  expect(read.records).toEqual(slow.records);
  const fault = slow.faults[0];
  if (lenient) {
    expect(read.info.skipped).toBe(slow.faults.length);
    expect(read.info.firstSkipped === null).toBe(slow.faults.length === 0);
    if (read.error !== null) expect(slow.records).toEqual([]);
  } else if (fault === undefined) {
    if (slow.records.length > 0) expect(read.error).toBeNull();
    else expect(read.error?.message).toContain('holds no access');
  } else {
    expect({ line: read.error?.line, byte: read.error?.byte }).toEqual({ line: fault.line, byte: fault.byte });
    expect(read.error?.message).toMatch(new RegExp(`: (bad|no) ${fault.what}( '|:)`));
  }
}

async function compare(
  text: string,
  pieces: number[],
  lenient: boolean,
  slow: (lenient: boolean) => SlowRead,
  options: OpenOptions,
): Promise<void> {
  const read = await readBytes(trickle(latin1(text), pieces), { ...options, lenient });
  expectSame(read, slow(lenient), lenient);
}

describe('readers agree with the slow ones on valid and damaged input, however it is cut into pieces', () => {
  test('text', async () => {
    await fc.assert(
      fc.asyncProperty(file(textLine), PIECES, fc.boolean(), (text, pieces, lenient) =>
        compare(text, pieces, lenient, slowText(text), { format: 'text' }),
      ),
      { numRuns: 500 },
    );
  });

  test.each(['write', 'both'] as const)('lackey, a modify read as %s', async (modify) => {
    await fc.assert(
      fc.asyncProperty(file(lackeyLine), PIECES, fc.boolean(), (given, pieces, lenient) => {
        const text = given.replace('%page 4096\n', '');
        return compare(text, pieces, lenient, slowLackey(text, modify === 'both'), { format: 'lackey', modify });
      }),
      { numRuns: 250 },
    );
  });

  test('reference strings', async () => {
    await fc.assert(
      fc.asyncProperty(file(referenceLine), PIECES, fc.boolean(), (given, pieces, lenient) => {
        const text = given.replace('%page 4096\n', '');
        return compare(text, pieces, lenient, slowReference(text), { format: 'reference' });
      }),
      { numRuns: 300 },
    );
  });
});

describe('every place to cut', () => {
  const SAMPLE =
    '# two\n%page 4096\r\n1 R 0x7fff0010 8\n\n2 w 4096 x12 # c\r\n16777215 I 0xffffffffffffffff 4294967295\n3 R 1';

  test('into pieces', async () => {
    const whole = await readBytes(latin1(SAMPLE));
    expect(whole.error).toBeNull();
    for (let at = 1; at < SAMPLE.length; at++) {
      const read = await readBytes(trickle(latin1(SAMPLE), [at, 1, SAMPLE.length]));
      expect(read.records, `cut at ${at}`).toEqual(whole.records);
    }
  });

  test.each([1, 2, 3, 5, 7, 16])('pieces of %i bytes', async (length) => {
    const read = await readBytes(trickle(latin1(SAMPLE), [length]));
    expect(read.records).toEqual(slowText(SAMPLE)(false).records);
  });

  test('off, the rest lost', async () => {
    for (let length = 0; length < SAMPLE.length; length++) {
      const text = SAMPLE.slice(0, length);
      await compare(text, [length + 1], false, slowText(text), { format: 'text' }).catch((error: unknown) => {
        throw new Error(`cut after ${length} bytes`, { cause: error });
      });
    }
  });
});
