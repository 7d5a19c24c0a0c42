/**
 * snappy's framing format: chunks of at most 64 KiB with a masked CRC-32C. DynamoRIO writes two kinds of chunk of its own, which have none
 * (clients/drcachesim/common/snappy_consts.h).
 */
import { CRC32C, crc32 } from './checksums.ts';
import { decoder } from './decoder.ts';
import { Damaged, type Intake } from './intake.ts';
import { decodeBlock } from './snappy-block.ts';

const COMPRESSED = 0x00;
const STORED = 0x01;
const COMPRESSED_UNCHECKED = 0x02;
const STORED_UNCHECKED = 0x03;
const FIRST_SKIPPED = 0x80;
const START = 0xff;
const MAGIC = 'sNaPpY';
const MOST_BYTES = 1 << 16;

export const snappy = decoder('snappy', async function* (input) {
  while (await input.has(1)) {
    await input.need(4);
    const head = input.u32(0);
    const bytes = head >>> 8;
    const type = head & 0xff;
    if (type === COMPRESSED || type === STORED || type === COMPRESSED_UNCHECKED || type === STORED_UNCHECKED) {
      await input.need(4 + bytes);
      yield content(type, input.peek(4 + bytes).subarray(4));
      input.take(4 + bytes);
    } else if (type === START) await start(input, bytes);
    else if (type >= FIRST_SKIPPED) await input.pass(4 + bytes);
    else throw new Damaged(`unknown chunk 0x${type.toString(16).padStart(2, '0')}`);
  }
});

function content(type: number, chunk: Uint8Array): Uint8Array {
  const checked = type === COMPRESSED || type === STORED;
  if (checked && chunk.length < 4) throw new Damaged('a chunk without checksum');
  const data = checked ? chunk.subarray(4) : chunk;
  const bytes = type === STORED || type === STORED_UNCHECKED ? data.slice() : decodeBlock(data, MOST_BYTES);
  if (bytes.length > MOST_BYTES) throw new Damaged(`a chunk of ${bytes.length} bytes`);
  if (!checked) return bytes;
  const crc = crc32(CRC32C, bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
  const stored = (chunk[0]! | (chunk[1]! << 8) | (chunk[2]! << 16) | (chunk[3]! << 24)) >>> 0;
  if (masked !== stored) throw new Damaged('bad checksum');
  return bytes;
}

async function start(input: Intake, bytes: number): Promise<void> {
  await input.need(4 + Math.min(bytes, MAGIC.length));
  if (bytes !== MAGIC.length || String.fromCharCode(...input.peek(4 + bytes).subarray(4)) !== MAGIC) {
    throw new Damaged('no snappy stream');
  }
  input.take(4 + bytes);
}
