/** Bytes put aside and read back: a file on Node, memory elsewhere. */
export interface Spool {
  /** Places may be written in any order; `bytes` is free again when the promise is settled. */
  write(at: number, bytes: Uint8Array): Promise<void>;
  /** Fills `bytes` with what was written from `at` on. */
  read(at: number, bytes: Uint8Array): Promise<void>;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

export type SpoolFactory = () => Promise<Spool>;

const BLOCK_BYTES = 1 << 20;

export async function memorySpool(): Promise<Spool> {
  const blocks: Uint8Array[] = [];
  /** Goes through the blocks that `length` bytes from `at` on lie in. */
  function each(at: number, length: number, visit: (block: Uint8Array, done: number) => void): void {
    for (let done = 0; done < length; ) {
      const place = at + done;
      const index = Math.floor(place / BLOCK_BYTES);
      while (blocks.length <= index) blocks.push(new Uint8Array(BLOCK_BYTES));
      const from = place % BLOCK_BYTES;
      const part = Math.min(length - done, BLOCK_BYTES - from);
      visit(blocks[index]!.subarray(from, from + part), done);
      done += part;
    }
  }
  return {
    async write(at, bytes) {
      each(at, bytes.length, (block, done) => block.set(bytes.subarray(done, done + block.length)));
    },
    async read(at, bytes) {
      each(at, bytes.length, (block, done) => bytes.set(block, done));
    },
    async close() {
      blocks.length = 0;
    },
  };
}

let standard: SpoolFactory = memorySpool;

/** `pagewalk/node` puts files here. */
export function setSpool(factory: SpoolFactory): void {
  standard = factory;
}

export function standardSpool(): Promise<Spool> {
  return standard();
}
