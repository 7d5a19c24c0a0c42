/**
 * bzip2: streams one behind the other. The library decodes whole streams, and a stream may be as long as the trace; so each block, found by the mark in
 * front of it, is put into a stream of its own. In a block of 900 000 bytes those 48 bits stand by chance once in 2^25 blocks; then what
 * follows is added to the block.
 */
import { BLOCK, bitsAt, END, MARK_BITS, nextMark, streamOf } from './bzip2-bits.ts';
import { decoder, unloadable } from './decoder.ts';
import { Damaged, type Intake, Truncated } from './intake.ts';
import { Bzip2 } from './libbzip2.ts';
import type { Decompress } from './magic.ts';

const HEADER_BITS = 32;
/** Of bytes that a level stands for: symbols have at most 20 bits, and there are tables. */
const MOST_PACKED = 20 / 8;
/** Five bytes stand for up to 259. */
const MOST_UNPACKED = 259 / 5;
const LEVEL_BYTES = 100_000;

export const bzip2: Decompress = (source, file) =>
  decoder('bzip2', async function* (input) {
    const library = await load(file);
    while (await input.has(1)) yield* stream(input, library);
  })(source, file);

async function* stream(input: Intake, library: Bzip2): AsyncGenerator<Uint8Array> {
  await input.need(4);
  const head = input.peek(4);
  const level = head[3]! - 0x30;
  if (head[0] !== 0x42 || head[1] !== 0x5a || head[2] !== 0x68 || level < 1 || level > 9) {
    throw new Damaged('no bzip2 stream');
  }
  let crc = 0;
  // Of the next mark, in the bytes that are there.
  let bit = HEADER_BITS;
  for (;;) {
    await need(input, bit + MARK_BITS + 32);
    const mark = bitsAt(input.peek(), bit, MARK_BITS);
    const sum = bitsAt(input.peek(), bit + MARK_BITS, 32);
    if (mark === END) {
      if (sum !== crc) throw new Damaged('bad checksum');
      input.take(Math.ceil((bit + MARK_BITS + 32) / 8));
      return;
    }
    if (mark !== BLOCK) throw new Damaged('no block');
    const { content, end } = await block(input, bit, level, sum, library);
    crc = (((crc << 1) | (crc >>> 31)) ^ sum) >>> 0;
    input.take(end >>> 3);
    bit = end & 7;
    yield content;
  }
}

async function block(
  input: Intake,
  from: number,
  level: number,
  crc: number,
  library: Bzip2,
): Promise<{ content: Uint8Array; end: number }> {
  const most = level * LEVEL_BYTES * MOST_PACKED * 8 + 400_000;
  const end = await markBehind(input, from + MARK_BITS, from + most);
  const decoded = (to: number): { content: Uint8Array; end: number } => {
    const bytes = streamOf(input.peek(), from, to, level, crc);
    return { content: library.decode(bytes, level * LEVEL_BYTES * MOST_UNPACKED), end: to };
  };
  try {
    return decoded(end);
  } catch (error) {
    const later = await markBehind(input, end + MARK_BITS, from + most).catch(() => end);
    if (later === end) throw error;
    try {
      return decoded(later);
    } catch {
      throw error;
    }
  }
}

/** @throws Damaged if there is no mark before bit `most`, Truncated if the input ends before. */
async function markBehind(input: Intake, from: number, most: number): Promise<number> {
  for (let searched = from; ; ) {
    const at = nextMark(input.peek(), searched);
    if (at >= 0) return at;
    if (input.available * 8 > most) throw new Damaged('a block without an end');
    searched = Math.max(from, input.available * 8 - MARK_BITS + 1);
    if (!(await input.more())) throw new Truncated();
  }
}

async function need(input: Intake, bits: number): Promise<void> {
  await input.need(Math.ceil(bits / 8));
}

async function load(file: string): Promise<Bzip2> {
  try {
    return await Bzip2.create();
  } catch (error) {
    throw unloadable(file, 'bzip2', error);
  }
}
