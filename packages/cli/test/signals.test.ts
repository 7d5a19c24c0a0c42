/** What happens to a run from outside: Ctrl-C, a reader that goes away, a full disk. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CSV_HEADER } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { ended, folder, listing, shell, start } from './support/vmm.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a file whose name starts so is there. */
async function appears(cwd: string, prefix: string): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (listing(cwd).some((name) => name.startsWith(prefix))) return;
    await sleep(25);
  }
  throw new Error(`no ${prefix}… in ${cwd}`);
}

describe('Ctrl-C', () => {
  for (const [what, args, part] of [
    ['a generator', ['gen', '-n', '1e12', '-o', 'g.trace'], '.g.trace.'],
    ['a comparison', ['compare', '-', '--jobs', '2', '--no-opt', '--frames', '5', '-o', 'c.json'], '.c.json.'],
    ['a run that writes events', ['run', '-', '--events', 'e.ndjson', '-o', 'r.json'], '.e.ndjson.'],
  ] as const) {
    it(`ends ${what} with 130 and leaves no file`, async () => {
      const cwd = folder();
      const child = start(args, { cwd, stdin: '' });
      const done = ended(child);
      child.stdin?.on('error', () => {});
      child.stdin?.write('1 R 0x1000\n'.repeat(200_000));
      await appears(cwd, part);
      child.kill('SIGINT');
      expect(await done).toMatchObject({ code: 130, stdout: '' });
      expect(listing(cwd)).toEqual([]);
    });
  }

  it('ends a run that never waits for anything', async () => {
    const cwd = folder();
    const line =
      'vmm gen -t loop -n 1e12 | (vmm run - --interval 1e6 -o r.json & echo $! > pid; wait $!; echo "code $?")';
    const done = shell(line, cwd);
    await appears(cwd, '.r.json.');
    await shell('kill -INT $(cat pid)', cwd);
    expect((await done).stdout).toContain('code 130');
    expect(listing(cwd)).toEqual(['pid']);
  });
});

describe('a reader that goes away', () => {
  it('ends the generator quietly', async () => {
    const { stdout, stderr } = await shell('(vmm gen -n 1e9; echo $? >&2) | head -1', folder());
    expect(stdout).toMatch(/^1 [RW] 0x[0-9a-f]+\n$/);
    expect(stderr).toBe('141\n');
  });

  it('ends a run quietly', async () => {
    const line = 'yes "1 R 0x1000" | head -1000000 | (vmm run - --events -; echo $? >&2) | head -1';
    const { stdout, stderr } = await shell(line, folder());
    expect(stdout).toMatch(/^\{"time":1,.*\}\n$/);
    expect(stderr).toBe('141\n');
  });
});

describe('a full disk', () => {
  it('is told, and the unfinished file goes', async () => {
    const cwd = folder();
    // Writing beyond 4 KiB fails as it would on a full disk.
    const line = 'trap "" XFSZ; ulimit -f 4; vmm gen -n 100000 -o g.trace; echo "code $?"';
    const { stdout, stderr } = await shell(line, cwd);
    expect(stdout).toBe('code 1\n');
    expect(stderr).toContain('vmm gen: g.trace: cannot be written (file too large)');
    expect(listing(cwd)).toEqual([]);
  });

  it('keeps the rows that a table had', async () => {
    const cwd = folder();
    const rows = `${CSV_HEADER}\n`.padEnd(1000, 'x');
    writeFileSync(join(cwd, 'a.trace'), '1 R 0x1000\n');
    writeFileSync(join(cwd, 't.csv'), `${rows}\n`);
    const { stdout, stderr } = await shell(
      'trap "" XFSZ; ulimit -f 1; vmm run a.trace -q --csv t.csv; echo "code $?"',
      cwd,
    );
    expect(stdout).toBe('code 1\n');
    expect(stderr).toContain('t.csv: cannot be written (file too large)');
    expect(readFileSync(join(cwd, 't.csv'), 'utf8')).toBe(`${rows}\n`);
  });

  it('is told for the devices there are', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'a.trace'), '1 R 0x1000\n');
    const full = await shell(
      'vmm run a.trace -o /dev/full; echo "code $?"; vmm run a.trace --json > /dev/full; echo "code $?"',
      cwd,
    );
    expect(full.stdout).toBe('code 1\ncode 1\n');
    expect(full.stderr).toContain('/dev/full: cannot be written (no space left on device)');
    expect(full.stderr).toContain('standard output: ENOSPC');
  });
});
