/** docs/formats/drmemtrace-view.md */
import { Bad, decimal, hex, LIMIT, MAX_SIZE, need, readLines, type SlowReader } from './slow.ts';

const ITS_OWN = /^[ \t]*(Output format:.*|<--record#->.*|-+[ \t]*|View tool results:.*|\d+ : total instructions.*)$/s;

export const slowView: SlowReader = (bytes, lenient) =>
  readLines(bytes, lenient, ({ text }, out) => {
    if (ITS_OWN.test(text)) return;
    const head = /^[ \t]*\d+[ \t]*(?<=[ \t])\d+[ \t]*:[ \t]*/.exec(text);
    if (head === null) throw new Bad(0, 'line');
    const thread = /^[^ \t]*/.exec(text.slice(head[0].length))![0];
    const [, workload] = /^(?:W(\d+)\.)?T?\d+$/.exec(thread) ?? [];
    if (!/^(W\d+\.)?T?\d+$/.test(thread)) throw new Bad(head[0].length, 'thread');
    if (workload !== undefined && BigInt(workload) >= 16_777_215n) throw new Bad(head[0].length, 'thread');
    const pid = Number(workload ?? 0) + 1;
    const rest = text.slice(head[0].length + thread.length);
    const details = rest.replace(/^[ \t]*/, '');
    const at = text.length - details.length;
    const word = /^[^ \t]*/.exec(details)![0];
    if (details.startsWith('<marker')) return out.leave('markers');
    if (/^<thread .*exited>/s.test(details)) return out.leave('thread_exits');
    if (details.startsWith('<')) return out.leave('other_records');
    if (/^(iflush|dflush)/.test(word)) return out.leave('flushes');
    if (word.startsWith('pref')) return out.leave('prefetches');
    if (word === 'ifetch' || word === 'read' || word === 'write') {
      const match = /^(\w+)([ \t]*)([^ \t]*)([ \t]*)([^ \t]*)([ \t]*)([^ \t]*)([ \t]*)([^ \t]*)(.*)$/s.exec(details)!;
      const [, , b1, size, b2, unit, b3, sign, b4, address, tail] = match as unknown as string[];
      const sizeAt = at + word.length + b1!.length;
      const count = need(decimal(size!, 1n, MAX_SIZE), sizeAt, 'size');
      const unitAt = sizeAt + size!.length + b2!.length;
      if (unit !== 'byte(s)') throw new Bad(unitAt, 'text');
      const signAt = unitAt + unit.length + b3!.length;
      if (sign !== '@') throw new Bad(signAt, 'text');
      const addressAt = signAt + 1 + b4!.length;
      const digits = /^0x(.*)$/.exec(address!)?.[1] ?? '';
      const from = need(hex(digits, LIMIT - 1n), addressAt, 'address');
      if (word === 'ifetch' && /^[ \t]*non-fetched instruction/.test(tail!)) return out.leave('unfetched_instructions');
      return out.put(word, from, count, pid);
    }
    if (/^[\da-f]+$/i.test(word)) return;
    throw new Bad(at, 'record');
  });
