/** zlib's inflate in JavaScript (pako): it says how much of the input it has used, which the platform's own streams do not. */
import { unloadable } from './decoder.ts';
import { Damaged, type Intake, Truncated } from './intake.ts';
import type { Compression } from './magic.ts';

type Pako = typeof import('pako');

const OUTPUT_BYTES = 128 * 1024;
/** windowBits of zlib: 15, negative without a header, 16 more with gzip's. */
const WINDOW_BITS = { raw: -15, gzip: 31 } as const;

type InflateRaw = (input: Intake) => AsyncGenerator<Uint8Array, void, void>;

let faster: InflateRaw | null = null;

/** `pagewalk/node` has a faster one. */
export function setInflateRaw(inflate: InflateRaw): void {
  faster = inflate;
}

/** One raw stream. */
export async function rawInflate(file: string, kind: Compression): Promise<InflateRaw> {
  if (faster !== null) return faster;
  const inflater = await Inflater.load(file, kind);
  return (input) => inflater.stream(input, 'raw');
}

export class Inflater {
  private readonly pako: Pako;
  private readonly output = new Uint8Array(OUTPUT_BYTES);

  /** Loaded only when there is something for it to do. */
  static async load(file: string, kind: Compression): Promise<Inflater> {
    try {
      return new Inflater(await import('pako'));
    } catch (error) {
      throw unloadable(file, kind, error);
    }
  }

  private constructor(pako: Pako) {
    this.pako = pako;
  }

  /** One stream; takes from the input as much as belongs to it. */
  async *stream(input: Intake, format: keyof typeof WINDOW_BITS): AsyncGenerator<Uint8Array> {
    const { ZStream, zlibInflateInit2, zlibInflate, Z_NO_FLUSH, Z_OK, Z_STREAM_END, Z_BUF_ERROR } = this.pako;
    const stream = new ZStream();
    zlibInflateInit2(stream, WINDOW_BITS[format]);
    stream.output = this.output;
    for (;;) {
      if (input.available === 0 && !(await input.has(1))) throw new Truncated();
      stream.input = input.peek();
      stream.next_in = 0;
      stream.avail_in = stream.input.length;
      stream.next_out = 0;
      stream.avail_out = OUTPUT_BYTES;
      const status = zlibInflate(stream, Z_NO_FLUSH);
      input.take(stream.next_in);
      if (stream.next_out > 0) yield this.output.subarray(0, stream.next_out);
      if (status === Z_STREAM_END) return;
      if (status !== Z_OK && status !== Z_BUF_ERROR) throw new Damaged(stream.msg || 'not deflated');
    }
  }
}
