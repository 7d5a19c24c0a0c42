/** A directory with a drmemtrace file for each thread, as DynamoRIO leaves it, as one trace. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Metered } from '../../trace/bytes.ts';
import { type Content, decompressed } from '../../trace/compression/index.ts';
import { drmemtrace } from '../../trace/formats/drmemtrace.ts';
import { HEAD_BYTES, headOf } from '../../trace/head.ts';
import { type OpenOptions, optionsFor } from '../../trace/open.ts';
import { ObjectNames } from '../../trace/operations/names.ts';
import { readerOf } from '../../trace/reader.ts';
import { sniff } from '../../trace/sniff.ts';
import { type Chunk, TraceError, type TraceInfo, type TraceSource } from '../../trace/source.ts';
import { MergedThreads } from '../../trace/threads.ts';
import { openFile, sha256 } from './file.ts';
import { inflaters } from './inflate.ts';

/** What DynamoRIO puts beside the traces. */
const BESIDE = /^(\..*|.*\.log|encodings\.bin|(serial|cpu)_schedule\.bin.*|v2p\.textproto)$/;
/** All files together buffer no more than this. */
const BUFFERED = 64 * 1024 * 1024;
const LEAST_BUFFER = 16 * 1024;
const MOST_BUFFER = 512 * 1024;
/** A thread of ours for each file would be too many. */
const HERE = { gzip: inflaters.gzip!, zstd: inflaters.zstd! };
const WANTED = 'drmemtrace files, one for each thread';

/**
 * Opens all files of the directory.
 *
 * @throws TraceError if there is none, or one that is no drmemtrace; TraceOptionError at an option that drmemtrace does not take.
 */
export async function openDirectory(path: string, options: OpenOptions): Promise<TraceSource> {
  const { format } = options;
  if (format !== undefined && format !== drmemtrace.name) {
    throw new TraceError({ file: path, problem: 'is a directory', expected: `a file for format ${format}` });
  }
  const folder = await traceFolder(path);
  const names = await namesIn(folder);
  const files: ThreadInput[] = [];
  try {
    for (const name of names) files.push(await openThread(join(folder, name), names.length, format !== undefined));
    return await DirectoryTrace.open(options.name ?? path, names, files, options);
  } catch (error) {
    await Promise.all(files.map(({ content }) => content.bytes.close()));
    throw error;
  }
}

/** The directory itself, or `trace` in it, where raw2trace writes. */
async function traceFolder(path: string): Promise<string> {
  const entries = await readdir(path, { withFileTypes: true });
  const isTrace = entries.some((entry) => entry.isFile() && !BESIDE.test(entry.name));
  const has = (name: string): boolean => entries.some((entry) => entry.isDirectory() && entry.name === name);
  if (isTrace) return path;
  if (has('trace')) return join(path, 'trace');
  const raw = has('raw') ? '; raw recordings must be made a trace first (drraw2trace)' : '';
  throw new TraceError({ file: path, problem: 'is a directory without traces', expected: `${WANTED}${raw}` });
}

/** In the order of their bytes. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && !BESIDE.test(entry.name)).map(({ name }) => name);
  if (names.length === 0) {
    throw new TraceError({ file: folder, problem: 'is a directory without traces', expected: WANTED });
  }
  return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

interface ThreadInput {
  readonly file: string;
  /** The file as it is, and what it stands for. */
  readonly raw: Metered;
  readonly content: Content;
  readonly head: Uint8Array;
  readonly size: number | null;
}

async function openThread(file: string, count: number, isNamed: boolean): Promise<ThreadInput> {
  const buffer = Math.max(LEAST_BUFFER, Math.min(MOST_BUFFER, Math.floor(BUFFERED / count / 2)));
  const { source, bytes: size } = await openFile(file, buffer);
  const raw = new Metered(source, sha256());
  const content = await decompressed(raw, file, HERE);
  try {
    const head = await content.bytes.peek(HEAD_BYTES);
    if (!isNamed && head.length > 0) expectDrmemtrace(file, head);
    return { file, raw, content, head: head.slice(0, HEAD_BYTES), size };
  } catch (error) {
    await content.bytes.close();
    throw error;
  }
}

