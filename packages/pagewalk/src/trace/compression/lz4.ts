/**
 * lz4 frames (frame format 1.6.4), one behind the other, and frames that are to be skipped. Blocks may refer to the 64 KiB before them; checksums of
 * header, blocks and content are compared where a frame has them.
 */
import { decoder } from './decoder.ts';
import { Damaged, type Intake } from './intake.ts';
import { decodeBlock } from './lz4-block.ts';
import { Xxh32, xxh32 } from './xxh32.ts';

const FRAME = 0x184d2204;
/** The last four bits are anything. */
const SKIPPED = 0x184d2a5;
const HISTORY = 1 << 16;
const STORED = 0x8000_0000;

/** Bits of the first byte of a frame's descriptor. */
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
const INDEPENDENT = 0x20;
const BLOCK_CHECKSUMS = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const RESERVED = 0x02;
const DICTIONARY = 0x01;

export const lz4 = decoder('lz4', async function* (input) {
  while (await input.has(1)) {
    await input.need(8);
    const magic = input.u32(0);
    if (magic >>> 4 === SKIPPED) await input.pass(8 + input.u32(4));
    else if (magic === FRAME) yield* frame(input);
    else throw new Damaged('no lz4 frame');
  }
});

async function* frame(input: Intake): AsyncGenerator<Uint8Array> {
  const { flags, blockBytes, contentBytes } = await header(input);
  const window = new Uint8Array(HISTORY + blockBytes);
  const hash = flags & CONTENT_CHECKSUM ? new Xxh32() : null;
  const checked = flags & BLOCK_CHECKSUMS ? 4 : 0;
  let history = 0;
  let total = 0;
  for (;;) {
    await input.need(4);
    const word = input.u32(0);
    if (word === 0) break;
    const bytes = word & ~STORED;
    if (bytes > blockBytes) throw new Damaged(`a block of ${bytes} bytes, more than ${blockBytes}`);
    await input.need(4 + bytes + checked);
    if (checked && xxh32(input.peek(4 + bytes).subarray(4)) !== input.u32(4 + bytes)) throw new Damaged('bad checksum');
    const block = input.peek(4 + bytes).subarray(4);
    if (word & STORED) window.set(block, HISTORY);
    const end = word & STORED ? HISTORY + bytes : decodeBlock(block, window, HISTORY, HISTORY - history);
    const content = window.subarray(HISTORY, end);
    hash?.update(content);
    total += content.length;
    input.take(4 + bytes + checked);
    yield content;
    if (flags & INDEPENDENT) continue;
    history = Math.min(HISTORY, history + content.length);
    window.copyWithin(HISTORY - history, end - history, end);
  }
  input.take(4);
  if (contentBytes !== null && contentBytes !== total) throw new Damaged(`${total} bytes instead of ${contentBytes}`);
  if (hash === null) return;
  await input.need(4);
  if (input.u32(0) !== hash.value()) throw new Damaged('bad checksum');
  input.take(4);
}

interface Header {
  readonly flags: number;
  readonly blockBytes: number;
  readonly contentBytes: number | null;
}

async function header(input: Intake): Promise<Header> {
  const flags = input.peek(5)[4]!;
  if ((flags & VERSION_MASK) !== VERSION || flags & RESERVED) throw new Damaged('unknown version of lz4');
  if (flags & DICTIONARY) throw new Damaged('an lz4 frame with a dictionary, which is not at hand');
  const descriptor = flags & CONTENT_SIZE ? 10 : 2;
  await input.need(4 + descriptor + 1);
  const bytes = input.peek(4 + descriptor + 1).subarray(4);
  if (((xxh32(bytes.subarray(0, descriptor)) >>> 8) & 0xff) !== bytes[descriptor]) throw new Damaged('bad checksum');
  const size = (bytes[1]! >>> 4) & 7;
  if (size < 4 || bytes[1]! & 0x8f) throw new Damaged('bad size of blocks');
  const contentBytes = flags & CONTENT_SIZE ? input.u64(6) : null;
  input.take(4 + descriptor + 1);
  return { flags, blockBytes: 1 << (8 + 2 * size), contentBytes };
}
