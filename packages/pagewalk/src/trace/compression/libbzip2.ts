/**
 * libbzip2 1.0.8 in WebAssembly (bzip2-wasm), without the package's own glue, which asks for a file system. It decodes a stream in one call. It and no decoder
 * in JavaScript, because those on offer run without end on some damaged blocks.
 */

interface Exports {
  readonly memory: WebAssembly.Memory;
  __wasm_call_ctors(): void;
  malloc(bytes: number): number;
  free(place: number): void;
  BZ2_bzBuffToBuffDecompress(
    to: number,
    toBytes: number,
    from: number,
    fromBytes: number,
    small: number,
    verbosity: number,
  ): number;
}

const OK = 0;
const OUTPUT_FULL = -8;
const REASONS: Readonly<Record<number, string>> = {
  '-3': 'out of memory',
  '-4': 'bad checksum or block',
  '-5': 'no bzip2 stream',
  '-7': 'a block that is too short',
};

let module: Promise<WebAssembly.Module> | undefined;
let load: (() => Promise<WebAssembly.Module>) | undefined;

/** Where bzip2.wasm comes from: `pagewalk/node` and `pagewalk/browser` say so. */
export function setBzip2Module(from: () => Promise<WebAssembly.Module>): void {
  load = from;
}

export class Bzip2 {
  private readonly exports: Exports;
  /** Room for what is decoded; grows when that does not fit. */
  private room = 1 << 21;

  static async create(): Promise<Bzip2> {
    if (!load) throw new Error('no bzip2.wasm');
    module ??= load();
    const held: { memory: WebAssembly.Memory | null } = { memory: null };
    const { exports } = await WebAssembly.instantiate(await module, imports(held));
    const made = exports as unknown as Exports;
    held.memory = made.memory;
    made.__wasm_call_ctors();
    return new Bzip2(made);
  }

  private constructor(exports: Exports) {
    this.exports = exports;
  }

  /** What a stream of one block stands for, at most `most` bytes. @throws Error at damage. */
  decode(stream: Uint8Array, most: number): Uint8Array {
    const { exports } = this;
    for (;;) {
      const from = exports.malloc(stream.length);
      const to = exports.malloc(this.room + 4);
      if (from === 0 || to === 0) throw new Error('out of memory');
      new Uint8Array(exports.memory.buffer, from, stream.length).set(stream);
      // The length in front of the bytes.
      new DataView(exports.memory.buffer).setUint32(to, this.room, true);
      const status = exports.BZ2_bzBuffToBuffDecompress(to + 4, to, from, stream.length, 0, 0);
      const length = new DataView(exports.memory.buffer).getUint32(to, true);
      const bytes = status === OK ? new Uint8Array(exports.memory.buffer, to + 4, length).slice() : null;
      exports.free(from);
      exports.free(to);
      if (bytes !== null) return bytes;
      if (status !== OUTPUT_FULL || this.room >= most) throw new Error(REASONS[status] ?? `error ${status}`);
      this.room = Math.min(most, this.room * 4);
    }
  }
}

/** What emscripten's C library asks for: memory, and files that are never written. */
function imports(held: { readonly memory: WebAssembly.Memory | null }): WebAssembly.Imports {
  const PAGE = 65_536;
  const memory = (): WebAssembly.Memory => held.memory!;
  return {
    env: {
      exit: (code: number): never => {
        throw new Error(`bzip2.wasm: exit ${code}`);
      },
      emscripten_memcpy_big: (to: number, from: number, bytes: number): void => {
        new Uint8Array(memory().buffer).copyWithin(to, from, from + bytes);
      },
      emscripten_resize_heap: (bytes: number): number => {
        try {
          memory().grow(Math.ceil((bytes - memory().buffer.byteLength) / PAGE));
          return 1;
        } catch {
          return 0;
        }
      },
    },
    wasi_snapshot_preview1: { fd_close: () => 0, fd_write: () => 0, fd_seek: () => 0 },
  };
}
