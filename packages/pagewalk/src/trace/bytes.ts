/** A stream of bytes, pulled piece by piece. */
export interface ByteSource {
  /** The next piece, never empty, valid until the next read; null at the end. */
  read(): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

export interface Sha256 {
  update(bytes: Uint8Array): void;
  hex(): string;
}

/** One piece after the other; closing ends the iteration. */
export function iterated(pieces: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = pieces[Symbol.asyncIterator]();
  return {
    async read() {
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) return null;
        if (value.length > 0) return value;
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}

export function inMemory(bytes: Uint8Array): ByteSource {
  let rest: Uint8Array | null = bytes.length > 0 ? bytes : null;
  return {
    async read() {
      const piece = rest;
      rest = null;
      return piece;
    },
    async close() {
      rest = null;
    },
  };
}

export function fromStream(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  return {
    async read() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return null;
        if (value.length > 0) return value;
      }
    },
    async close() {
      // A stream that has failed rejects the cancelling with its error, which the reader has had.
      await reader.cancel().catch(() => {});
    },
  };
}

/** Counts the bytes that pass and hashes them. */
export class Metered implements ByteSource {
  bytes = 0;
  /** Of all bytes, once the end is reached. */
  sha256: string | null = null;
  private readonly source: ByteSource;
  private readonly hash: Sha256 | null;

  constructor(source: ByteSource, hash: Sha256 | null) {
    this.source = source;
    this.hash = hash;
  }

  async read(): Promise<Uint8Array | null> {
    const piece = await this.source.read();
    if (piece !== null) {
      this.bytes += piece.length;
      this.hash?.update(piece);
    } else this.sha256 ??= this.hash?.hex() ?? null;
    return piece;
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

/** Lets one look at the first bytes before they are read. */
export class Peekable implements ByteSource {
  private readonly source: ByteSource;
  private head: Uint8Array | null = null;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The first `count` bytes or more; fewer only if the stream ends before. Only before the first read. */
  async peek(count: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = this.head === null ? [] : [this.head];
    let length = this.head?.length ?? 0;
    while (length < count) {
      const piece = await this.source.read();
      if (piece === null) break;
      pieces.push(new Uint8Array(piece));
      length += piece.length;
    }
    const head = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      head.set(piece, at);
      at += piece.length;
    }
    this.head = head;
    return head;
  }

  async read(): Promise<Uint8Array | null> {
    const head = this.head;
    this.head = null;
    return head !== null && head.length > 0 ? head : this.source.read();
  }

  close(): Promise<void> {
    this.head = null;
    return this.source.close();
  }
}
