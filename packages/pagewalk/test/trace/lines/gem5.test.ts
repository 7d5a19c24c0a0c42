import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../../src/trace/open.ts';
import { latin1, readBytes, trickle } from '../support.ts';
import { accessesOf } from './support.ts';

/** Bytes of a varint, the lowest seven bits first. */
function varint(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

type Fields = Readonly<Record<number, bigint | number | string>>;

/** A message behind its length. */
function message(fields: Fields): number[] {
  const bytes = Object.entries(fields).flatMap(([field, value]) => {
    const key = Number(field) << 3;
    if (typeof value === 'string') return [...varint(key | 2), value.length, ...latin1(value)];
    return [...varint(key), ...varint(value)];
  });
  return [...varint(bytes.length), ...bytes];
}

const HEADER = message({ 1: 'Converted ASCII trace simple.txt', 3: 1_000_000_000_000n });
const READ = message({ 1: 1000, 2: 1, 3: 0x1234567, 4: 64 });
const WRITE = message({ 1: 4000, 2: 4, 3: 0xbeef, 4: 64 });

const traceOf = (...parts: number[][]): Uint8Array => Uint8Array.from([...latin1('gem5'), ...parts.flat()]);
const SAMPLE = traceOf(HEADER, READ, WRITE);

const read = (bytes: Uint8Array, options: OpenOptions = {}) =>
  readBytes(bytes, { name: 't', format: 'gem5', ...options });

describe('the sample', () => {
  test('has 71 bytes, which are those of the file', () => {
    expect(SAMPLE).toHaveLength(71);
    const file = new URL('../../../../../traces/samples/gem5.bin', import.meta.url);
    expect(new Uint8Array(readFileSync(file))).toEqual(SAMPLE);
  });

  test('is a read and a write', async () => {
    const { info, ...rest } = await readBytes(SAMPLE);
    expect(accessesOf({ info, ...rest })).toEqual(['1 read 1234567 64', '1 write beef 64']);
    expect(info).toMatchObject({
      format: 'gem5',
      facts: { object: 'Converted ASCII trace simple.txt', tick_frequency: 1_000_000_000_000 },
      leftOut: {},
    });
  });

  test.each([1, 2, 3, 7, 64])('in pieces of %i bytes', async (length) => {
    const whole = await read(SAMPLE);
    expect((await readBytes(trickle(SAMPLE, [length]), { format: 'gem5' })).records).toEqual(whole.records);
  });

  test('cut after each byte', async () => {
    const starts = [4, 4 + HEADER.length, 4 + HEADER.length + READ.length, SAMPLE.length];
    for (let length = 4; length < SAMPLE.length; length++) {
      const records = Math.max(0, starts.filter((start) => start <= length).length - 2);
      const begun = starts.findLast((start) => start <= length)!;
      const strict = await read(SAMPLE.slice(0, length));
      expect(strict.records, `cut after ${length}`).toHaveLength(records);
      if (begun === length) {
        expect(strict.error?.message ?? '').toBe(records === 0 ? 't: holds no access' : '');
        continue;
      }
      expect(strict.error?.message).toMatch(
        new RegExp(`^t: record ${starts.indexOf(begun) + 1}: byte ${begun}: truncated record: expected \\d+ bytes$`),
      );
      const lenient = await read(SAMPLE.slice(0, length), { lenient: true });
      expect(lenient.info).toMatchObject({ accesses: records, skipped: 1, truncatedTail: length - begun });
    }
  });
});

test('64-bit addresses, instruction fetches, other commands, fields that are not known', async () => {
  const trace = traceOf(
    message({ 1: 'p', 2: 7, 4: 'cpu' }),
    message({ 1: 1, 2: 1, 3: 0xffff_ffff_ffff_ffffn, 4: 1 }),
    message({ 1: 1, 2: 1, 3: 0x20_0000_0000_0001n, 4: 4_294_967_295, 5: 0x100 }),
    message({ 1: 1, 2: 4, 3: 0x8000_0000_0000_0000n, 4: 8, 5: 0x100, 6: 2n ** 64n - 1n, 7: 9, 99: 'x', 100: 5 }),
    message({ 1: 1, 2: 6, 3: 1, 4: 0 }),
    message({ 1: 1, 2: 2n ** 32n + 1n, 3: 1, 4: 8 }),
  );
  const all = await read(trace);
  expect(all.error).toBeNull();
  expect(accessesOf(all)).toEqual([
    '1 read ffffffffffffffff 1',
    '1 ifetch 20000000000001 4294967295',
    '1 write 8000000000000000 8',
  ]);
  expect(all.info).toMatchObject({ leftOut: { other_commands: 2 }, facts: { object: 'p', version: 7 } });
});

describe('bad messages', () => {
  const at = 4 + HEADER.length;
  const place = `t: record 2: byte ${at}:`;
  const packet = (...bytes: number[]): number[] => [bytes.length, ...bytes];
  const NINES = Array.from({ length: 9 }, () => 0xff);

  test.each<[string, number[], string]>([
    ['no address', message({ 1: 1, 2: 1, 4: 8 }), `${place} no addr: expected one in each packet`],
    ['no tick', message({ 2: 1, 3: 1, 4: 8 }), `${place} no tick: expected one in each packet`],
    [
      'an address that is a string',
      message({ 1: 1, 2: 1, 3: 'a', 4: 8 }),
      `${place} no addr: expected one in each packet`,
    ],
    [
      'size 0',
      message({ 1: 1, 2: 1, 3: 1, 4: 0 }),
      `${place} bad size '0': expected a number of bytes from 1 to 4294967295`,
    ],
    [
      'size 2^32',
      message({ 1: 1, 2: 1, 3: 1, 4: 2 ** 32 }),
      `${place} bad size '4294967296': expected a number of bytes from 1 to 4294967295`,
    ],
    [
      'a varint of 65 bits',
      packet(24, ...NINES, 2),
      `${place} bad varint '${'\\xff'.repeat(9)}\\x02': expected at most 64 bits`,
    ],
    [
      'a varint of 11 bytes',
      packet(24, ...NINES, 0x80, 1),
      `${place} bad varint '${'\\xff'.repeat(9)}\\x80': expected at most 64 bits`,
    ],
    ['a varint that goes on', packet(24, 0x80), `${place} bad message '\\x18\\x80': expected fields of a packet`],
    ['a string that goes on', packet(10, 5, 1), `${place} bad message '\\x0a\\x05\\x01': expected fields of a packet`],
    ['an unknown wire type', packet(11), `${place} bad message '\\x0b': expected fields of a packet`],
    ['field 0', packet(0, 1), `${place} bad message '\\x00\\x01': expected fields of a packet`],
    ['fixed 64 bits cut', packet(9, 1, 2), `${place} bad message '\\x09\\x01\\x02': expected fields of a packet`],
  ])('%s', async (_name, bad, text) => {
    const strict = await read(traceOf(HEADER, bad, WRITE));
    expect(strict.error?.message).toBe(text);
    const lenient = await read(traceOf(HEADER, bad, WRITE), { lenient: true });
    expect(accessesOf(lenient)).toEqual(['1 write beef 64']);
    expect(lenient.info).toMatchObject({ skipped: 1, firstSkipped: text, truncatedTail: 0 });
  });

  test.each([
    ['too large', [0x81, 0x80, 0x04, 1, 2, 3], "bad length '\\x81\\x80\\x04'"],
    ['of 11 bytes', [...NINES, 0xff, 1], `bad length '${'\\xff'.repeat(10)}'`],
  ])('a length that is %s', async (_name, bytes, problem) => {
    const trace = traceOf(HEADER, READ, bytes, WRITE);
    const text = `t: record 3: byte ${at + READ.length}: ${problem}: expected a varint of at most 65536`;
    expect((await read(trace)).error?.message).toBe(text);
    const { info } = await readBytes(trickle(trace, [5]), { name: 't', format: 'gem5', lenient: true });
    expect(info).toMatchObject({
      accesses: 1,
      skipped: 1,
      firstSkipped: text,
      truncatedTail: bytes.length + WRITE.length,
    });
  });

  test('headers and magic numbers end reading, lenient or not', async () => {
    for (const lenient of [false, true]) {
      const messageOf = async (bytes: Uint8Array) => (await read(bytes, { lenient })).error?.message;
      expect(await messageOf(latin1('\0abc'))).toBe("t: record 1: byte 0: bad magic number '\\x00abc': expected gem5");
      expect(await messageOf(latin1('ge'))).toBe("t: record 1: byte 0: bad magic number 'ge': expected gem5");
      expect(await messageOf(latin1(''))).toBe('t: holds no access');
      expect(await messageOf(traceOf(message({ 1: 'x', 3: 1, 4: 5 }), READ))).toBe(
        't: record 1: byte 4: elastic trace: expected a trace of packets',
      );
      expect(await messageOf(traceOf(packet(11), READ))).toBe(
        "t: record 1: byte 4: bad message '\\x0b': expected fields of a header",
      );
    }
  });
});

test('many packets make many chunks', async () => {
  const { info, records } = await read(traceOf(HEADER, ...Array.from({ length: 20_000 }, () => READ)));
  expect(info).toMatchObject({ accesses: 20_000, records: 20_000 });
  expect(records.every(({ address }) => address === 0x1234567n)).toBe(true);
});
