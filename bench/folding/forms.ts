// A recorded program in three forms: each access a record, folded, and in runs; and as files of the first and the second.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { RECORD_BYTES, type TraceSource, traceFromRecords, vmtOf, withRuns } from 'pagewalk';
import { openTrace } from 'pagewalk/node';

export const FORMS = ['unfolded', 'folded', 'runs'] as const;
export type Form = (typeof FORMS)[number];

const PAGE = 4096;
const FOLDED = 0x10;
const WORDS = RECORD_BYTES / 4;
const CHUNK_RECORDS = 8192;

export const recordsIn = (chunks: readonly Uint8Array[]): number =>
  chunks.reduce((sum, { length }) => sum + length, 0) / RECORD_BYTES;

/** At least `most` records of the trace, folded as they are in its file; all if there are fewer. */
export async function recorded(file: string, most: number): Promise<Uint8Array[]> {
  const source = await openTrace(file);
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.next(); chunk && recordsIn(chunks) < most; chunk = await source.next()) {
    chunks.push(chunk.bytes.slice());
  }
  await source.close();
  return chunks;
}

/** Each access a record of its own. */
export function unfold(chunks: readonly Uint8Array[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  let words = new Uint32Array(CHUNK_RECORDS * WORDS);
  let used = 0;
  for (const from of chunks.map(wordsOf)) {
    for (let at = 0; at < from.length; at += WORDS) {
      const meta = from[at + 3] as number;
      const isFolded = (meta & FOLDED) !== 0;
      const extent = isFolded ? 1 : (from[at + 2] as number);
      for (let left = isFolded ? (from[at + 2] as number) : 1; left > 0; left--) {
        words.set([from[at] as number, from[at + 1] as number, extent, meta & ~FOLDED], used);
        used += WORDS;
        if (used < words.length) continue;
        out.push(new Uint8Array(words.buffer));
        words = new Uint32Array(words.length);
        used = 0;
      }
    }
  }
  return [...out, new Uint8Array(words.buffer, 0, used * 4)];
}

export async function inRuns(chunks: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  const source = await withRuns(sourceOf(chunks, PAGE));
  for (let chunk = await source.next(); chunk; chunk = await source.next()) out.push(chunk.bytes.slice());
  return out;
}

/** Writes the records as a .vmt file. */
export async function writeVmt(path: string, chunks: readonly Uint8Array[], isFolded: boolean): Promise<void> {
  const file = createWriteStream(path);
  for await (const piece of vmtOf(sourceOf(chunks, isFolded ? PAGE : null))) {
    if (!file.write(piece)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

export function pagesOf(chunks: readonly Uint8Array[]): number {
  const pages = new Set<number>();
  for (const words of chunks.map(wordsOf)) {
    for (let at = 0; at < words.length; at += WORDS) {
      pages.add((words[at + 1] as number) * 2 ** 20 + ((words[at] as number) >>> 12));
    }
  }
  return pages.size;
}

function sourceOf(chunks: readonly Uint8Array[], foldedPage: number | null): TraceSource {
  let at = 0;
  return {
    ...traceFromRecords([], { name: 'memory' }),
    foldedPage,
    async next() {
      const bytes = chunks[at++];
      return bytes ? { bytes, records: bytes.length / RECORD_BYTES } : null;
    },
  };
}

const wordsOf = (chunk: Uint8Array): Uint32Array => new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length / 4);
