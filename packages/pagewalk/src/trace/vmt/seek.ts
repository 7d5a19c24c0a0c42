/** Opening a .vmt file amid the trace, by its index. */
import { type ByteSource, Metered } from '../bytes.ts';
import { vmt } from '../formats/vmt.ts';
import { headOf } from '../head.ts';
import { ObjectNames } from '../operations/names.ts';
import { TraceError, type TraceSource } from '../source.ts';
import { instantiate } from '../wasm.ts';
import {
  CRC_BYTES,
  END_BYTES,
  FRAME_STARTS,
  INDEX_HEAD,
  SECTION_HEAD,
  START_BYTES,
  TAGS,
  type Totals,
} from './layout.ts';
import { crcOf, type Seek, VmtReader } from './reader.ts';
import { Bytes, type Crc } from './sections.ts';
import { readStart } from './start.ts';
import { BadBytes, ByteReader } from './varints.ts';

/** Bytes that can be read from anywhere. */
export interface RandomBytes {
  readonly size: number;
  /** A stream from byte `at` on. */
  from(at: number): ByteSource;
}

export interface SeekOptions {
  readonly name?: string;
  readonly lenient?: boolean;
  readonly objects?: ObjectNames;
  readonly module?: WebAssembly.Module;
}

/**
 * The trace from access number `access` (from 0) on. What was before it is not there: neither accesses nor operations.
 *
 * @throws TraceError if it is no whole .vmt file; RangeError if there is no such access.
 */
export async function vmtAt(bytes: RandomBytes, access: number, options: SeekOptions = {}): Promise<TraceSource> {
  const { name = 'trace', lenient = false, objects = new ObjectNames(), module } = options;
  const wasm = await instantiate(module);
  const crc = crcOf(wasm);
  const head = await at(bytes, 0, (stream) => readStart(name, stream, crc));
  const index = await readIndex(name, bytes, crc);
  const { accesses } = index.totals;
  if (!Number.isSafeInteger(access) || access < 0 || access >= accesses) {
    throw new RangeError(`access ${access}: expected 0 to ${accesses - 1}`);
  }
  const { seek, place } = placeOf(index, access);
  const raw = new Metered(bytes.from(place), null);
  const parts = {
    name,
    format: vmt,
    options: { lenient },
    compression: null,
    raw,
    sizeHint: bytes.size - place,
    text: raw,
    head: headOf(new Uint8Array(0)),
    recognition: null,
    objects,
    module,
  };
  return new VmtReader(parts, head, new Bytes(raw, place), wasm, seek);
}

export interface Index {
  readonly totals: Totals;
  readonly blocks: readonly IndexEntry[];
}

export interface IndexEntry {
  /** Byte of the file. */
  readonly place: number;
  readonly startsFrame: boolean;
  readonly firstAccess: number;
  readonly accesses: number;
  readonly events: number;
}

/** @throws TraceError if there is none, or it is damaged. */
export async function readIndex(name: string, bytes: RandomBytes, crc: Crc): Promise<Index> {
  const endPlace = bytes.size - END_BYTES;
  const end = await sectionAt(name, bytes, crc, endPlace, TAGS.end, 8);
  if (end === null) {
    const expected = 'a finished file; converting it makes one of what is there';
    throw new TraceError({ file: name, byte: Math.max(endPlace, 0), problem: 'no index at the end', expected });
  }
  const place = Number(new DataView(end.buffer, end.byteOffset).getBigUint64(0, true));
  const body = await sectionAt(name, bytes, crc, place, TAGS.index, endPlace - place - SECTION_HEAD - CRC_BYTES);
  if (body === null || body.length < INDEX_HEAD) {
    throw new TraceError({
      file: name,
      byte: place,
      problem: 'damaged index',
      expected: 'bytes that fit their checksum',
    });
  }
  try {
    return parseIndex(body, place);
  } catch (error) {
    if (!(error instanceof BadBytes)) throw error;
    throw new TraceError({
      file: name,
      byte: place + SECTION_HEAD + error.at,
      problem: `damaged index (${error.message})`,
    });
  }
}

/** `place` of the section: blocks lie before it, without gaps from the last one backwards. */
function parseIndex(body: Uint8Array, place: number): Index {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [blocks, events, accesses, operations] = [0, 8, 16, 24].map((from) => Number(view.getBigUint64(from, true)));
  const hex = [...body.subarray(33, INDEX_HEAD)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const totals = { blocks: blocks!, events: events!, accesses: accesses!, operations: operations! };
  const reader = new ByteReader(body.subarray(INDEX_HEAD));
  const entries: IndexEntry[] = [];
  let at = 0;
  let firstAccess = 0;
  while (!reader.isAtEnd) {
    const flags = reader.byte();
    // Sections that are no blocks lie between them.
    at += reader.upTo(place, 'gap');
    const length = reader.upTo(place, 'length');
    const count = reader.upTo(Number.MAX_SAFE_INTEGER, 'accesses');
    const block = { place: at, startsFrame: (flags & FRAME_STARTS) !== 0, firstAccess, accesses: count };
    entries.push({ ...block, events: reader.upTo(2 ** 32, 'events') });
    at += length;
    firstAccess += count;
  }
  if (entries.length !== blocks || firstAccess !== accesses || at > place)
    throw new BadBytes(0, 'its sums are not right');
  return { totals: { ...totals, sha256: body[32] === 1 ? hex : null }, blocks: entries };
}

function placeOf({ blocks }: Index, access: number): { seek: Seek; place: number } {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle]!.firstAccess + blocks[middle]!.accesses > access) high = middle;
    else low = middle + 1;
  }
  let number = low;
  while (number > 0 && !blocks[number]!.startsFrame) number--;
  const { place, firstAccess } = blocks[number]!;
  return { seek: { start: { number, firstAccess }, number: low, access }, place };
}

/** The body of the section at `place`, if one with this tag and length is there and whole. */
async function sectionAt(
  name: string,
  bytes: RandomBytes,
  crc: Crc,
  place: number,
  tag: string,
  length: number,
): Promise<Uint8Array | null> {
  if (place < START_BYTES || length < 0 || place + SECTION_HEAD + length + CRC_BYTES > bytes.size) return null;
  const section = await at(bytes, place, (stream) => stream.take(SECTION_HEAD + length + CRC_BYTES));
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  if (section.length < SECTION_HEAD + length + CRC_BYTES)
    throw new TraceError({ file: name, problem: 'became shorter' });
  const isThere = String.fromCharCode(...section.subarray(0, 4)) === tag;
  if (!isThere || view.getUint32(4, true) !== length) return null;
  const body = section.subarray(SECTION_HEAD, SECTION_HEAD + length);
  return view.getUint32(SECTION_HEAD + length, true) === crc.of(section.subarray(0, SECTION_HEAD + length))
    ? body
    : null;
}

async function at<T>(bytes: RandomBytes, place: number, read: (stream: Bytes) => Promise<T>): Promise<T> {
  const source = bytes.from(place);
  try {
    return await read(new Bytes(source, place));
  } finally {
    await source.close();
  }
}
