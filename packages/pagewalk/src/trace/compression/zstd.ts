/**
 * zstd where the host has none: fzstd decodes the blocks. It does not compare checksums and does not say where a frame ends, so frames
 * (RFC 8878) are taken apart here.
 */
import type { Decompress as Decoder } from 'fzstd';
import { decoder, unloadable } from './decoder.ts';
import { Damaged, type Intake } from './intake.ts';
import type { Decompress } from './magic.ts';
import { Xxh64 } from './xxh64.ts';

const FRAME = 0xfd2fb528;
/** The last four bits are anything. */
const SKIPPED = 0x184d2a5;
const MOST_BLOCK = 128 * 1024;
/** What zstd itself takes without being told to take more. */
const MOST_WINDOW = 2 ** 27;
const RLE = 1;
const RESERVED = 3;

export const zstd: Decompress = (source, file) =>
  decoder('zstd', async function* (input) {
    const { Decompress } = await load(file);
    while (await input.has(1)) {
      await input.need(8);
      const magic = input.u32(0);
      if (magic >>> 4 === SKIPPED) await input.pass(8 + input.u32(4));
      else if (magic === FRAME) yield* frame(input, Decompress);
      else throw new Damaged('no zstd frame');
    }
  })(source, file);

async function* frame(input: Intake, Decompress: typeof Decoder): AsyncGenerator<Uint8Array> {
  const { bytes, checked } = await header(input);
  const pieces: Uint8Array[] = [];
  const blocks = new Decompress((piece) => pieces.push(piece));
  const hash = checked ? new Xxh64() : null;
  blocks.push(input.take(bytes).slice());
  for (let last = false; !last; ) {
    await input.need(3);
    const word = input.u16(0) | (input.peek(3)[2]! << 16);
    last = (word & 1) === 1;
    const type = (word >>> 1) & 3;
    const size = word >>> 3;
    if (type === RESERVED || size > MOST_BLOCK) throw new Damaged('bad block');
    const block = 3 + (type === RLE ? 1 : size);
    const behind = last && checked ? 4 : 0;
    await input.need(block + behind);
    blocks.push(input.peek(block + behind).slice(), last);
    for (const piece of pieces) hash?.update(piece);
    if (hash && last && hash.low() !== input.u32(block)) throw new Damaged('bad checksum');
    input.take(block + behind);
    yield* pieces.splice(0);
  }
}

async function header(input: Intake): Promise<{ bytes: number; checked: boolean }> {
  const flags = input.peek(5)[4]!;
  const single = (flags & 0x20) !== 0;
  const sizeFlag = flags >>> 6;
  const sizeBytes = sizeFlag === 0 ? (single ? 1 : 0) : 1 << sizeFlag;
  if (flags & 0x08) throw new Damaged('unknown frame');
  if (flags & 0x03) throw new Damaged('a frame with a dictionary, which is not at hand');
  const bytes = 5 + (single ? 0 : 1) + sizeBytes;
  await input.need(bytes);
  const window = single ? contentSize(input, 5, sizeBytes) : windowSize(input.peek(6)[5]!);
  if (window > MOST_WINDOW) throw new Damaged(`a window of ${window} bytes, more than ${MOST_WINDOW}`);
  return { bytes, checked: (flags & 0x04) !== 0 };
}

function contentSize(input: Intake, at: number, bytes: number): number {
  if (bytes === 1) return input.peek(at + 1)[at]!;
  if (bytes === 2) return input.u16(at) + 256;
  return bytes === 4 ? input.u32(at) : input.u64(at);
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >>> 3));
  return base + (base / 8) * (byte & 7);
}

/** Loaded only when there is something for it to do. */
async function load(file: string): Promise<typeof import('fzstd')> {
  try {
    return await import('fzstd');
  } catch (error) {
    throw unloadable(file, 'zstd', error);
  }
}
