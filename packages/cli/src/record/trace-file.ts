import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, type ZstdCompress } from 'node:zlib';
import { OutputFile } from '../output/file.ts';

/**
 * Programs spend their time in loops, so the matches worth finding lie far back: 150 MB of lines of python3 make 3.8 MB at level 3,
 * 1.5 MB with long-distance matching, 1.15 MB at level 12. Higher levels take longer than valgrind does. The window is the largest that every
 * decoder must accept.
 */
const PARAMETERS = {
  [constants.ZSTD_c_compressionLevel]: 12,
  [constants.ZSTD_c_windowLog]: 23,
  [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  [constants.ZSTD_c_checksumFlag]: 1,
};

/** The text of a trace, compressed with zstd into a file that appears when it is whole. */
export class TraceFile {
  readonly path: string;
  /** Compressed bytes so far. */
  bytes = 0;
  private readonly file: OutputFile;
  private readonly zstd: ZstdCompress;
  /** Settled when all is in the file, or writing it has failed. */
  private readonly written: Promise<void>;

  static async create(path: string): Promise<TraceFile> {
    return new TraceFile(path, await OutputFile.create(path));
  }

  private constructor(path: string, file: OutputFile) {
    this.path = path;
    this.file = file;
    this.zstd = createZstdCompress({ params: PARAMETERS });
    this.written = pipeline(this.zstd, (pieces) => this.store(pieces));
    this.written.catch(() => {});
  }

  /** The text may change once this is done. */
  async write(text: Uint8Array): Promise<void> {
    const taken = new Promise<void>((resolve) => {
      this.zstd.write(text, () => resolve());
    });
    // A compressor that has been destroyed calls nobody back.
    await Promise.race([taken, this.written]);
  }

  async commit(): Promise<void> {
    this.zstd.end();
    await this.written;
    await this.file.commit();
  }

  private async store(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of pieces) {
      this.bytes += piece.length;
      await this.file.write(piece);
    }
  }
}
