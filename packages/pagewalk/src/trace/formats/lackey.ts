import { byLines } from '../head.ts';
import { SystemCallDoor } from '../syscalls/index.ts';
import type { TraceFormat } from './format.ts';

/** Lines of accesses, and with `--trace-syscalls=yes` of system calls, which become operations. The first call comes thousands of lines into a log. */
export const lackey: TraceFormat = {
  name: 'lackey',
  shape: "valgrind lackey's ' L address,size'",
  unit: 'line',
  likeness: byLines(
    /^((I {2}| [LSM] )[\da-f]+,\d|==\d+==|--\d+--|\*\*\d+\*\*|SYSCALL\[\d+,\d+\]| --> \[)/i,
    /^(I {2}| [LSM] |SYSCALL\[)/,
  ),
  wasm: {
    reader: 'lackey',
    options: ({ modify = 'write' }) => [modify === 'both' ? 1 : 0],
    door: () => new SystemCallDoor(),
  },
  uses: ['modify'],
  settings: ({ modify = 'write' }) => ({ modify }),
};
