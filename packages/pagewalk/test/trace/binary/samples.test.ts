/** Every sample is taken for what it is, whatever else it could be taken for; noise and text are taken for none of the binary formats. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../../src/trace/formats/index.ts';
import { headOf } from '../../../src/trace/head.ts';
import { errorOf, latin1, readBytes } from '../support.ts';
import { SAMPLES } from './samples.ts';

const BINARY = ['drmemtrace', 'champsim', 'cloudsuite', 'oracle_general', 'oracle_general_opns', 'lcs', 'vscsi'];
const rows = FORMATS.filter(({ name }) => BINARY.includes(name));
const formatOf = (file: string): string => file.slice(0, file.indexOf('.'));

const likenesses = (bytes: Uint8Array): Record<string, number> =>
  Object.fromEntries(rows.map((row) => [row.name, row.likeness(headOf(bytes))]));

/** The best likeness of a binary format but `name`. */
function other(bytes: Uint8Array, name = ''): number {
  return Math.max(...Object.entries(likenesses(bytes)).map(([format, likeness]) => (format === name ? 0 : likeness)));
}

test.each(SAMPLES)('$file is as it is made', ({ file, bytes }) => {
  const committed = readFileSync(new URL(`../../../../../traces/samples/${file}`, import.meta.url));
  expect(Buffer.compare(committed, bytes)).toBe(0);
});

describe('a sample', () => {
  test.each(SAMPLES)('$file looks like its format and like no other', ({ file, bytes }) => {
    const format = formatOf(file);
    expect(likenesses(bytes)[format]).toBeGreaterThan(0.85);
    expect(other(bytes, format)).toBeLessThan(0.1);
  });

  test.each(SAMPLES)('$file is read without being named', async ({ file, bytes }) => {
    const { info, error, records } = await readBytes(bytes);
    expect(error).toBeNull();
    expect(info.format).toBe(formatOf(file));
    expect(records.length).toBeGreaterThan(15);
  });

  test.each(SAMPLES)('$file cut by a byte, or with a byte more, is still recognised', ({ file, bytes }) => {
    const format = formatOf(file);
    for (const changed of [bytes.subarray(0, -1), Uint8Array.of(...bytes, 0)]) {
      expect(likenesses(changed)[format]).toBeGreaterThan(0.7);
      expect(other(changed, format)).toBeLessThan(0.1);
    }
  });

  test.each(SAMPLES)('$file with a bad record among many is still recognised', ({ file, bytes }) => {
    const format = formatOf(file);
    const changed = bytes.slice();
    changed.fill(0xa5, bytes.length - 120, bytes.length - 110);
    expect(likenesses(changed)[format]).toBeGreaterThan(0.3);
    expect(other(changed, format)).toBeLessThan(0.1);
  });
});

describe('no binary format is seen in', () => {
  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 200, maxLength: 4000 }), (bytes) => {
        expect(other(bytes)).toBeLessThan(0.05);
      }),
    );
  });

  test('the same byte again and again', () => {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = new Uint8Array(4096).fill(byte);
      expect(other(bytes), `of byte ${byte}`).toBeLessThan(0.05);
    }
  });

  test.each([
    ['text', '1 R 0x401000 8\n1 W 0x7ffe3a101000 4\n'],
    ['lackey', 'I  04001090,3\n L 1ffefffe78,8\n'],
    ['numbers', '7,0,1,2,0,3,0,4,2,3,0,3,2\n'],
    ['csv', 'version,time,op,size,lbn\n1,100,28,4096,8\n'],
  ])('%s', (_, text) => {
    expect(other(latin1(text.repeat(50)))).toBe(0);
  });

  test('a program', () => {
    const program = readFileSync(process.execPath).subarray(0, 65_536);
    expect(other(program)).toBeLessThan(0.05);
  });
});

test('noise is an error that names the formats there are', async () => {
  const noise = Uint8Array.from({ length: 999 }, (_, index) => (index * index * 31 + index * 7) & 0xff);
  const { message } = await errorOf(noise);
  expect(message).toContain('drmemtrace');
  expect(message).toContain('a format can be named');
});
