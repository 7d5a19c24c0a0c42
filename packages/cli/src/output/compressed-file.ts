/** A file that is compressed while it is written, in the thread pool, and appears when it is whole. */
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { OutputFile } from './file.ts';

export const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

type Encoder = ReturnType<typeof createGzip> | ReturnType<typeof createZstdCompress>;

const ENCODERS: Readonly<Record<Compression, () => Encoder | null>> = {
  none: () => null,
  gzip: () => createGzip(),
  // Accesses repeat themselves far apart; with the checksum a damaged file is known for one.
  zstd: () =>
    createZstdCompress({
      params: {
        [constants.ZSTD_c_compressionLevel]: 6,
        [constants.ZSTD_c_enableLongDistanceMatching]: 1,
        [constants.ZSTD_c_windowLog]: 23,
        [constants.ZSTD_c_checksumFlag]: 1,
      },
    }),
};

export class CompressedFile {
  readonly path: string;
  /** In the file so far. */
  bytes = 0;
  private readonly file: OutputFile;
  private readonly encoder: Encoder | null;
  /** Settled when all is in the file, or writing it has failed. */
  private readonly stored: Promise<void>;

  static async create(path: string, compression: Compression): Promise<CompressedFile> {
    return new CompressedFile(await OutputFile.create(path), ENCODERS[compression]());
  }

  private constructor(file: OutputFile, encoder: Encoder | null) {
    this.file = file;
    this.path = file.path;
    this.encoder = encoder;
    this.stored = encoder === null ? Promise.resolve() : pipeline(encoder, (pieces) => this.storeAll(pieces));
    // Whoever writes next gets the failure; until then it is nobody's.
    this.stored.catch(() => {});
  }

  /** The bytes may change once this is done. */
  async write(bytes: Uint8Array): Promise<void> {
    const { encoder } = this;
    if (encoder === null) {
      await this.store(bytes);
      return;
    }
    const taken = new Promise<void>((resolve) => {
      encoder.write(bytes, () => resolve());
    });
    // A compressor that has been destroyed calls nobody back.
    await Promise.race([taken, this.stored]);
  }

  async commit(): Promise<void> {
    this.encoder?.end();
    await this.stored;
    await this.file.commit();
  }

  async discard(): Promise<void> {
    this.encoder?.destroy();
    await this.stored.catch(() => {});
    await this.file.discard();
  }

  private async storeAll(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of pieces) await this.store(piece);
  }

  private async store(piece: Uint8Array): Promise<void> {
    this.bytes += piece.length;
    await this.file.write(piece);
  }
}
