/** docs/formats/gem5.md: ASCII */
import { Bad, decimal, fields, LIMIT, MAX_SIZE, need, readLines, type SlowReader } from './slow.ts';

export const slowGem5Text: SlowReader = (bytes, lenient) =>
  readLines(bytes, lenient, ({ text }, out) => {
    const all = fields(text, ',');
    const column = (index: number) => all[index] ?? { at: text.length, text: '' };
    const [command, address, size, tick] = [column(0), column(1), column(2), column(3)];
    if (!/^[rw]$/.test(command.text)) throw new Bad(command.at, 'command');
    const from = need(decimal(address.text, 0n, LIMIT - 1n), address.at, 'address');
    const length = need(decimal(size.text, 1n, MAX_SIZE), size.at, 'size');
    need(decimal(tick.text, 0n, LIMIT - 1n), tick.at, 'tick');
    if (all.length > 4) throw new Bad(all[4]!.at - 1, 'text');
    out.put(command.text === 'r' ? 'read' : 'write', from, length);
  });
