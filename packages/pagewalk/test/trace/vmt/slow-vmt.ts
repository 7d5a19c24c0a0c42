/**
 * .vmt read the slow way, from docs/vmt.md alone: BigInt, whole files in memory, one-shot decompression. Shares nothing with the reader under
 * test but the catalog of operations and their notation in text, and gives the lines of a text trace.
 */
import { crc32, zstdDecompressSync } from 'node:zlib';
import { OPERATIONS, type OperationName } from '@pagewalk/engine/catalog';
import type { TraceRecord } from '../../../src/trace/record.ts';

export interface SlowVmt {
  readonly foldedPage: number | null;
  readonly facts: Record<string, string>;
  /** Words of operations that name an object have its number in `names`. */
  readonly records: TraceRecord[];
  readonly names: string[];
}

const MASK = 2n ** 64n - 1n;
const SIZES = [0, 1, 2, 4, 8, 16, 32, 64, 128, 3, 6, 10, 12, 28, 108, 512];
const OPS = ['read', 'write', 'ifetch'] as const;

class Column {
  at = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    if (this.done) throw new Error('column too short');
    return this.bytes[this.at++]!;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  number(): number {
    return Number(this.varint());
  }

  difference(): bigint {
    const code = this.varint();
    return (code & 1n) === 0n ? code >> 1n : -(code >> 1n) - 1n;
  }

  string(): string {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString();
  }
}

interface Section {
  readonly tag: string;
  readonly body: Buffer;
}

function sectionsOf(file: Buffer): Section[] {
  if (file.subarray(0, 8).toString('hex') !== '89564d540d0a1a0a') throw new Error('magic');
  if (file.readUInt16LE(8) !== 1) throw new Error('version');
  const sections: Section[] = [];
  for (let at = 12; at < file.length; ) {
    const end = at + 8 + file.readUInt32LE(at + 4);
    if (crc32(file.subarray(at, end)) !== file.readUInt32LE(end)) throw new Error(`crc of the section at ${at}`);
    sections.push({ tag: file.toString('latin1', at, at + 4), body: file.subarray(at + 8, end) });
    at = end + 4;
  }
  return sections;
}

export function slowVmt(bytes: Uint8Array): SlowVmt {
  const sections = sectionsOf(Buffer.from(bytes));
  const head = sections[0]!.body;
  const facts: Record<string, string> = {};
  for (const { tag, body } of sections) {
    if (tag !== 'HEAD' && tag !== 'fact') continue;
    const column = new Column(tag === 'HEAD' ? body.subarray(8) : body);
    for (let left = column.number(); left > 0; left--) {
      const name = column.string();
      facts[name] = column.string();
    }
  }
  const shift = BigInt(head[0]!);
  const blocks = sections.filter(({ tag }) => tag === 'BLOK').map(({ body }) => body);
  const records: TraceRecord[] = [];
  const names: string[] = [];
  for (const [index, payload] of payloadsOf(blocks).entries()) {
    const before = records.length;
    readBlock(payload, blocks[index]![1]!, shift, records, names);
    if (records.length - before !== blocks[index]!.readUInt32LE(24)) throw new Error('events');
  }
  return { foldedPage: (head.readUInt32LE(4) & 1) === 0 ? null : 2 ** head[0]!, facts, records, names };
}

function payloadsOf(blocks: readonly Buffer[]): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at < blocks.length; ) {
    if (blocks[at]![0] === 0) {
      payloads.push(blocks[at++]!.subarray(32));
      continue;
    }
    let end = at + 1;
    while (end < blocks.length && blocks[end]![0] === 1 && (blocks[end]![2]! & 1) === 0) end++;
    const frame = blocks.slice(at, end);
    const whole = zstdDecompressSync(
      Buffer.concat([...frame.map((block) => block.subarray(32)), Buffer.from([1, 0, 0])]),
    );
    let from = 0;
    for (const block of frame) {
      payloads.push(whole.subarray(from, from + block.readUInt32LE(28)));
      from += block.readUInt32LE(28);
    }
    if (from !== whole.length) throw new Error('frame');
    at = end;
  }
  return payloads;
}

