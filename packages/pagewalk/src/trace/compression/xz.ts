/**
 * xz in WebAssembly (xz-embedded, by xz-decompress): streams one behind the other. Only the module is the library's: its own stream lets the second trace
 * wait until the first has ended, and takes the end of the input for a TypeError.
 */
import { decoder, unloadable } from './decoder.ts';
import { Damaged, type Intake, Truncated } from './intake.ts';
import type { Decompress } from './magic.ts';

export const xz: Decompress = (source, file) =>
  decoder('xz', async function* (input) {
    const exports = await instance(file);
    const context = exports.create_context();
    try {
      yield* streams(input, exports, context);
    } finally {
      exports.destroy_context(context);
    }
  })(source, file);

interface Exports {
  readonly memory: WebAssembly.Memory;
  create_context(): number;
  destroy_context(context: number): void;
  supply_input(context: number, bytes: number): void;
  get_next_output(context: number): number;
}

/** Words of a context: size of both buffers; input, used of it, bytes in it; output, bytes in it. */
const BUFFER_BYTES = 0;
const INPUT = 1;
const INPUT_USED = 2;
const INPUT_BYTES = 3;
const OUTPUT = 4;
const OUTPUT_BYTES = 5;

/** xz-embedded's enum xz_ret. */
const OK = 0;
const STREAM_END = 1;
const STUCK = 8;
const REASONS: Readonly<Record<number, string>> = {
  2: 'unknown checksum',
  3: 'out of memory',
  4: 'dictionary too large',
  5: 'no xz header',
  6: 'unknown filter or checksum',
  7: 'bad checksum',
};

/** To the end of the input, which the decoder is told of by a piece of nothing. */
async function* streams(input: Intake, exports: Exports, context: number): AsyncGenerator<Uint8Array> {
  const { memory } = exports;
  const words = (): Uint32Array => new Uint32Array(memory.buffer, context, 6);
  for (let status = OK; status !== STREAM_END; ) {
    const before = words();
    if (before[INPUT_USED] === before[INPUT_BYTES]) {
      await input.has(1);
      const piece = input.take(Math.min(input.available, before[BUFFER_BYTES]!));
      new Uint8Array(memory.buffer, before[INPUT], piece.length).set(piece);
      exports.supply_input(context, piece.length);
    }
    status = exports.get_next_output(context);
    const after = words();
    if (status !== OK && status !== STREAM_END) {
      if (status === STUCK && input.ended) throw new Truncated();
      const unused = after[INPUT_BYTES]! - after[INPUT_USED]!;
      throw new Damaged(REASONS[status] ?? '', input.byte - unused);
    }
    const bytes = after[OUTPUT_BYTES]!;
    if (bytes > 0) yield new Uint8Array(memory.buffer, after[OUTPUT], bytes);
    words()[OUTPUT_BYTES] = 0;
  }
}

interface Library {
  readonly XzReadableStream: { _getModuleInstance(): Promise<void>; _moduleInstance: WebAssembly.Instance };
}

let turn: Promise<unknown> = Promise.resolve();

/** A fresh one: contexts that share a memory lose their views of it when another makes it grow. */
function instance(file: string): Promise<Exports> {
  const made = turn.then(async () => {
    try {
      // Loaded only when there is something for it to do.
      const { XzReadableStream } = (await import('xz-decompress')).default as unknown as Library;
      await XzReadableStream._getModuleInstance();
      return XzReadableStream._moduleInstance.exports as unknown as Exports;
    } catch (error) {
      throw unloadable(file, 'xz', error);
    }
  });
  turn = made.catch(() => {});
  return made;
}