function expectDrmemtrace(file: string, bytes: Uint8Array): void {
  const head = headOf(bytes);
  if (drmemtrace.likeness(head) > 0.5) return;
  let looks = 'like no trace';
  try {
    looks = `like ${sniff(file, head)?.format.name ?? 'an empty trace'}`;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
  }
  throw new TraceError({ file, problem: `looks ${looks}`, expected: `the directory to hold ${WANTED}` });
}

class DirectoryTrace implements TraceSource {
  readonly name: string;
  readonly format = drmemtrace.name;
  readonly recognition = null;
  readonly sizeHint: number | null;
  readonly foldedPage = null;
  private readonly reader: TraceSource;
  private readonly merged: MergedThreads;
  private readonly names: readonly string[];
  private readonly files: readonly ThreadInput[];
  private hash: string | null = null;

  static async open(
    name: string,
    names: readonly string[],
    files: readonly ThreadInput[],
    given: OpenOptions,
  ): Promise<DirectoryTrace> {
    const options = optionsFor(drmemtrace, given);
    const threads = files.map(({ file, content, head }) => ({ name: file, head, bytes: content.bytes }));
    const merged = new MergedThreads(threads, options.lenient === true);
    const [first] = files;
    if (first === undefined) throw new Error('no files');
    const reader = await readerOf(
      {
        name,
        format: drmemtrace,
        options,
        compression: null,
        raw: first.raw,
        sizeHint: null,
        text: merged,
        head: headOf(first.head),
        recognition: null,
        placeOf: (byte) => merged.placeOf(byte),
        objects: given.objects ?? new ObjectNames(),
      },
      { ...drmemtrace.wasm, options: (read, head) => [1, ...(drmemtrace.wasm.options?.(read, head) ?? []).slice(1)] },
    );
    return new DirectoryTrace(name, names, files, merged, reader);
  }

  private constructor(
    name: string,
    names: readonly string[],
    files: readonly ThreadInput[],
    merged: MergedThreads,
    reader: TraceSource,
  ) {
    this.name = name;
    this.names = names;
    this.files = files;
    this.merged = merged;
    this.reader = reader;
    const sizes = files.map(({ size }) => size);
    this.sizeHint = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }

  async next(): Promise<Chunk | null> {
    const chunk = await this.reader.next();
    if (chunk === null && this.hash === null) await this.finish();
    return chunk;
  }

  info(): TraceInfo {
    const { tail, cut, firstCut } = this.merged;
    const info = this.reader.info();
    const compressions = [...new Set(this.files.map(({ content }) => content.compression ?? 'none'))];
    return {
      ...info,
      skipped: info.skipped + cut,
      firstSkipped: info.firstSkipped ?? firstCut,
      truncatedTail: info.truncatedTail + tail,
      compression: compressions.length === 1 && compressions[0] === 'none' ? null : compressions.join(', '),
      bytes: this.position(),
      sha256: this.hash,
      facts: { ...info.facts, files: this.files.length },
    };
  }

  position(): number {
    return this.files.reduce((sum, { raw }) => sum + raw.bytes, 0);
  }

  close(): Promise<void> {
    return this.reader.close();
  }

  /** As `sha256sum` prints them, one line for each file. */
  private async finish(): Promise<void> {
    const hash = sha256();
    for (const [index, { raw, file, content }] of this.files.entries()) {
      const byte = raw.bytes;
      if ((await raw.read()) !== null) {
        const problem = `data behind the end of the ${content.compression} stream`;
        throw new TraceError({ file, byte, problem, expected: 'the end of the file' });
      }
      hash.update(Buffer.from(`${raw.sha256}  ${this.names[index]}\n`));
    }
    this.hash = hash.hex();
  }
}
