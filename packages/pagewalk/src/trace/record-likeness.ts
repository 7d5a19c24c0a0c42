/** How much the beginning of a binary trace looks like records of a format: no two formats agree on what can be in a record. */
import type { Head } from './head.ts';

/** How much the record at byte `at` looks right, 0 … 1; `before` is where the one before it is, -1 if it is the first. */
export type Judge = (view: DataView, at: number, before: number, index: number) => number;

const MOST = 256;
/** A format without magic number is never certain. */
const SUREST = 0.95;
/** A last record that is cut speaks a little against the format. */
const CUT = 0.9;

/**
 * The likeness of a format of records of `bytes` bytes from byte `from` on, by the first 256 that are there. A third of bad records leaves
 * nothing, so noise does not pass for any.
 */
export function byRecords(head: Head, bytes: number, judge: Judge, from = 0): number {
  const records = Math.min(MOST, Math.floor((head.bytes.length - from) / bytes));
  if (records <= 0) return 0;
  const view = new DataView(head.bytes.buffer, head.bytes.byteOffset, head.bytes.length);
  let sum = 0;
  for (let index = 0; index < records; index++) {
    const at = from + index * bytes;
    sum += judge(view, at, index === 0 ? -1 : at - bytes, index);
  }
  const rest = head.size === null ? 0 : (head.size - from) % bytes;
  return Math.max(0, 1 - 3 * (1 - sum / records)) * SUREST * (rest === 0 ? 1 : CUT);
}

/** Can the 64 bits at `at` be an address of a program or of a kernel: are the upper 16 all 0 or all 1? */
export function looksLikeAddress(view: DataView, at: number): boolean {
  const upper = view.getUint16(at + 6, true);
  return upper === 0 || upper === 0xffff;
}
