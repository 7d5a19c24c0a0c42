// The traces of the benchmark as chunks of records in memory, and as one file for the C program.
import { open } from 'node:fs/promises';
import {
  CHUNK_RECORDS,
  FOLDED,
  generate,
  openTrace,
  RECORD_BYTES,
  type TraceSource,
  traceFromRecords,
  withNextUse,
} from 'pagewalk/node';

export type Chunks = Uint8Array[];

const ADDRESS_SPACE = 65_536 * 4096;

export async function generated(type: 'zipf' | 'random', accesses: number): Promise<Chunks> {
  const parameters: Record<string, number> = type === 'zipf' ? { exponent: 0.99 } : {};
  const source = await generate({ type, accesses, addressSpace: ADDRESS_SPACE, parameters });
  return collect(source);
}

/** A recorded trace, again and again until there are so many records. */
export async function recorded(file: string, records: number): Promise<Chunks> {
  return repeated(await collect(await openTrace(file)), records);
}

/** The same before it was folded: every access a record of its own. */
export async function unfolded(file: string, records: number): Promise<Chunks> {
  const words = new Uint32Array(CHUNK_RECORDS * 4);
  const chunks: Chunks = [];
  let at = 0;
  for (const chunk of await recorded(file, records)) {
    const folded = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length / 4);
    for (let from = 0; from < folded.length; from += 4) {
      const isFolded = (folded[from + 3]! & FOLDED) !== 0;
      for (let count = isFolded ? folded[from + 2]! : 1; count > 0; count--) {
        words.set(folded.subarray(from, from + 4), at);
        if (isFolded) words[at + 2] = 4;
        words[at + 3] = words[at + 3]! & ~FOLDED;
        at += 4;
        if (at < words.length) continue;
        chunks.push(new Uint8Array(words.slice().buffer));
        at = 0;
        if (chunks.length * CHUNK_RECORDS >= records) return chunks;
      }
    }
  }
  return chunks;
}

/** The same records with the next use of each touch, in chunks that may be cut elsewhere. */
export async function foreseen(chunks: Chunks): Promise<{ chunks: Chunks; uses: BigUint64Array[] }> {
  const result = { chunks: [] as Chunks, uses: [] as BigUint64Array[] };
  const source = withNextUse(traceFromRecords(Buffer.concat(chunks), { foldedPage: 4096 }), 12);
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    result.chunks.push(chunk.bytes.slice());
    result.uses.push(chunk.nextUses.slice());
  }
  await source.close();
  return result;
}

export async function writeRecords(file: string, chunks: Chunks): Promise<void> {
  const out = await open(file, 'w');
  try {
    for (const chunk of chunks) await out.writeFile(chunk);
  } finally {
    await out.close();
  }
}

export function recordsIn(chunks: Chunks): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length / RECORD_BYTES, 0);
}

async function collect(source: TraceSource): Promise<Chunks> {
  const chunks: Chunks = [];
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) chunks.push(chunk.bytes.slice());
  await source.close();
  return chunks;
}

function repeated(chunks: Chunks, records: number): Chunks {
  const all: Chunks = [];
  let count = 0;
  while (count < records) {
    const chunk = chunks[all.length % chunks.length]!;
    all.push(chunk);
    count += chunk.length / RECORD_BYTES;
  }
  return all;
}
