/**
 * zip archives (APPNOTE 6.3.10) as they come, from the first member to the last, without seeking: what a trace in pieces is, such as
 * drmemtrace's chunk.0000, chunk.0001, …, whose contents put together are the trace. The central directory behind them is compared in number only.
 */
import { decoder } from './decoder.ts';
import type { LoadZlib, Zlib } from './inflate.ts';
import { Damaged, type Intake } from './intake.ts';
import type { Decompress } from './magic.ts';

const MEMBER = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_PLACE = 0x07064b50;
const ARCHIVE_EXTRA = 0x08064b50;

const STORED = 0;
const DEFLATED = 8;
const METHODS: Readonly<Record<number, string>> = { 9: 'deflate64', 12: 'bzip2', 14: 'lzma', 93: 'zstd', 95: 'xz' };

const ENCRYPTED = 0x2041;
const SIZES_BEHIND = 0x0008;
const ALL_ONES = 0xffff_ffff;
const ZIP64 = 0x0001;

export const zipBy =
  (load: LoadZlib): Decompress =>
  (source, file) =>
    decoder('zip', async function* (input) {
      const zlib = await load(file, 'zip');
      let members = 0;
      let first: string | null = null;
      for (;;) {
        await input.need(4);
        if (input.u32(0) !== MEMBER) break;
        const member = await header(input);
        members++;
        if (member.name.endsWith('/') && member.packed === 0) continue;
        first ??= member.name;
        if (stem(member.name) !== stem(first)) throw strangers(first, member.name, member.byte);
        yield* content(input, member, zlib);
      }
      await directory(input, members);
    })(source, file);

interface Member {
  /** Where its header is. */
  readonly byte: number;
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly sizesBehind: boolean;
}

/** Pieces of one trace differ in their number. */
const stem = (name: string): string => name.replace(/\d+/g, '0');

function strangers(first: string, name: string, byte: number): Damaged {
  return new Damaged(`files that are no pieces of one trace: '${first}' and '${name}'`, byte);
}

async function header(input: Intake): Promise<Member> {
  const { byte } = input;
  await input.need(30);
  const flags = input.u16(6);
  const method = input.u16(8);
  const names = input.u16(26);
  const length = 30 + names + input.u16(28);
  await input.need(length);
  const bytes = input.peek(length);
  const name = new TextDecoder().decode(bytes.subarray(30, 30 + names));
  if (flags & ENCRYPTED) throw new Damaged(`'${name}' is encrypted`, byte);
  if (method !== STORED && method !== DEFLATED) {
    const how = METHODS[method] ?? `method ${method}`;
    throw new Damaged(`'${name}' is compressed with ${how}; stored and deflated files can be read`, byte);
  }
  const sizes = sizesOf(input, 30 + names, length);
  const crc = input.u32(14);
  input.take(length);
  return { byte, name, method, crc, sizesBehind: (flags & SIZES_BEHIND) !== 0, ...sizes };
}

/** In the extra field, from `at` to `end`, if they do not fit into the header. */
function sizesOf(input: Intake, at: number, end: number): { packed: number; unpacked: number } {
  let packed = input.u32(18);
  let unpacked = input.u32(22);
  for (let field = at; field + 4 <= end; field += 4 + input.u16(field + 2)) {
    if (input.u16(field) !== ZIP64) continue;
    let place = field + 4;
    const wide = (): number => {
      if (place + 8 > end) throw new Damaged('bad sizes');
      place += 8;
      return input.u64(place - 8);
    };
    if (unpacked === ALL_ONES) unpacked = wide();
    if (packed === ALL_ONES) packed = wide();
    break;
  }
  return { packed, unpacked };
}

