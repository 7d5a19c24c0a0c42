// `vmm record --from perf`: the page faults of a program that runs by itself, or one line that says why not.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folder, listing, vmm } from './support/vmm.ts';

/** A folder with a `perf` that records a file and prints these lines of it; `refuses`: it may not record this event. */
function withPerf(lines: readonly string[], refuses = 'none'): { cwd: string; env: Record<string, string> } {
  const cwd = folder();
  writeFileSync(join(cwd, 'lines'), lines.map((line) => `${line}\n`).join(''));
  const script = `#!/bin/sh
case "$1" in --version) echo 'perf version 9'; exit;; script) cat '${cwd}/lines'; exit;; esac
case "$*" in *' -e ${refuses}'*) echo "Error: No permission to enable $4 event." >&2; exit 129;; esac
while [ "$1" != -o ]; do shift; done
echo data > "$2"
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
`;
  writeFileSync(join(cwd, 'perf'), script);
  chmodSync(join(cwd, 'perf'), 0o755);
  return { cwd, env: { PATH: `${cwd}:${process.env['PATH']}` } };
}

const LINES = [
  'sh 12/12 36011.429365: exceptions:page_fault_user: address=0x7fdeebc16b70 ip=0x7fdeebc16b70 error_code=0x14',
  'sh 12/12 36011.429371: exceptions:page_fault_user: address=0x7fdeebc2fe06 ip=0x7fdeebc177ad error_code=0x6',
];

describe('vmm record --from perf', () => {
  it('writes the faults, says that they are no more, and hands the exit code through', async () => {
    const call = withPerf(LINES);
    const { code, stderr } = await vmm(['record', '--from', 'perf', '-o', 'f.zst', 'sh', '-c', 'exit 3'], call);
    expect({ code, stderr: stderr.replace(/\d+ B/, 'N B') }).toEqual({
      code: 3,
      stderr:
        'vmm record: a fault stream: only the misses of a real machine\n' +
        'vmm record: f.zst: 2 accesses in 2 lines, N B; sh ended with 3; next: vmm run f.zst\n',
    });
    expect(
      zstdDecompressSync(readFileSync(join(call.cwd, 'f.zst')))
        .toString()
        .split('\n')
        .slice(1),
    ).toEqual([
      "# command: sh -c 'exit 3'",
      '# perf: perf version 9',
      '# accesses: page faults only: the misses of a real machine',
      '# note 1: a fault stream: only the misses of a real machine',
      '%page 4096',
      '12 I 0x7fdeebc16000 x1',
      '12 W 0x7fdeebc2f000 x1',
      '',
    ]);
  });

  it('takes the fault counter where the tracepoint may not be read', async () => {
    const call = withPerf(['sh 12/12 1.0: page-faults:u:  7f81558d4e06  7f81558bc7ad'], 'exceptions');
    const { code, stderr } = await vmm(['record', '--from', 'perf', 'true'], call);
    expect({ code, files: listing(call.cwd).includes('true.vmt') }).toEqual({ code: 0, files: true });
    expect(stderr).toContain('1 access in 1 record');
  });

  it('says in one line why it may not', async () => {
    const call = withPerf(LINES, '');
    const { code, stderr } = await vmm(['record', '--from', 'perf', 'true'], call);
    expect(stderr).toMatch(/^vmm record: perf may not record page faults here \(No permission .*\); be root, or .*\n$/);
    expect({ code, files: listing(call.cwd) }).toEqual({ code: 1, files: ['lines', 'perf'] });
  });
});
