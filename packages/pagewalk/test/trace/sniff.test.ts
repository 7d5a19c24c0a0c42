import { describe, expect, test } from 'vitest';
import { access, errorOf, latin1, readBytes, readText, trickle } from './support.ts';

describe('the format is found by the first lines', () => {
  test.each([
    ['text', '1 R 0x10\n'],
    ['text', '# made by hand\n\n   7 w 12 # first\n'],
    ['text', '%page 4096\n1 R 0x1000 x5\n'],
    ['text', '1 R 0x10\nfoo\n1 R 0x20\n5\n1 R 0x30\n'],
    ['lackey', '==12== Lackey, an example\n==12==\nI  04001090,3\n L 1ffefffe78,8\n'],
    ['lackey', ' M 0421c7cc,4\n'],
    ['reference', '7\n0\n1\n'],
    ['reference', '1,2,3,4,1,2,5,1,2,3,4,5\n'],
    ['reference', '0x1f # a page\n'],
  ])('%s: %j', async (format, text) => {
    expect((await readText(text, { lenient: true })).info.format).toBe(format);
  });

  test('the pieces of the stream do not change it', async () => {
    const text = `${'# comment\n'.repeat(700)}1 R 0x10\n`;
    const { info } = await readBytes(trickle(latin1(text), [1, 7]));
    expect(info.format).toBe('text');
  });

  test('a damaged first line of text is a fault of that line', async () => {
    expect((await errorOf('1 Q 0x10\n1 R 0x10\n')).message).toContain("bad op 'Q'");
    expect((await errorOf('1 R 0x\n')).message).toContain("bad address '0x'");
  });

  test('a named format is not doubted', async () => {
    expect((await errorOf('1 R 0x10\n', { format: 'lackey' })).message).toContain('expected "I  "');
  });

  test('a file without line ends', async () => {
    const error = await errorOf('\xff'.repeat(200_000), { name: 't' });
    expect(error.message).toContain(`t:1: byte 0: unknown format '${'\\xff'.repeat(40)}…'`);
  });
});

describe('what the options do', () => {
  test('a modify as one write or as load and store', async () => {
    const text = ' M 1000,4\n';
    const write = await readText(text);
    expect(write.records).toEqual([access(1, 'write', 0x1000n, 4)]);
    expect(write.info.settings).toEqual({ modify: 'write' });
    const both = await readText(text, { modify: 'both' });
    expect(both.records).toEqual([access(1, 'read', 0x1000n, 4), access(1, 'write', 0x1000n, 4)]);
    expect(both.info).toMatchObject({ accesses: 2, settings: { modify: 'both' } });
  });

  test('pages of a reference string', async () => {
    const { records, info } = await readText('3,0xf\n', { referencePage: 65_536 });
    expect(records.map(({ address }) => address)).toEqual([3n * 65_536n, 15n * 65_536n]);
    expect(info.settings).toEqual({ reference_page: 65_536 });
  });

  test('full chunks with every modify twice', async () => {
    const { records, info } = await readText(' M 1000,4\nI  2000,1\n'.repeat(60_000), { modify: 'both' });
    expect(records).toHaveLength(180_000);
    expect(info.accesses).toBe(180_000);
  });

  test('folded accesses are counted by their counts', async () => {
    const { info } = await readText('%page 4096\n1 R 0x1000 x4294967295\n1 R 0x1000 x2\n1 R 0x5 8\n');
    expect(info).toMatchObject({ accesses: 4_294_967_298, records: 3, foldedPage: 4096 });
  });
});
