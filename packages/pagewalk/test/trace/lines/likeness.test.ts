import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../../src/trace/formats/index.ts';
import { headOf } from '../../../src/trace/head.ts';
import { sniff } from '../../../src/trace/sniff.ts';
import { latin1 } from '../support.ts';
import { LINE_FORMATS } from './support.ts';

const FOLDER = new URL('../../../../../traces/samples/', import.meta.url);

/** One of each format of lines that has no file. */
const MORE: Readonly<Record<string, string>> = {
  text: '# made\n%page 4096\n1 R 0x1000 8\n1 W 0x2000 x3\n1 fork 2\n2 R 42\n',
  'text in decimal': '1 R 4096 8\n0 W 10 4\n3 I 1000\n',
  lackey: '==12== Lackey, an example\nI  04001090,3\n L 1ffefffe78,8\n S 1ffefffe70,8\n',
  'lackey of digits': 'I  04001090,3\nI  00400000,8\n',
  reference: '7,0,1,2,0,3\n0x1F\n4\n',
  'reference of five': '1,2,3,4,1\n2,5,1,2,3\n',
  'reference, one a line': '10\n11\n12\n',
};

/** What each likens, rounded: the winner, then those that come behind. */
function table(bytes: Uint8Array): string {
  const head = headOf(bytes);
  const scores = FORMATS.map(({ name, likeness }) => ({ name, likeness: likeness(head) }))
    .filter(({ likeness }) => likeness > 0)
    .sort((a, b) => b.likeness - a.likeness);
  return scores.map(({ name, likeness }) => `${name} ${likeness.toFixed(2)}`).join(', ');
}

describe('each sample is taken for what it is, whatever else it looks like', () => {
  test.each(readdirSync(FOLDER))('%s', (file) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, FOLDER)));
    const format = file.split('.')[0]!;
    const rows = FORMATS.filter(({ unit, name }) => unit === 'line' || name === format);
    if (!rows.some(({ name }) => name === format)) return;
    const sniffed = sniff(file, headOf(bytes), rows);
    expect(sniffed?.format.name, table(bytes)).toBe(format);
    const { likeness, runnerUp } = sniffed!.recognition;
    expect(likeness - (runnerUp?.likeness ?? 0)).toBeGreaterThanOrEqual(0.1);
  });

  test('in figures', () => {
    const rows = Object.entries(MORE).map(([name, text]) => `${name}: ${table(latin1(text))}`);
    expect(rows).toEqual([
      'text: text 1.00',
      'text in decimal: text 1.00',
      'lackey: lackey 1.00',
      'lackey of digits: lackey 1.00',
      'reference: reference 0.70, dinero 0.17',
      'reference of five: reference 0.70',
      'reference, one a line: reference 0.70',
    ]);
  });
});

describe('damaged traces are still taken for what they are', () => {
  test.each(LINE_FORMATS)('$format with every third line bad', ({ format, good, head = '' }) => {
    const text = `${head}${`${good}\n${good}\n?${good}\n`.repeat(20)}`;
    expect(sniff('t', headOf(latin1(text)))?.format.name).toBe(format);
  });

  test.each([
    ['text', '1 X 0x10\n'],
    ['text', '1 frok 2\n'],
    ['text', '1 R\n1 W\n'],
    ['reference', '1\n'],
    ['tencent', '1538323200,42345600,8,1,1283\n1538323200,42345600,8,9,1283\n'],
    ['msr', '1,usr,0,Read,1,1,1\n1,usr,0,Reed,1,1,1\n'],
    ['csv', 'version,time,op,size\n1,2,3,4\n'],
  ])('%s: %j', (format, text) => {
    expect(sniff('t', headOf(latin1(text)))?.format.name).toBe(format);
  });
});

test('lines of which there are as many of one format as of another are refused with both names', () => {
  expect(() => sniff('t', headOf(latin1('0 10\nr 10 4\n')))).toThrow(
    't: ambiguous format: as much dinero as dinero_extended: expected one format; name it (--format)',
  );
});
