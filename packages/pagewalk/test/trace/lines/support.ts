/** A line of each format of lines that is right, and what it becomes. */
import type { OpenOptions } from '../../../src/trace/open.ts';
import { latin1, type Read, readBytes } from '../support.ts';

export interface LineFormat {
  readonly format: string;
  readonly good: string;
  /** Stands before the first line. */
  readonly head?: string;
  readonly options?: OpenOptions;
}

export const LINE_FORMATS: readonly LineFormat[] = [
  { format: 'dinero', good: '0 1000' },
  { format: 'dinero_extended', good: 'r 1000 8' },
  { format: 'csv', good: '0x1000,R,8,7', head: 'addr,op,size,pid\n' },
  { format: 'msr', good: '128166372003061629,usr,0,Read,7014609920,24576,41286' },
  { format: 'tencent', good: '1538323200,42345600,8,1,1283' },
  { format: 'drmemtrace_view', good: '1 1: 7 read 8 byte(s) @ 0x0000000000001000 by PC 0x10' },
  { format: 'gem5_text', good: 'r,4096,64,1000' },
  { format: 'perf_script', good: 'a b 7/8 1.5: page-faults: 1000 main 401000 main' },
  { format: 'perf_mem', good: '7 8 0x10 0x1000 49 0x2 a.out:main' },
  { format: 'damon', good: '1000-2000 (4 KiB) 3 1' },
];

export function readLines(text: string, { format, head = '', options = {} }: LineFormat, more: OpenOptions = {}) {
  return readBytes(latin1(head + text), { name: 't', format, ...options, ...more });
}

/** `pid op address size` of each record, address in hex. */
export function accessesOf({ records }: Read): string[] {
  return records.map(({ pid, op, address, extent }) => `${pid} ${op} ${address.toString(16)} ${extent}`);
}
