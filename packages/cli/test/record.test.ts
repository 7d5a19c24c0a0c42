// `vmm record`: what reaches the file, what reaches the program, and what is left when something fails.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { needs } from '../../../test/support/needs.ts';
import { type Ended, ended, folder, listing, start, vmm } from './support/vmm.ts';

/** A folder with a `valgrind` that prints these lines where lackey's would go and then runs the program. */
function withLackey(lines: readonly string[]): { cwd: string; env: Record<string, string> } {
  const cwd = folder();
  writeFileSync(join(cwd, 'lines'), lines.map((line) => `${line}\n`).join(''));
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo valgrind-3.99; exit; fi
while [ "$1" != -- ]; do shift; done
shift
cat '${cwd}/lines' >&3
exec 3>&-
exec "$@"
`;
  writeFileSync(join(cwd, 'valgrind'), script);
  chmodSync(join(cwd, 'valgrind'), 0o755);
  return { cwd, env: { PATH: `${cwd}:${process.env['PATH']}` } };
}

const LINES = [
  'I  04001000,3',
  'I  04001003,5',
  ' L 1ffefff000,8',
  ' S 1ffefff008,8',
  ' M 1ffefff010,4',
  'I  04001ffe,4',
  ' L 1ffefff000,8',
];

const text = (cwd: string, name: string): string => zstdDecompressSync(readFileSync(join(cwd, name))).toString();

const record = (args: readonly string[], lines: readonly string[] = LINES, stdin?: string): Promise<Recorded> => {
  const call = withLackey(lines);
  return vmm(['record', ...args], { ...call, ...(stdin === undefined ? {} : { stdin }) }).then((end) => ({
    ...end,
    ...call,
    files: listing(call.cwd).filter((name) => !['lines', 'valgrind'].includes(name)),
  }));
};

interface Recorded extends Ended {
  readonly cwd: string;
  readonly files: string[];
}

describe('vmm record', () => {
  it('writes where the trace comes from, then folded runs', async () => {
    const { cwd, code, stderr } = await record(['-o', 'out.zst', '--', 'sh', '-c', "echo 'a\nb' >&2"]);
    expect(code).toBe(0);
    expect(text(cwd, 'out.zst').replace(/vmm record .*/, 'vmm record')).toBe(
      [
        '# recorded by: vmm record',
        String.raw`# command: sh -c $'echo \'a\nb\' >&2'`,
        '# valgrind: valgrind-3.99',
        '# modify: one access that writes',
        '%page 4096',
        '1 I 0x4001000 x2',
        '1 R 0x1ffefff000 x1',
        '1 W 0x1ffefff000 x2',
        '1 I 0x4001ffe 4',
        '1 R 0x1ffefff000 x1',
        '',
      ].join('\n'),
    );
    expect(stderr).toMatch(/^a\nb\nvmm record: out\.zst: 7 accesses in 5 lines, \d+ B; next: vmm run out\.zst\n$/);
  });

  it('keeps every access as it was if asked to', async () => {
    const { cwd } = await record(['-o', 'out.zst', '--fold', 'none', '--modify', 'both', 'true']);
    expect(text(cwd, 'out.zst').split('\n').slice(3)).toEqual([
      '# modify: a read and a write',
      '1 I 0x4001000 3',
      '1 I 0x4001003 5',
      '1 R 0x1ffefff000 8',
      '1 W 0x1ffefff008 8',
      '1 R 0x1ffefff010 4',
      '1 W 0x1ffefff010 4',
      '1 I 0x4001ffe 4',
      '1 R 0x1ffefff000 8',
      '',
    ]);
  });

  it('hands input, output and exit code through and names the file after the program', async () => {
    const script = 'read line; echo "got $line"; echo oops >&2; exit 7';
    const { code, stdout, stderr, files } = await record(['sh', '-c', script], LINES, 'hello\n');
    expect({ code, stdout, files }).toEqual({ code: 7, stdout: 'got hello\n', files: ['sh.vmt'] });
    expect(stderr).toMatch(/^oops\nvmm record: sh\.vmt: 7 accesses .*; sh ended with 7; next: /);
  });

  it('prints nothing of its own with --quiet', async () => {
    expect(await record(['-q', 'true'])).toMatchObject({ code: 0, stdout: '', stderr: '', files: ['true.vmt'] });
  });

  it('reports a program that a signal ended as a shell does', async () => {
    expect(await record(['sh', '-c', 'kill -SEGV $$'])).toMatchObject({ code: 139, files: ['sh.vmt'] });
  });

  it('says that lines were no accesses, and that a script starts others', async () => {
    const { cwd } = withLackey([]);
    const script = join(cwd, 'script');
    writeFileSync(script, '#!/bin/sh\n');
    chmodSync(script, 0o755);
    const { stderr, code } = await record([script], ['==1== Lackey', ...LINES, 'vex: cannot', 'vex: go on']);
    expect(code).toBe(0);
    expect(stderr).toContain(`vmm record: ${script} is a script: programs that it starts are not recorded\n`);
    expect(stderr).toMatch(
      /vmm record: 2 lines of valgrind were not accesses; the first: lackey:9: byte \d+: bad line/,
    );
  });

  it('cuts a long command line, which no reader would take', async () => {
    const { cwd } = await record(['-o', 'out.zst', 'true', 'ä'.repeat(5000)]);
    expect(
      Math.max(
        ...text(cwd, 'out.zst')
          .split('\n')
          .map((line) => Buffer.byteLength(line)),
      ),
    ).toBeLessThan(4096);
    expect((await vmm(['run', '-q', 'out.zst'], { cwd })).code).toBe(0);
  });

  it.each([
    ['a program that is not there', ['nosuch'], /^vmm record: nosuch: cannot be run \(not found on the PATH\)\n$/, 1],
    ['a file that is no program', ['./lines'], /^vmm record: \.\/lines: cannot be run \(not executable\)\n$/, 1],
    ['a folder', ['/usr'], /^vmm record: \/usr: cannot be run \(not a program\)\n$/, 1],
    [
      'no folder for the output',
      ['-o', 'no/x', 'true'],
      /^vmm record: no\/x: cannot be written \(no such directory\)\n$/,
      1,
    ],
    [
      'a full disk',
      ['-o', '/dev/full', 'true'],
      /^vmm record: \/dev\/full: cannot be written \(no space left .*\)\n$/,
      1,
    ],
    ['standard output for the trace', ['-o', '-', 'true'], /^vmm record: --output -: .*give a file\n$/, 2],
    ['no program', [], /^vmm record: missing required argument 'PROGRAM'\n$/, 2],
    [
      'a fold page that is none',
      ['--fold', '3000', 'true'],
      /^vmm record: --fold 3000: not a page size; give .*\n$/,
      2,
    ],
  ])('refuses %s in one line and leaves no file', async (_, args, message, expected) => {
    const { code, stderr, files } = await record(args);
    expect(stderr).toMatch(message);
    expect({ code, files }).toEqual({ code: expected, files: [] });
  });

  it('leaves no file if no access was recorded', async () => {
    const { code, stderr, files } = await record(['true'], ['==1== Lackey']);
    expect({ code, stderr, files }).toEqual({
      code: 1,
      stderr: 'vmm record: nothing was recorded: lackey: holds no access\n',
      files: [],
    });
  });

  it('says in one line that valgrind is missing', async () => {
    const cwd = folder();
    const { code, stderr } = await vmm(['record', '/bin/true'], { cwd, env: { PATH: cwd } });
    expect(stderr).toMatch(/^vmm record: valgrind: cannot be run \(not found on the PATH\); .*apt install valgrind\n$/);
    expect({ code, files: listing(cwd) }).toEqual({ code: 1, files: [] });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('finishes the trace when %s ends the program', async (signal, code) => {
    const call = withLackey(LINES);
    const child = start(['record', '-o', 'sh.zst', 'sh', '-c', 'echo started; exec sleep 60'], call);
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill(signal);
    expect((await end).code).toBe(code);
    expect(text(call.cwd, 'sh.zst')).toMatch(/x2\n.*\n.*\n.*\n1 R 0x1ffefff000 x1\n$/);
  });

  it('does not wait for what the program leaves running', async () => {
    const begun = performance.now();
    const { code } = await record(['sh', '-c', 'sleep 30 >/dev/null 2>&1 </dev/null &']);
    expect(code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe.skipIf(needs('valgrind', 'records real programs').skip)('vmm record under valgrind', () => {
  it('records a real program that vmm run takes', async () => {
    const cwd = folder();
    const recorded = await vmm(['record', 'sh', '-c', 'echo hello; exit 3'], { cwd });
    expect(recorded).toMatchObject({ code: 3, stdout: 'hello\n' });
    const [, accesses = ''] = /sh\.vmt: ([\d,]+) accesses/.exec(recorded.stderr) ?? [];
    const { stdout } = await vmm(['run', '--json', 'sh.vmt'], { cwd });
    const { counters } = JSON.parse(stdout) as { counters: Record<string, number> };
    expect(counters['accesses']).toBe(Number(accesses.replaceAll(',', '')));
    expect(counters['accesses']).toBeGreaterThan(100_000);
    expect(counters['ifetches']).toBeGreaterThan(counters['reads']! + counters['writes']!);
  });

  it('records what was done until a signal ends the program', async () => {
    const cwd = folder();
    const child = start(['record', 'sh', '-c', 'echo started; while :; do :; done'], { cwd });
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    await sleep(300);
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /sh\.vmt: [\d,]+ accesses and [\d,]+ operations in .*; sh ended with 130; next: vmm run sh\.vmt/,
    );
    expect((await vmm(['run', '-q', 'sh.vmt'], { cwd })).code).toBe(0);
  });
});
