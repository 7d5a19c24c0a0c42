import { byLines } from '../head.ts';
import {
  decimalNumber,
  type HostLines,
  hexNumber,
  hostReader,
  type Misreading,
  misread,
  type RecordSink,
} from '../host-reader.ts';
import { MAX_PID, OP_IFETCH, OP_READ, OP_WRITE } from '../record-layout.ts';
import type { TraceFormat } from './format.ts';

/**
 * Page faults as `perf script` prints them. A comm may hold blanks and digits, so a line is read from the first place on where a process and
 * what follows it up to a known event fit.
 */
const FAULTS = 'page-faults|faults|minor-faults|major-faults|minor-flt|major-flt';
const POINTS = '(?:exceptions:)?page_fault_(?:user|kernel)';
const BEFORE = '(?:\\[\\d+\\][ \\t]+)?(?:\\d+\\.\\d+:[ \\t]+)?(?:\\d+[ \\t]+)?';
const EVENT = new RegExp(
  `(?<=^|[ \\t])(?<pid>\\d+)(?:/\\d+)?[ \\t]+${BEFORE}(?:(?<fault>${FAULTS})|(?<point>${POINTS}))(?::[a-zA-Z]+)?:(?=[ \\t]|$)`,
);
const OTHER = /(?:^|[ \t])\d+(?:\/\d+)?[ \t](?:.*[ \t])?\S+:(?:[ \t]|$)/;
const CALL = /^[ \t]+[\da-f]+[ \t]/;
const IP =
  /[ \t](?:[\da-f]{8,16}|(?=[a-f]*\d)[\da-f]{6,7})(?=[ \t]|$)| (?= {0,15}[\da-f]{1,16}(?:[ \t]|$))[ \da-f]{16}(?=[ \t]|$)/gi;

const ADDRESS = 'hex digits, below 2^64';
const BOTH = 'the data address and the ip: perf record -d, then perf script -F comm,pid,tid,time,event,addr,ip,sym';
const POINT = 'address=0x… ip=0x… error_code=0x…';

export const perfScript: TraceFormat = {
  name: 'perf_script',
  shape: 'comm pid/tid time: page-faults: address',
  unit: 'line',
  likeness: byLines(EVENT, /^[ \t]*\S.*[ \t]\d+(\/\d+)?[ \t]+(\[\d+\][ \t]+)?\d+\.\d+:[ \t]/),
  open: (parts) => hostReader(parts, LINES),
  notes: ['a fault stream: only the misses of a real machine'],
};

const LINES: HostLines = {
  read(line, sink) {
    const event = EVENT.exec(line);
    if (event) return fault(line, event, sink);
    if (CALL.test(line)) return undefined;
    if (!OTHER.test(line)) return misread(0, line.length, 'line', 'comm pid/tid time: event: address');
    sink.leaveOut('other_events');
    return undefined;
  },
};

function fault(line: string, event: RegExpExecArray, sink: RecordSink): Misreading | undefined {
  const { pid = '', point } = event.groups ?? {};
  const process = decimalNumber(pid, BigInt(MAX_PID));
  if (process === undefined) {
    return misread(event.index, event.index + pid.length, 'pid', `a decimal number from 0 to ${MAX_PID}`);
  }
  const from = event.index + event[0].length;
  const put = (address: bigint, op: number) => sink.put(Number(process), op, address);
  return point === undefined ? sample(line, from, put) : tracepoint(line, from, put);
}

type Put = (address: bigint, op: number) => void;

/** `address [symbol] ip [symbol]` from `from` on. */
function sample(line: string, from: number, put: Put): Misreading | undefined {
  const word = /[^ \t]+/.exec(line.slice(from));
  if (!word) return misread(line.length, line.length, 'address', ADDRESS);
  const at = from + word.index;
  const end = at + word[0].length;
  const address = hexNumber(word[0]);
  if (address === undefined) return misread(at, end, 'address', ADDRESS);
  const rest = line.slice(end).replace(/[ \t]+$/, '');
  const ip = rest.match(IP)?.[0].trim();
  if (rest !== '' && ip === undefined) return misread(at, end + rest.length, 'address', BOTH);
  put(address, ip !== undefined && hexNumber(ip) === address ? OP_IFETCH : OP_READ);
  return undefined;
}

/** `address=… ip=… error_code=…` behind `from`. */
function tracepoint(line: string, from: number, put: Put): Misreading | undefined {
  const found = /[ \t]address=(\S+).*?[ \t]ip=\S+.*?[ \t]error_code=(0x[\da-f]+)/i.exec(line.slice(from));
  if (!found) return misread(line.length, line.length, 'address', POINT);
  const [, word = '', code = ''] = found;
  const address = /^0x/i.test(word) ? hexNumber(word) : undefined;
  const at = from + found.index + ' address='.length;
  if (address === undefined) return misread(at, at + word.length, 'address', '0x and hex digits, below 2^64');
  const bits = hexNumber(code) ?? 0n;
  put(address, bits & 0x10n ? OP_IFETCH : bits & 2n ? OP_WRITE : OP_READ);
  return undefined;
}
