import { type ByteSource, fromStream, inMemory, Metered, Peekable, type Sha256 } from './bytes.ts';
import { type Compression, type Decompress, MAGIC_BYTES, magicOf } from './compression.ts';
import { decompressors } from './decompress.ts';
import { formatOf, type ReadOptions } from './formats/index.ts';
import { ObjectNames } from './operations/names.ts';
import { Reader } from './reader.ts';
import { SNIFF_BYTES, sniff } from './sniff.ts';
import { TraceError, type TraceSource } from './source.ts';
import { instantiate } from './wasm.ts';

export interface OpenOptions extends ReadOptions {
  /** `text`, `lackey` or `reference`; by the first lines if left out. */
  readonly format?: string;
  /** Skip and count bad lines instead of stopping at the first. */
  readonly lenient?: boolean;
  /** How messages call the trace. */
  readonly name?: string;
  /** Names that have their numbers already, and to which this trace adds its own: `objectNames` of the machine that will run it. */
  readonly objects?: ObjectNames;
}

export interface OpenParts extends OpenOptions {
  /** trace.wasm, if not the host's. */
  readonly module?: WebAssembly.Module;
  /** Bytes of the input as given, if that is known. */
  readonly sizeHint?: number | null;
  readonly hash?: Sha256 | null;
  /** Faster decompressors than every host's, where there are some. */
  readonly decompress?: Partial<Record<Compression, Decompress>>;
}

/**
 * Opens a trace in memory or on a stream: recognises its compression and its format by the first bytes.
 *
 * @throws TraceError at an unknown format or an empty input; RangeError at an unknown option.
 */
export function traceFromBytes(
  bytes: Uint8Array | ReadableStream<Uint8Array>,
  options: OpenParts = {},
): Promise<TraceSource> {
  if (!(bytes instanceof Uint8Array)) return openBytes(fromStream(bytes), options);
  return openBytes(inMemory(bytes), { sizeHint: bytes.length, ...options });
}

/** Takes the source over: it is closed with the trace, or before this throws. */
export async function openBytes(source: ByteSource, parts: OpenParts): Promise<TraceSource> {
  const { name = 'trace', format: named, lenient = false, modify, referencePage, module, sizeHint = null } = parts;
  const { objects = new ObjectNames() } = parts;
  const raw = new Metered(source, parts.hash ?? null);
  let open: ByteSource = raw;
  try {
    const input = new Peekable(raw);
    open = input;
    const magic = magicOf(await input.peek(MAGIC_BYTES));
    const decompress = magic?.reads && { ...decompressors, ...parts.decompress }[magic.reads];
    if (magic !== null && !decompress) {
      throw new TraceError({
        file: name,
        byte: 0,
        problem: `${magic.name} data`,
        expected: 'gzip, zstd, xz or plain text',
      });
    }
    const text = decompress ? new Peekable(decompress(input, name)) : input;
    open = text;
    const format =
      named === undefined ? sniff(name, (await text.peek(SNIFF_BYTES)).subarray(0, SNIFF_BYTES)) : formatOf(named);
    if (format === null) throw new TraceError({ file: name, problem: 'holds no access' });
    const options = {
      lenient,
      ...(modify === undefined ? {} : { modify }),
      ...(referencePage === undefined ? {} : { referencePage }),
    };
    const wasm = await instantiate(module);
    return new Reader({ name, format, options, compression: magic?.name ?? null, raw, sizeHint, text, wasm, objects });
  } catch (error) {
    await open.close();
    throw error;
  }
}