function readBlock(payload: Buffer, kind: number, shift: bigint, records: TraceRecord[], names: string[]): void {
  const directory = new Column(payload);
  const lengths = Array.from({ length: directory.byte() }, () => [directory.byte(), directory.number()] as const);
  const columns = Array.from({ length: 6 }, () => new Column(new Uint8Array(0)));
  let at = directory.at;
  for (const [column, length] of lengths) {
    columns[column] = new Column(payload.subarray(at, at + length));
    at += length;
  }
  const read = kind === 1 ? readAccesses : readPages;
  read(columns as Columns, shift, records, operationsOf(columns[5]!, names));
  if (at !== payload.length || columns.some((column) => !column.done)) throw new Error('rest');
}

type Columns = [Column, Column, Column, Column, Column, Column];

function readAccesses(
  [tokens, extents, jumps, addresses, pids]: Columns,
  _: bigint,
  records: TraceRecord[],
  operation: () => TraceRecord,
): void {
  const table = new Map<number, bigint>();
  let [next, fetch, data] = [0n, 0n, 0n];
  let [pid, place] = [0, 0];
  while (!tokens.done) {
    const token = tokens.byte();
    const op = token & 3;
    const high = token >> 4;
    if (op === 2) {
      const size = high || extents.number();
      const address = (token & 4) !== 0 ? next : (next + jumps.difference()) & MASK;
      fetch = address;
      next = (address + BigInt(size)) & MASK;
      place = 0;
      records.push({ pid, op: 'ifetch', address, extent: size, folded: false });
    } else if (op < 2) {
      const key = BigInt.asUintN(32, ((fetch & 0xffff_ffffn) + BigInt(place) * 0x10001n) * 0x9e37_79b1n);
      const entry = Number(key >> 18n);
      const way = (token >> 2) & 3;
      const base = way === 1 ? data : (table.get(entry) ?? 0n);
      const address = way === 0 ? base : (base + addresses.difference()) & MASK;
      table.set(entry, address);
      data = address;
      place = Math.min(place + 1, 7);
      records.push({ pid, op: OPS[op]!, address, extent: SIZES[high] || extents.number(), folded: false });
    } else if (token >> 2 === 0) pid = pids.number();
    else if (token >> 2 === 1) records.push(operation());
    else {
      data = (data + addresses.difference()) & MASK;
      records.push({ pid, op: OPS[(token >> 2) - 2]!, address: data, extent: extents.number(), folded: true });
    }
  }
}

interface Member {
  readonly page: bigint;
  readonly op: number;
  readonly pid: number;
}

function readPages(
  [tokens, extents, jumps, addresses, pids]: Columns,
  shift: bigint,
  records: TraceRecord[],
  operation: () => TraceRecord,
): void {
  let members: Member[] = Array.from({ length: 16 }, () => ({ page: 0n, op: 0, pid: 0 }));
  let last = 0n;
  let process = 0;
  while (!tokens.done) {
    const token = tokens.byte();
    const rank = token >> 4;
    const low = token & 15;
    if (rank < 15) {
      const member = members[rank]!;
      members = [member, ...members.filter((_, index) => index !== rank)];
      process = member.pid;
      const address = (member.page << shift) & MASK;
      records.push({ pid: process, op: OPS[member.op]!, address, extent: low || extents.number(), folded: true });
    } else if (low === 7) process = pids.number();
    else if (low === 3) records.push(operation());
    else if (low < 3) {
      const page = (members[0]!.page + jumps.difference()) & (MASK >> shift);
      members = [{ page, op: low, pid: process }, ...members.slice(0, 15)];
      records.push({ pid: process, op: OPS[low]!, address: page << shift, extent: extents.number(), folded: true });
    } else {
      last = (last + addresses.difference()) & MASK;
      records.push({ pid: process, op: OPS[low & 3]!, address: last, extent: extents.number(), folded: low >= 8 });
    }
  }
}

function operationsOf(column: Column, names: string[]): () => TraceRecord {
  const inBlock: string[] = [];
  return () => {
    const row = OPERATIONS[column.number() - 1]!;
    const pid = column.number();
    const words = Array.from({ length: column.number() }, () => column.varint());
    const object = column.number() - 1;
    if (object >= 0) {
      const number = Number(words[object]);
      if (number === inBlock.length) inBlock.push(column.string());
      const name = inBlock[number]!;
      if (!names.includes(name)) names.push(name);
      words[object] = BigInt(names.indexOf(name));
    }
    return { pid, operation: row.name as OperationName, words };
  };
}
