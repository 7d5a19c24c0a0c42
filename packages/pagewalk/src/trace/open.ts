import { type ByteSource, fromStream, inMemory, Metered, type Sha256 } from './bytes.ts';
import { type Compression, type Decompress, decompressed } from './compression/index.ts';
import {
  FORMATS,
  formatOf,
  type ReaderParts,
  type ReadOption,
  type ReadOptions,
  type TraceFormat,
} from './formats/index.ts';
import { HEAD_BYTES, headOf } from './head.ts';
import type { LineDoor } from './line-door.ts';
import { ObjectNames } from './operations/names.ts';
import { readerOf } from './reader.ts';
import { sniff } from './sniff.ts';
import { TraceError, type TraceSource } from './source.ts';

/** An option that a trace of this format does not take. */
export class TraceOptionError extends RangeError {
  override readonly name = 'TraceOptionError';
}

const READ_OPTIONS: readonly ReadOption[] = ['modify', 'referencePage', 'idIs', 'split', 'columns', 'v2p'];

export interface OpenOptions extends ReadOptions {
  /** The name of a format; by the first bytes if left out. */
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
  /** Reads the lines that the format's reader leaves to the host, in place of the format's own. */
  readonly door?: LineDoor;
  /** A fresh hash, where the host has one. */
  readonly newHash?: () => Sha256;
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
  const { name = 'trace', module, sizeHint = null, newHash } = parts;
  const { objects = new ObjectNames(), columns } = parts;
  // Only one format has columns, and without a header it could not be told.
  const named = parts.format ?? (columns === undefined ? undefined : 'csv');
  const raw = new Metered(source, newHash?.() ?? null);
  let open: ByteSource = raw;
  try {
    const { bytes: text, compression } = await decompressed(raw, name, parts.decompress);
    open = text;
    const head = headOf(await text.peek(HEAD_BYTES), compression === null ? sizeHint : null);
    const sniffed = named === undefined ? sniff(name, head) : { format: formatOf(named), recognition: null };
    if (sniffed === null) throw new TraceError({ file: name, problem: 'holds no access' });
    const { format, recognition } = sniffed;
    const options = optionsFor(format, parts);
    const made = { name, format, options, compression, raw, sizeHint, text, head, recognition, objects };
    return await readWith({ ...made, module, newHash, door: parts.door });
  } catch (error) {
    await open.close();
    throw error;
  }
}

async function readWith(parts: ReaderParts): Promise<TraceSource> {
  const { format } = parts;
  if (format.open) return format.open(parts);
  if (format.wasm) return readerOf(parts, format.wasm);
  throw new Error(`format ${format.name} has no reader`);
}

/** The options for the reader. @throws TraceOptionError at one that the format does not take. */
export function optionsFor(format: TraceFormat, parts: OpenOptions): ReaderParts['options'] {
  const options: Record<string, unknown> = { lenient: parts.lenient === true };
  for (const name of READ_OPTIONS) {
    if (parts[name] === undefined) continue;
    // A machine always says its page size, whatever it reads.
    if (format.uses?.includes(name) !== true && name !== 'referencePage') {
      const takers = FORMATS.filter((row) => row.uses?.includes(name)).map((row) => row.name);
      throw new TraceOptionError(
        `--${flagOf(name)}: a trace of format ${format.name} does not take it (formats that do: ${takers.join(', ')})`,
      );
    }
    options[name] = parts[name];
  }
  return options;
}

/** As the command line has it. */
const flagOf = (name: ReadOption): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
