// The traces of the benchmark as chunks of records in memory, and as one file for the C program.
import { open } from 'node:fs/promises';

export const RECORD_BYTES = 16;
const CHUNK_RECORDS = 65_536;
const FIRST_PAGE = 0x7f00_0000;

export type Chunks = Uint8Array[];

/** Numbers in 0..1, seeded (xorshift128). */
function randomNumbers(): () => number {
  let [x, y, z, w] = [123456789, 362436069, 521288629, 88675123];
  return () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
}

/** 30 % writes of 8 bytes to pages that `page` picks. */
function generate(accesses: number, random: () => number, page: () => number): Chunks {
  const chunks: Chunks = [];
  for (let left = accesses; left > 0; left -= CHUNK_RECORDS) {
    const records = Math.min(left, CHUNK_RECORDS);
    const words = new Uint32Array(records * 4);
    for (let at = 0; at < words.length; at += 4) {
      const number = FIRST_PAGE + page();
      words[at] = (number << 12) | ((random() * 512) << 3);
      words[at + 1] = number >>> 20;
      words[at + 2] = 8;
      words[at + 3] = (1 << 8) | (random() < 0.3 ? 1 : 0);
    }
    chunks.push(new Uint8Array(words.buffer));
  }
  return chunks;
}

export function uniform(accesses: number, pages: number): Chunks {
  const random = randomNumbers();
  return generate(accesses, random, () => Math.floor(random() * pages));
}

/** Ranks by 1/rank^0.99, scattered over the address space. */
export function zipf(accesses: number, pages: number): Chunks {
  const random = randomNumbers();
  const place = Uint32Array.from({ length: pages }, (_, i) => i);
  const sums = new Float64Array(pages);
  let sum = 0;
  for (let i = 0; i < pages; i++) {
    const j = i + Math.floor(random() * (pages - i));
    [place[i], place[j]] = [place[j]!, place[i]!];
    sum += (i + 1) ** -0.99;
    sums[i] = sum;
  }
  return generate(accesses, random, () => {
    const at = random() * sum;
    let low = 0;
    let high = pages - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return place[low]!;
  });
}

export async function writeRecords(file: string, chunks: Chunks): Promise<void> {
  const out = await open(file, 'w');
  try {
    for (const chunk of chunks) await out.writeFile(chunk);
  } finally {
    await out.close();
  }
}
