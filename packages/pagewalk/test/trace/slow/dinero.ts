/** docs/formats/dinero.md */
import { Bad, type Field, hex, need, readLines, type SlowReader, words } from './slow.ts';

const address = (field: Field | undefined, end: number): bigint =>
  need(hex((field?.text ?? '').replace(/^0x/i, '')), field?.at ?? end, 'address');

export const slowDinero: SlowReader = (bytes, lenient) =>
  readLines(bytes, lenient, ({ text }, out) => {
    const [label, place] = words(text);
    if (!/^[0-4]$/.test(label!.text)) throw new Bad(label!.at, 'label');
    const from = address(place, text.length) & ~3n;
    if (label!.text === '3') out.leave('escapes');
    else if (label!.text === '4') out.leave('flushes');
    else out.put((['read', 'write', 'ifetch'] as const)[Number(label!.text)]!, from, 4);
  });

const TYPES: Record<string, string> = {
  r: 'read',
  w: 'write',
  i: 'ifetch',
  m: 'read',
  v: 'invalidations',
  c: 'copy_backs',
};

export const slowDineroExtended: SlowReader = (bytes, lenient) =>
  readLines(bytes, lenient, ({ text }, out) => {
    const [type, place, size] = words(text);
    const kind = type!.text.length === 1 ? TYPES[type!.text.toLowerCase()] : undefined;
    if (kind === undefined) throw new Bad(type!.at, 'type');
    const from = address(place, text.length);
    const isAccess = kind === 'read' || kind === 'write' || kind === 'ifetch';
    const bytesOf = hex((size?.text ?? '').replace(/^0x/i, ''), 0xffff_ffffn);
    if (bytesOf === null || (isAccess && bytesOf === 0n)) throw new Bad(size?.at ?? text.length, 'size');
    if (isAccess) out.put(kind, from, bytesOf);
    else out.leave(kind);
  });
