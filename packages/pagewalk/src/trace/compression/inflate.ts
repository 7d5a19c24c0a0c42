/** zlib as gzip and zip need it: it says how much of the input it has used, which the platform's own streams do not. */
import { CRC32, crc32 } from './checksums.ts';
import { unloadable } from './decoder.ts';
import { Damaged, type Intake, Truncated } from './intake.ts';
import type { Compression } from './magic.ts';

export interface Zlib {
  /** One raw stream, of which it takes from the input as much as belongs to it. @throws Damaged, Truncated. */
  inflateRaw(input: Intake): AsyncGenerator<Uint8Array, void, void>;
  /** `before`: of the bytes before. */
  crc32(bytes: Uint8Array, before: number): number;
}

/** `file` and `kind`: for the error if it cannot be loaded. */
export type LoadZlib = (file: string, kind: Compression) => Promise<Zlib>;

/** In JavaScript, in any host; loaded only when there is something for it to do. */
export const pakoZlib: LoadZlib = async (file, kind) => {
  try {
    const pako = await import('pako');
    return { inflateRaw: (input) => inflateRaw(pako, input), crc32: (bytes, before) => crc32(CRC32, bytes, before) };
  } catch (error) {
    throw unloadable(file, kind, error);
  }
};

const OUTPUT_BYTES = 128 * 1024;
/** zlib's windowBits; negative: without a header. */
const WINDOW_BITS = -15;

async function* inflateRaw(pako: typeof import('pako'), input: Intake): AsyncGenerator<Uint8Array, void, void> {
  const { ZStream, zlibInflateInit2, zlibInflate, Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_BUF_ERROR } = pako;
  const stream = new ZStream();
  const output = new Uint8Array(OUTPUT_BYTES);
  zlibInflateInit2(stream, WINDOW_BITS);
  stream.output = output;
  for (;;) {
    if (input.available === 0 && !(await input.has(1))) throw new Truncated();
    stream.input = input.peek();
    stream.next_in = 0;
    stream.avail_in = stream.input.length;
    stream.next_out = 0;
    stream.avail_out = OUTPUT_BYTES;
    const status = zlibInflate(stream, Z_NO_FLUSH);
    input.take(stream.next_in);
    if (stream.next_out > 0) yield output.subarray(0, stream.next_out);
    if (status === Z_STREAM_END) return;
    if (status !== Z_OK && status !== Z_BUF_ERROR) throw new Damaged(stream.msg || 'not deflated');
  }
}