async function* content(input: Intake, member: Member, zlib: Zlib): AsyncGenerator<Uint8Array> {
  const { byte } = input;
  const sum = { crc: 0, bytes: 0 };
  const unknown = member.sizesBehind && member.packed === 0;
  const pieces =
    member.method === DEFLATED
      ? zlib.inflateRaw(input)
      : unknown
        ? storedUntilDescriptor(input, sum)
        : stored(input, member.packed);
  for await (const piece of pieces) {
    sum.crc = zlib.crc32(piece, sum.crc);
    sum.bytes += piece.length;
    yield piece;
  }
  const packed = input.byte - byte;
  if (member.sizesBehind) await descriptor(input, sum.crc, packed, sum.bytes);
  else if (member.crc !== sum.crc) throw new Damaged(`bad checksum of '${member.name}'`, member.byte);
  else if (member.packed !== packed || member.unpacked !== sum.bytes)
    throw new Damaged(`bad size of '${member.name}'`, member.byte);
}

async function* stored(input: Intake, bytes: number): AsyncGenerator<Uint8Array> {
  for (let rest = bytes; rest > 0; ) {
    await input.need(1);
    const piece = input.take(rest);
    rest -= piece.length;
    yield piece;
  }
}

/** Ends where a descriptor says what there was before it. */
async function* storedUntilDescriptor(
  input: Intake,
  sum: { readonly crc: number; readonly bytes: number },
): AsyncGenerator<Uint8Array> {
  for (;;) {
    await input.need(16);
    const there = input.peek();
    const mark = signature(there);
    if (mark > 0) yield input.take(mark);
    else if (mark < 0) yield input.take(there.length - 3);
    else if (input.u32(4) === sum.crc && input.u32(8) === sum.bytes % 2 ** 32) return;
    else yield input.take(1);
  }
}

function signature(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0x50); at >= 0; at = bytes.indexOf(0x50, at + 1)) {
    if (bytes[at + 1] === 0x4b && bytes[at + 2] === 0x07 && bytes[at + 3] === 0x08) return at;
  }
  return -1;
}

/** Checksum and sizes behind a member: with a signature or without, sizes of 4 bytes or of 8. What fits is taken. */
async function descriptor(input: Intake, crc: number, packed: number, unpacked: number): Promise<void> {
  // At least the directory's last record follows.
  await input.need(24);
  for (const signed of [4, 0]) {
    if (signed && !(input.available >= 4 && input.u32(0) === DESCRIPTOR)) continue;
    for (const bytes of [8, 4]) {
      const size = (index: number): number => (bytes === 4 ? input.u32(index) : input.u64(index));
      const wrap = bytes === 4 ? 2 ** 32 : Number.POSITIVE_INFINITY;
      const at = signed + 4;
      if (input.available < at + 2 * bytes || input.u32(signed) !== crc) continue;
      if (size(at) !== packed % wrap || size(at + bytes) !== unpacked % wrap) continue;
      input.take(at + 2 * bytes);
      return;
    }
  }
  throw new Damaged('bad checksum or size of a file');
}

/** To the end of the archive, which must be the end of the input. */
async function directory(input: Intake, members: number): Promise<void> {
  let entries = 0;
  for (;;) {
    await input.need(4);
    const kind = input.u32(0);
    if (kind === ENTRY) {
      await input.need(46);
      await input.pass(46 + input.u16(28) + input.u16(30) + input.u16(32));
      entries++;
    } else if (kind === ARCHIVE_EXTRA) {
      await input.need(8);
      await input.pass(8 + input.u32(4));
    } else if (kind === END_64) {
      await input.need(12);
      await input.pass(12 + input.u64(4));
    } else if (kind === END_64_PLACE) await input.pass(20);
    else if (kind === END) break;
    else throw new Damaged(entries === 0 && members === 0 ? 'no zip archive' : 'no member and no directory');
  }
  if (entries !== members) throw new Damaged(`${members} members, of which the directory has ${entries}`);
  await input.need(22);
  await input.pass(22 + input.u16(20));
  if (await input.has(1)) throw new Damaged('data behind the end');
}
