import { byLines } from '../head.ts';
import {
  decimalNumber,
  type HostLines,
  hexDigit,
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
const CALL = /^[ \t]+[\da-f]+[ \t]/i;

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
    if (isEvent(line)) sink.leaveOut('other_events');
    else if (!CALL.test(line))
      return misread(wordAt(line, 0), line.length, 'line', 'comm pid/tid time: event: address');
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

/** A comm, a process and, behind them, a word with a colon. */
function isEvent(line: string): boolean {
  const words = line.split(/[ \t]+/).filter((word) => word !== '');
  const process = words.findIndex((word, index) => index > 0 && /^\d+(\/\d+)?$/.test(word));
  return process > 0 && words.slice(process + 1).some((word) => word.endsWith(':'));
}

/** `address [symbol] ip [symbol]` from `from` on. */
function sample(line: string, from: number, put: Put): Misreading | undefined {
  const at = wordAt(line, from);
  if (at === line.length) return misread(at, at, 'address', ADDRESS);
  const end = wordEnd(line, at);
  const address = hexNumber(line.slice(at, end));
  if (address === undefined) return misread(at, end, 'address', ADDRESS);
  let last = end;
  for (let next = wordAt(line, last); next < line.length; next = wordAt(line, last)) {
    const behind = wordEnd(line, next);
    const ip = ipAt(line, next, behind, next - last);
    if (ip !== undefined) {
      put(address, ip === address ? OP_IFETCH : OP_READ);
      return undefined;
    }
    last = behind;
  }
  if (last > end) return misread(at, last, 'address', BOTH);
  put(address, OP_READ);
  return undefined;
}

/** Is the word behind so many blanks an address, not a symbol of letters that are hex digits? perf pads addresses to 16 columns, behind a blank. */
function ipAt(line: string, from: number, end: number, blanks: number): bigint | undefined {
  if (hexDigit(line.charCodeAt(end - 1)) < 0) return undefined;
  const word = line.slice(from, end);
  const digits = /^0x/i.test(word) ? word.length - 2 : word.length;
  if (digits < 8 && blanks + word.length <= 16 && (digits < 6 || !/\d/.test(word.slice(-digits)))) return undefined;
  return hexNumber(word);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** Where the next word begins, or the line's end. */
function wordAt(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at++;
  return at;
}

function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
  return at;
}

/** `address=… ip=… error_code=…` behind `from`. */
function tracepoint(line: string, from: number, put: Put): Misreading | undefined {
  const fields = /address=0x([\da-f]+).*?ip=0x[\da-f]+.*?error_code=0x([\da-f]+)/is.exec(line.slice(from));
  const address = fields ? hexNumber(fields[1]!) : undefined;
  const code = fields ? hexNumber(fields[2]!) : undefined;
  if (address === undefined || code === undefined) {
    const at = wordAt(line, from);
    return misread(at, at, 'address', POINT);
  }
  put(address, code & 0x10n ? OP_IFETCH : code & 2n ? OP_WRITE : OP_READ);
  return undefined;
}
