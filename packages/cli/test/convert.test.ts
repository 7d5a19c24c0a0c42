import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { eventHash, openTrace } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { ended, folder, here, listing, shell, start } from './support/vmm.ts';

const LINES = Array.from(
  { length: 3000 },
  (_, index) => `${1 + (index % 2)} ${'RWI'[index % 3]} 0x${(index * 4099).toString(16)} ${1 + (index % 8)}\n`,
).join('');
const FETCHES = '1 I 0x1000\n1 R 0x2000\n1 W 0x3000\n'.repeat(10);

/** With a trace in it. */
function workplace(text = LINES): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'in.trace'), text);
  return cwd;
}

const convert = async (
  cwd: string,
  ...args: string[]
): Promise<{ code: number | null; stderr: string; stdout: string }> => here(['convert', ...args], cwd);

describe('vmm convert', () => {
  it('writes every lossless format by the name of the file, and reads the same events from it', async () => {
    const cwd = workplace();
    const files = ['a.txt', 'f.vmt', 'b.csv.gz', 'c.drmemtrace.zst', 'd.memtrace', 'e.trace.zst'];
    for (const file of files) {
      const { code, stderr } = await convert(cwd, 'in.trace', file);
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(new RegExp(`^vmm convert: ${file}: 3,000 accesses as \\w+, .* of what was read\n$`));
    }
    const hashes = await Promise.all(
      ['in.trace', ...files].map(async (file) => eventHash(await openTrace(join(cwd, file)))),
    );
    expect(new Set(hashes).size).toBe(1);
    expect(gunzipSync(readFileSync(join(cwd, 'b.csv.gz'))).toString()).toMatch(/^pid,op,address,size\n1,R,0x0,1\n/);
    expect(zstdDecompressSync(readFileSync(join(cwd, 'e.trace.zst'))).toString()).toContain('\n2 W 0x1003 2\n');
  });

  it('--to and --compress come before the name', async () => {
    const cwd = workplace();
    expect((await convert(cwd, 'in.trace', 'x.dat', '--to', 'csv', '--compress', 'gzip')).code).toBe(0);
    expect(gunzipSync(readFileSync(join(cwd, 'x.dat'))).toString()).toMatch(/^pid,op/);
    expect((await convert(cwd, 'in.trace', 'x.csv.gz', '--to', 'text', '--compress', 'none')).code).toBe(0);
    expect(readFileSync(join(cwd, 'x.csv.gz'), 'utf8')).toMatch(/^1 R 0x0\n2 W 0x1003 2\n/);
  });

  it('a part of the trace, folded', async () => {
    const cwd = workplace('1 R 0x1000\n1 R 0x1008\n1 R 0x1010\n1 W 0x1010\n');
    const { code } = await convert(cwd, 'in.trace', 'out.txt', '--skip', '1', '-n', '2', '--fold', '4096');
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toBe('%page 4096\n1 R 0x1000 x2\n');
    const unfolded = await convert(cwd, 'out.txt', 'out.csv');
    expect(unfolded.stderr).toContain(
      'vmm convert: 2 accesses were folded on pages of 4096 bytes: each stands by itself, where its page begins\n',
    );
    expect(readFileSync(join(cwd, 'out.csv'), 'utf8')).toBe('pid,op,address,size\n1,R,0x1000,1\n1,R,0x1000,1\n');
  });

  it('refuses what a format cannot hold, or counts it', async () => {
    const cwd = workplace();
    const refused = await convert(cwd, 'in.trace', 'out.champsim');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toBe(
      'vmm convert: format champsim cannot hold zero_addresses (accesses to address 0): allow the loss (--lossy), or take another format\n',
    );
    expect(listing(cwd)).toEqual(['in.trace']);
    const lossy = await convert(cwd, 'in.trace', 'out.champsim', '--lossy', '--json');
    expect(lossy).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(lossy.stdout)).toMatchObject({
      from: { format: 'text', compression: null, bytes: LINES.length },
      to: { file: 'out.champsim', format: 'champsim', compression: null },
      accesses: 3000,
      lost: { processes: 1500, sizes: 2625, zero_addresses: 1 },
    });
    const told = await convert(cwd, 'in.trace', 'out.oracleGeneral', '--lossy');
    expect(told.stderr).toContain(
      'vmm convert: lost: ops, 2,000 times (which accesses are writes or instruction fetches)\n',
    );
  });

  it('keeps what it can: no loss, no word', async () => {
    const cwd = workplace(FETCHES);
    const { code, stderr } = await convert(cwd, 'in.trace', 'out.champsim.zst', '-q');
    expect([code, stderr]).toEqual([0, '']);
    const back = await convert(cwd, 'out.champsim.zst', 'back.trace', '-q');
    expect([back.code, back.stderr]).toEqual([0, '']);
    expect(readFileSync(join(cwd, 'back.trace'), 'utf8')).toBe(FETCHES);
  });

  it('objects of oracle_general are pages or addresses', async () => {
    const cwd = workplace('1 R 0x1000\n1 R 0x2008\n1 R 0x2000\n');
    expect((await convert(cwd, 'in.trace', 'out.oracleGeneral')).stderr).toContain('offsets (places within the page)');
    expect((await convert(cwd, 'in.trace', 'out.oracleGeneral', '--ids', 'byte')).code).toBe(0);
    const bytes = readFileSync(join(cwd, 'out.oracleGeneral'));
    expect([0, 1, 2].map((index) => bytes.readBigUInt64LE(index * 24 + 4))).toEqual([0x1000n, 0x2008n, 0x2000n]);
  });

  it.each([
    [
      ['in.trace', 'out.dat'],
      /^vmm convert: out.dat: no format is written under this name; give --to, or a name that ends in one of .vmt, .txt, /,
    ],
    [['in.trace', '-'], /^vmm convert: standard output has no name; give --to/],
    [
      ['in.trace', 'out.csv.xz'],
      /^vmm convert: out.csv.xz: .xz is not written; give .gz, .zst or no such suffix, or --compress\n/,
    ],
    [
      ['in.trace', 'out.csv', '--fold', '4096'],
      /--fold 4096: format csv has no folded accesses; give --to vmt or text/,
    ],
    [['in.trace', 'out.vmt.gz'], /vmt is compressed by itself: leave .gz out/],
    [['in.trace', 'out.txt', '--fold', '4000'], /--fold 4000: not a page size/],
    [['in.trace', 'out.txt', '--ids', 'byte'], /--ids byte: format text has addresses; leave it out/],
    [['in.trace', '-', '--to', 'csv', '--json'], /both go to standard output/],
    [['in.trace', 'out.csv', '-n', '0'], /--max-accesses 0: not a count/],
    [['in.trace', 'out.csv', '--sample', 'half'], /--sample half: not a share/],
    [['in.trace'], /missing required argument 'OUT'/],
  ])('%j is a wrong call', async (args, message) => {
    const cwd = workplace();
    const { code, stderr } = await convert(cwd, ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(listing(cwd)).toEqual(['in.trace']);
  });

  it('a bad trace leaves nothing, and what was there stays', async () => {
    const cwd = workplace(`${LINES}1 X 0\n`);
    writeFileSync(join(cwd, 'out.csv'), 'old');
    const { code, stderr } = await convert(cwd, 'in.trace', 'out.csv');
    expect(code).toBe(1);
    expect(stderr).toContain('in.trace:3001: byte ');
    expect(listing(cwd)).toEqual(['in.trace', 'out.csv']);
    expect(readFileSync(join(cwd, 'out.csv'), 'utf8')).toBe('old');
    const lenient = await convert(cwd, 'in.trace', 'out.csv', '--lenient');
    expect(lenient.stderr).toMatch(/^vmm convert: 1 bad line or record skipped\n/);
  });

  it('from standard input to standard output', async () => {
    const { stdout, stderr } = await shell("printf '1 R 0x10 8\\n' | vmm convert - - --to csv", folder());
    expect(stdout).toBe('pid,op,address,size\n1,R,0x10,8\n');
    expect(stderr).toMatch(/^vmm convert: standard output: 1 access as csv, /);
  });

  it('nobody reads: 141, quietly; a full disk: 1', async () => {
    const closed = await shell('(vmm convert <(yes "1 R 0x1000") - --to csv; echo $? >&2) | head -1', folder());
    expect(closed).toMatchObject({ stdout: 'pid,op,address,size\n', stderr: '141\n' });
    for (const flags of ['', '--compress zstd']) {
      const { stderr } = await shell(
        `yes "1 R 0x1000" | head -100000 | vmm convert - /dev/full --to csv ${flags}`,
        folder(),
      );
      expect(stderr).toBe('vmm convert: /dev/full: cannot be written (no space left on device)\n');
    }
  });

  it('Ctrl-C leaves nothing', async () => {
    const cwd = folder();
    const child = start(['convert', '-', 'out.csv.zst'], { cwd, stdin: '' });
    const done = ended(child);
    child.stdin?.on('error', () => {});
    child.stdin?.write('1 R 0x1000\n'.repeat(200_000));
    for (let tries = 0; tries < 400 && listing(cwd).length === 0; tries++)
      await new Promise((go) => setTimeout(go, 25));
    child.kill('SIGINT');
    expect(await done).toMatchObject({ code: 130, stdout: '' });
    expect(listing(cwd)).toEqual([]);
  });
});
