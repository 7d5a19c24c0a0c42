import type { Chunk, TraceInfo, TraceSource } from 'pagewalk/node';

/** A trace as it is; what extends this changes one thing about it. */
export class PassedOn implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number | null;
  /** It has been read to its end. */
  hasEnded = false;
  protected readonly source: TraceSource;

  constructor(source: TraceSource) {
    this.source = source;
    this.name = source.name;
    this.format = source.format;
    this.sizeHint = source.sizeHint;
  }

  get foldedPage(): number | null {
    return this.source.foldedPage;
  }

  get operations(): TraceSource['operations'] {
    return this.source.operations;
  }

  async next(): Promise<Chunk | null> {
    const chunk = await this.source.next();
    if (chunk === null) this.hasEnded = true;
    return chunk;
  }

  info(): TraceInfo {
    return this.source.info();
  }

  position(): number {
    return this.source.position();
  }

  close(): Promise<void> {
    return this.source.close();
  }
}
