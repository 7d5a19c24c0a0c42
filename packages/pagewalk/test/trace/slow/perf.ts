/** docs/formats/perf.md */
import {
  Bad,
  decimal,
  type Field,
  fields,
  type Gathering,
  hex,
  MAX_PID,
  need,
  readLines,
  type SlowReader,
  words,
} from './slow.ts';

const FAULTS = 'page-faults|faults|minor-faults|major-faults|minor-flt|major-flt';
const POINTS = '(?:exceptions:)?page_fault_(?:user|kernel)';
const PROCESS = String.raw`(?<=^|[ \t])(\d+)(?:\/\d+)?`;
const EVENT = new RegExp(
  String.raw`${PROCESS}(?:[ \t]+\[\d+\])?(?:[ \t]+\d+\.\d+:)?(?:[ \t]+\d+)?[ \t]+(${FAULTS}|${POINTS})(?::[a-zA-Z]+)?:(?=[ \t]|$)`,
  's',
);
const CHAIN = /^[ \t]+[\da-f]+([ \t].*)$/is;

export const slowPerfScript: SlowReader = (bytes, lenient) =>
  readLines(bytes, lenient, ({ text }, out) => {
    const match = EVENT.exec(text);
    if (match === null) return otherLine(text, out);
    const [, pid = '', event = ''] = match;
    const number = Number(need(decimal(pid, 0n, BigInt(MAX_PID)), match.index, 'pid'));
    const at = match.index + match[0].length;
    const details = text.slice(at);
    if (event.includes('page_fault_')) tracepoint(details, at, number, out);
    else fault(details, at, number, out);
  });

function otherLine(text: string, out: Gathering): undefined {
  if (/(^|[ \t])[^ \t]+[ \t]+(.*[ \t])?\d+(\/\d+)?[ \t](.*[ \t])?[^ \t]*:([ \t]|$)/s.test(text))
    return out.leave('other_events');
  if (!CHAIN.test(text)) throw new Bad(text.search(/[^ \t]/), 'line');
}

function fault(details: string, at: number, pid: number, out: Gathering): undefined {
  const all = words(details);
  const first = all[0];
  if (first === undefined) throw new Bad(at + details.length, 'address');
  const address = hex(first.text.replace(/^0x/i, ''));
  if (address === null) throw new Bad(at + first.at, 'address');
  const ip = all.slice(1).find((word) => {
    const digits = word.text.replace(/^0x/i, '');
    if (!/^[\da-f]+$/i.test(digits) || hex(digits) === null) return false;
    if (digits.length >= 8 && digits.length <= 16) return true;
    if (digits.length >= 6 && digits.length <= 7 && /\d/.test(digits)) return true;
    return padded(details, word.at, word.text.length);
  });
  if (ip === undefined && all.length > 1) throw new Bad(at + first.at, 'address');
  const isFetch = ip !== undefined && hex(ip.text.replace(/^0x/i, '')) === address;
  out.put(isFetch ? 'ifetch' : 'read', address, 1, pid);
}

/** Does it end more than 16 columns behind the word before it? */
function padded(details: string, at: number, length: number): boolean {
  const blanks = /[ \t]*$/.exec(details.slice(0, at))![0].length;
  return blanks + length > 16;
}

function tracepoint(details: string, at: number, pid: number, out: Gathering): undefined {
  const match = /address=0x([\da-f]+).*?ip=0x([\da-f]+).*?error_code=0x([\da-f]+)/is.exec(details);
  const [address, , code] = match?.slice(1).map((digits) => hex(digits)) ?? [];
  if (match === null || typeof address !== 'bigint' || typeof code !== 'bigint') {
    throw new Bad(at + (words(details)[0]?.at ?? details.length), 'address');
  }
  out.put((code & 0x10n) !== 0n ? 'ifetch' : (code & 2n) !== 0n ? 'write' : 'read', address, 1, pid);
}

/** Of the op, bits 0 to 4: 1 n/a, 2 load, 4 store, 8 prefetch, 16 execute. */
export const slowPerfMem: SlowReader = (bytes, lenient) =>
  readLines(bytes, lenient, ({ text }, out) => {
    const all = words(text)[0]?.text.includes(',') ? fields(text, ',').map(trimmed) : words(text);
    // With physical addresses the weight stands one or, with page sizes, two columns further on.
    const column = (index: number): string => all[index]?.text ?? '';
    const at = (isWeight: number): boolean =>
      /^\d+$/.test(column(isWeight)) && /^0x[\da-f]+$/i.test(column(isWeight + 1));
    const isHex = (index: number): boolean => /^0x[\da-f]+$/i.test(column(index));
    const isPhysical = isHex(4) && (at(5) || (at(6) && /^\d+[KMG]$/.test(column(5))));
    const weight = !isPhysical ? 4 : at(5) ? 5 : 6;
    const good =
      /^\d+$/.test(column(0)) && /^\d+$/.test(column(1)) && [2, 3].every((i) => /^0x[\da-f]+$/i.test(column(i)));
    if (!good || !at(weight) || all.length < weight + 3) throw new Bad(0, 'line');
    const pid = Number(need(decimal(column(0), 0n, BigInt(MAX_PID)), all[0]!.at, 'pid'));
    const digits = column(3).slice(2);
    const address = need(
      hex(digits.startsWith('016') && digits.length > 3 && digits.length !== 16 ? digits.slice(3) : digits),
      0,
      'line',
    );
    if (address === 0n) return out.leave('without_address');
    const op = BigInt(column(weight + 1)) & 31n;
    const has = (bit: bigint): boolean => (op & bit) !== 0n;
    // A store counts before a load, as the page says; what else comes together is for perf to know.
    const kind = has(4n) ? 'write' : has(16n) ? 'ifetch' : has(2n) ? 'read' : has(8n) ? 'prefetches' : 'unknown_kinds';
    if (kind === 'read' || kind === 'write' || kind === 'ifetch') out.put(kind, address, 1, pid);
    else out.leave(kind);
  });

function trimmed(field: Field): Field {
  const from = field.text.search(/[^ \t]|$/);
  return { at: field.at + from, text: field.text.replace(/^[ \t]+|[ \t]+$/g, '') };
}
