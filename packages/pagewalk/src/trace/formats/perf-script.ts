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
    const words = wordsOf(line, 0);
    if (isEvent(words)) sink.leaveOut('other_events');
    else if (!CALL.test(line)) return misread(words[0]!.at, line.length, 'line', 'comm pid/tid time: event: address');
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

interface Word {
  readonly at: number;
  readonly text: string;
}

function wordsOf(line: string, from: number): Word[] {
  const words = line.slice(from).matchAll(/[^ \t]+/g);
  return Array.from(words, (word) => ({ at: from + word.index, text: word[0] }));
}

/** A comm, a process and, behind them, a word with a colon. */
function isEvent(words: readonly Word[]): boolean {
  const process = words.findIndex(({ text }, index) => index > 0 && /^\d+(\/\d+)?$/.test(text));
  return process > 0 && words.slice(process + 1).some(({ text }) => text.endsWith(':'));
}

/** `address [symbol] ip [symbol]` from `from` on. */
function sample(line: string, from: number, put: Put): Misreading | undefined {
  const [first, ...others] = wordsOf(line, from);
  if (first === undefined) return misread(line.length, line.length, 'address', ADDRESS);
  const end = first.at + first.text.length;
  const address = hexNumber(first.text);
  if (address === undefined) return misread(first.at, end, 'address', ADDRESS);
  const ip = others.find((word, index) => isIp(word, others[index - 1] ?? first));
  const last = others.at(-1);
  if (last !== undefined && ip === undefined) {
    return misread(first.at, last.at + last.text.length, 'address', BOTH);
  }
  put(address, ip !== undefined && hexNumber(ip.text) === address ? OP_IFETCH : OP_READ);
  return undefined;
}

/** Is the word an address, not a symbol of letters that are hex digits? perf pads addresses to 16 columns, behind a blank. */
function isIp({ at, text }: Word, before: Word): boolean {
  const digits = text.replace(/^0x/i, '');
  if (hexNumber(digits) === undefined) return false;
  if (digits.length >= 8 || (digits.length >= 6 && /\d/.test(digits))) return true;
  return at + text.length - (before.at + before.text.length) > 16;
}

/** `address=… ip=… error_code=…` behind `from`. */
function tracepoint(line: string, from: number, put: Put): Misreading | undefined {
  const fields = /address=0x([\da-f]+).*?ip=0x[\da-f]+.*?error_code=0x([\da-f]+)/is.exec(line.slice(from));
  const address = fields ? hexNumber(fields[1]!) : undefined;
  const code = fields ? hexNumber(fields[2]!) : undefined;
  if (address === undefined || code === undefined) {
    const at = wordsOf(line, from)[0]?.at ?? line.length;
    return misread(at, at, 'address', POINT);
  }
  put(address, code & 0x10n ? OP_IFETCH : code & 2n ? OP_WRITE : OP_READ);
  return undefined;
}
