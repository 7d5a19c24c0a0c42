/** gzip (RFC 1952): members one behind the other, each with its checksum and length behind it. */
import { decoder } from './decoder.ts';
import type { LoadZlib, Zlib } from './inflate.ts';
import { Damaged, type Intake } from './intake.ts';
import type { Decompress } from './magic.ts';

const HEADER_BYTES = 10;
const DEFLATED = 8;
const HEADER_CHECKSUM = 0x02;
const EXTRA = 0x04;
const NAME = 0x08;
const COMMENT = 0x10;
const RESERVED = 0xe0;

export const gzipBy =
  (load: LoadZlib): Decompress =>
  (source, file) =>
    decoder('gzip', async function* (input) {
      const zlib = await load(file, 'gzip');
      while (await input.has(1)) {
        const { byte } = input;
        await header(input, zlib);
        yield* content(input, zlib, byte);
      }
    })(source, file);

/** Left out, once it is all there: a checksum over it is compared where it has one. */
async function header(input: Intake, zlib: Zlib): Promise<void> {
  await input.need(2);
  if (input.u16(0) !== 0x8b1f) throw new Damaged('no gzip member');
  await input.need(HEADER_BYTES);
  const [, , method, flags = 0] = input.peek(4);
  if (method !== DEFLATED || flags & RESERVED) throw new Damaged('unknown method or flags');
  let length = HEADER_BYTES;
  if (flags & EXTRA) {
    await input.need(length + 2);
    length += 2 + input.u16(length);
  }
  for (const text of [NAME, COMMENT]) if (flags & text) length = await behindText(input, length);
  if (flags & HEADER_CHECKSUM) {
    await input.need(length + 2);
    if ((zlib.crc32(input.peek(length), 0) & 0xffff) !== input.u16(length))
      throw new Damaged('bad checksum of the header');
    length += 2;
  }
  await input.need(length);
  input.take(length);
}

/** Behind the zero that ends a name. */
async function behindText(input: Intake, from: number): Promise<number> {
  for (let at = from; ; at++) {
    await input.need(at + 1);
    if (input.peek(at + 1)[at] === 0) return at + 1;
  }
}

/** `byte`: where the member begins. */
async function* content(input: Intake, zlib: Zlib, byte: number): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let length = 0;
  for await (const piece of zlib.inflateRaw(input)) {
    crc = zlib.crc32(piece, crc);
    length += piece.length;
    yield piece;
  }
  await input.need(8);
  if (input.u32(0) !== crc) throw new Damaged('bad checksum', byte);
  if (input.u32(4) !== length % 2 ** 32) throw new Damaged('bad length', byte);
  input.take(8);
}
