/** The file that a recording goes to: .vmt or, by any other name, text compressed with zstd. */
import { type Chunk, type ObjectNames, TextWriter, textHeader, VmtWriter } from 'pagewalk/node';
import { OutputFile } from '../output/file.ts';
import { header } from './header.ts';
import { TraceFile } from './trace-file.ts';

export interface RecordingFile {
  readonly path: string;
  /** So far, compressed. */
  readonly bytes: number;
  /** Before the first chunk; `names` are those of objects in operations. */
  begin(foldedPage: number | null, names: ObjectNames | undefined): Promise<void>;
  write(chunk: Chunk): Promise<void>;
  /** Puts the file in its place. */
  commit(): Promise<void>;
}

/** By the name of the file. */
export const isText = (path: string): boolean => !path.endsWith('.vmt');

/** `facts`: where the trace comes from. @throws WorkError if it cannot be written. */
export async function recordingFile(path: string, facts: Readonly<Record<string, string>>): Promise<RecordingFile> {
  if (isText(path)) return new TextFile(await TraceFile.create(path), facts);
  return new VmtFile(await OutputFile.create(path), facts);
}

class TextFile implements RecordingFile {
  private readonly file: TraceFile;
  private readonly facts: Readonly<Record<string, string>>;
  private writer: TextWriter | null = null;

  constructor(file: TraceFile, facts: Readonly<Record<string, string>>) {
    this.file = file;
    this.facts = facts;
  }

  get path(): string {
    return this.file.path;
  }

  get bytes(): number {
    return this.file.bytes;
  }

  async begin(foldedPage: number | null, names: ObjectNames | undefined): Promise<void> {
    this.writer = await TextWriter.create(undefined, names);
    await this.file.write(new TextEncoder().encode(`${header(this.facts)}${textHeader(foldedPage)}`));
  }

  async write(chunk: Chunk): Promise<void> {
    await this.file.write(this.writer!.encode(chunk));
  }

  commit(): Promise<void> {
    return this.file.commit();
  }
}

class VmtFile implements RecordingFile {
  bytes = 0;
  private readonly file: OutputFile;
  private readonly facts: Readonly<Record<string, string>>;
  private writer: VmtWriter | null = null;

  constructor(file: OutputFile, facts: Readonly<Record<string, string>>) {
    this.file = file;
    this.facts = facts;
  }

  get path(): string {
    return this.file.path;
  }

  async begin(foldedPage: number | null, names: ObjectNames | undefined): Promise<void> {
    const sink = async (bytes: Uint8Array): Promise<void> => {
      this.bytes += bytes.length;
      await this.file.write(bytes);
    };
    const { 'recorded by': tool = '', ...facts } = this.facts;
    this.writer = await VmtWriter.create(sink, { foldedPage, names, facts: { tool, ...facts } });
  }

  async write(chunk: Chunk): Promise<void> {
    await this.writer!.write(chunk);
  }

  async commit(): Promise<void> {
    await this.writer!.finish();
    await this.file.commit();
  }
}
