import { type ByteSource, fromStream, iterated, Metered } from './bytes.ts';
import type { Compression, Decompress } from './compression.ts';
import { TraceError } from './source.ts';

/** The decompressors that every host has: the platform's own stream for gzip and, where there is one, for zstd, and xz in WebAssembly. */
export const decompressors: Readonly<Record<Compression, Decompress>> = {
  gzip: (input, file) => platform(input, file, 'gzip'),
  zstd: (input, file) => platform(input, file, 'zstd'),
  xz,
};

function platform(input: ByteSource, file: string, kind: 'gzip' | 'zstd'): ByteSource {
  let stream: DecompressionStream;
  try {
    stream = new DecompressionStream(kind as CompressionFormat);
  } catch {
    throw new TraceError({
      file,
      problem: `${kind} data, which this host cannot read`,
      expected: 'gzip, xz or plain text',
    });
  }
  return guarded(input, file, kind, (bytes) => fromStream(bytes.pipeThrough(stream as Transform)));
}

/** The library decodes one stream at a time: a second one would wait for the first without end. */
let xzOpen = false;

export function xz(input: ByteSource, file: string): ByteSource {
  if (xzOpen) throw new TraceError({ file, problem: 'a second xz trace at once', expected: 'the first to be closed' });
  xzOpen = true;
  const source = guarded(input, file, 'xz', (bytes) => iterated(decodeXz(bytes, file)));
  return {
    async read() {
      let piece: Uint8Array | null = null;
      try {
        piece = await source.read();
        return piece;
      } finally {
        if (piece === null) xzOpen = false;
      }
    },
    async close() {
      await source.close();
      xzOpen = false;
    },
  };
}

async function* decodeXz(bytes: ReadableStream<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = await loadXz(file);
  const source = fromStream(new XzReadableStream(bytes));
  try {
    for (let piece = await source.read(); piece !== null; piece = await source.read()) yield piece;
  } finally {
    await source.close();
  }
}

/** Loaded only when there is something for it to do. */
async function loadXz(file: string): Promise<typeof import('xz-decompress')> {
  try {
    return (await import('xz-decompress')).default;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TraceError({ file, problem: `xz data, whose decoder cannot be loaded (${reason})` });
  }
}

type Transform = ReadableWritablePair<Uint8Array, Uint8Array>;

/** Runs a decoder of streams between two byte sources and turns what it throws into a TraceError with the place reached in the input. */
function guarded(
  input: ByteSource,
  file: string,
  kind: Compression,
  decode: (bytes: ReadableStream<Uint8Array>) => ByteSource,
): ByteSource {
  const metered = new Metered(input, null);
  let ended = false;
  const bytes = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await metered.read();
        ended = piece === null;
        // The stream may keep a piece beyond the next read.
        if (piece === null) controller.close();
        else controller.enqueue(piece.slice());
      },
    },
    { highWaterMark: 0 },
  );
  const output = decode(bytes);
  return {
    async read() {
      try {
        return await output.read();
      } catch (error) {
        throw error instanceof TraceError ? error : damaged(file, kind, metered.bytes, ended, error);
      }
    },
    async close() {
      await output.close();
      await input.close();
    },
  };
}

/** `byte`: how far the input was read when the decoder gave up. `ended`: was that all of it? */
export function damaged(file: string, kind: Compression, byte: number, ended: boolean, cause: unknown): TraceError {
  const { message = '', code = null } = cause as { message?: string; code?: string | null };
  const xzCode = /error code (\d)/.exec(message)?.[1];
  // Only the browsers' own stream says nothing of the reason.
  const says = code ?? xzCode ?? null;
  const cut = says === null ? ended : says === 'Z_BUF_ERROR' || says === '8';
  const reason = xzCode === undefined ? (code !== null ? message : '') : (XZ_REASONS[xzCode] ?? '');
  const problem = cut ? `truncated ${kind} data` : `damaged ${kind} data${reason === '' ? '' : ` (${reason})`}`;
  return new TraceError({ file, byte, problem, expected: `a whole ${kind} stream` });
}

/** xz-embedded's enum xz_ret. */
const XZ_REASONS: Readonly<Record<string, string>> = {
  2: 'unknown checksum',
  3: 'out of memory',
  4: 'dictionary too large',
  5: 'no xz header',
  6: 'unknown filter',
  7: 'bad checksum',
};
