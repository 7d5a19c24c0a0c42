import { byLines } from '../head.ts';
import { decimalNumber, type HostLines, hexNumber, hostReader, misread } from '../host-reader.ts';
import { MAX_PID, OP_IFETCH, OP_READ, OP_WRITE } from '../record-layout.ts';
import type { TraceFormat } from './format.ts';

/** Memory samples as `perf mem report -D` prints them, separated by blanks or, with -x, by commas. */
const GAP = '(?:[ \\t]*,[ \\t]*|[ \\t]+)';
const HEX = '0x[\\da-f]+';
const ROW = new RegExp(
  `^[ \\t]*(?<pid>-?\\d+)${GAP}-?\\d+${GAP}${HEX}${GAP}(?<address>${HEX})${GAP}` +
    `(?:${HEX}${GAP}(?:[\\d.]+[KMGTB]+${GAP})?|[\\d.]+[KMGTB]+${GAP})?\\d+${GAP}(?<source>${HEX})${GAP}\\S`,
  'i',
);

const LOAD = 2n;
const STORE = 4n;
const PREFETCH = 8n;
const EXECUTE = 16n;

export const perfMem: TraceFormat = {
  name: 'perf_mem',
  shape: 'pid tid ip addr weight dsrc symbol of perf mem report -D',
  unit: 'line',
  likeness: byLines(ROW, new RegExp(`^[ \\t]*\\d+${GAP}\\d+${GAP}${HEX}${GAP}${HEX}`, 'i')),
  open: (parts) => hostReader(parts, LINES),
  notes: ['memory samples: few of the accesses that were made'],
};

const LINES: HostLines = {
  read(line, sink) {
    const groups = ROW.exec(line)?.groups;
    const address = groups && hexNumber(withoutSlip(groups['address']!));
    if (groups === undefined || address === undefined) {
      return misread(0, line.length, 'line', 'pid, tid, ip, addr, weight, dsrc and symbol');
    }
    const pid = decimalNumber(groups['pid']!, BigInt(MAX_PID));
    if (pid === undefined) {
      const at = line.indexOf(groups['pid']!);
      return misread(at, at + groups['pid']!.length, 'pid', `a decimal number from 0 to ${MAX_PID}`);
    }
    const kind = opOf(BigInt(groups['source']!) & 0x1fn);
    if (address === 0n) sink.leaveOut('without_address');
    else if (typeof kind === 'string') sink.leaveOut(kind);
    else sink.put(Number(pid), kind, address);
    return undefined;
  },
};

/** perf's format says 0x016% where it means 0x%016. */
function withoutSlip(address: string): string {
  return /^0x016[\da-f]/i.test(address) && address.length !== 18 ? `0x0${address.slice(5)}` : address;
}

function opOf(kind: bigint): number | string {
  if (kind & STORE) return OP_WRITE;
  if (kind & EXECUTE) return OP_IFETCH;
  if (kind & LOAD) return OP_READ;
  return kind & PREFETCH ? 'prefetches' : 'unknown_kinds';
}
