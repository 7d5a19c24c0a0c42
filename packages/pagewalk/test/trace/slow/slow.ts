/**
 * What the slow readers share: the whole trace in memory, BigInt, DataView and regular expressions, each written from the page of its format in
 * docs/formats and from nothing else. They give all faults of a trace; a strict reader stops at the first.
 */
import type { AccessRecord, Op } from '../../../src/trace/record.ts';

export type SlowRecord = Required<AccessRecord>;

export interface SlowFault {
  /** Number of the line or record, from 1. */
  readonly place: number;
  readonly byte: number;
  /** 'address' in "bad address 'x'", or all the words of a fault that shows nothing. */
  readonly what: string;
  /** Of several things that are wrong with a header any may be told. */
  readonly isInHeader?: boolean;
}

export interface SlowRead {
  readonly records: SlowRecord[];
  readonly faults: SlowFault[];
  readonly leftOut: Record<string, number>;
  readonly facts: Record<string, string | number>;
  /** Bytes at the end that lenient reading gives up. */
  readonly tail: number;
}

export interface SlowOptions {
  readonly idIs?: 'page' | 'byte' | 'lbn512';
  readonly split?: boolean;
  readonly columns?: string;
  readonly v2p?: string;
  readonly referencePage?: number;
}

export type SlowReader = (bytes: Uint8Array, lenient: boolean, options?: SlowOptions) => SlowRead;

export const LIMIT = 2n ** 64n;
export const MAX_SIZE = 2n ** 32n - 1n;
export const MAX_PID = 0xff_ffff;

/** Thrown by a reader of one line or record: what is bad, from which byte of it on. */
export class Bad {
  readonly at: number;
  readonly what: string;

  constructor(at: number, what: string) {
    this.at = at;
    this.what = what;
  }
}

/** More comes of the trace than a slow reader can gather. */
export class TooMuch extends Error {}

/** Gathers what comes of the lines or records of a trace. */
export class Gathering implements SlowRead {
  readonly records: SlowRecord[] = [];
  readonly faults: SlowFault[] = [];
  readonly leftOut: Record<string, number> = {};
  readonly facts: Record<string, string | number> = {};
  tail = 0;

  put(op: Op, address: bigint, size: number | bigint = 1, pid = 1): undefined {
    this.records.push({ pid, op, address: BigInt.asUintN(64, address), extent: Number(size), folded: false });
  }

  leave(kind: string): undefined {
    this.leftOut[kind] = (this.leftOut[kind] ?? 0) + 1;
  }

  /** False if `read` found a fault. */
  try(place: number, byte: number, read: () => unknown): boolean {
    try {
      read();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Bad)) throw thrown;
      this.faults.push({ place, byte: byte + thrown.at, what: thrown.what });
      return false;
    }
  }
}

export interface SlowLine {
  readonly number: number;
  readonly byte: number;
  readonly text: string;
}

/** Reads line by line; a line of more than 4096 bytes is bad, one that is blank or a comment is skipped. */
export function readLines(
  bytes: Uint8Array,
  lenient: boolean,
  read: (line: SlowLine, out: Gathering) => unknown,
  limit = 4096,
): SlowRead {
  const out = new Gathering();
  const pieces = latin1(bytes).split('\n');
  const last = pieces.length - 1;
  let byte = 0;
  for (const [index, piece] of pieces.entries()) {
    const line = { number: index + 1, byte, text: piece.replace(/\r$/, '') };
    byte += piece.length + 1;
    if (index === last && piece === '') break;
    const good = out.try(line.number, line.byte, () => {
      if (piece.length > limit) throw new Bad(0, 'line');
      if (!/^[ \t]*(#|$)/.test(line.text)) read(line, out);
    });
    if (good) continue;
    if (!lenient) break;
    if (index === last && piece.length <= limit) out.tail = piece.length;
  }
  return out;
}

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

export interface Field {
  readonly at: number;
  readonly text: string;
}

/** Words between blanks. */
export function words(text: string): Field[] {
  return [...text.matchAll(/[^ \t]+/g)].map((match) => ({ at: match.index, text: match[0] }));
}

/** Fields between separators; there is one at least. */
export function fields(text: string, separator: string): Field[] {
  let at = 0;
  return text.split(separator).map((field) => {
    const here = { at, text: field };
    at += field.length + separator.length;
    return here;
  });
}

export function decimal(text: string, least: bigint, most: bigint): bigint | null {
  if (!/^\d+$/.test(text)) return null;
  const number = BigInt(text);
  return number >= least && number <= most ? number : null;
}

/** Hex digits without a prefix. */
export function hex(text: string, most = LIMIT - 1n): bigint | null {
  if (!/^[\da-f]+$/i.test(text)) return null;
  const number = BigInt(`0x${text}`);
  return number <= most ? number : null;
}

/** @throws Bad if there is no number. */
export function need(number: bigint | null, at: number, what: string): bigint {
  if (number === null) throw new Bad(at, what);
  return number;
}
