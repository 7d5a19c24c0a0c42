/** Groups of records that stand for runs, as the words of a chunk: where they end, and what plain records they are. */
import { CHUNK_RECORDS, FOLDED, OP_MASK, OP_RUN, PID_SHIFT, RECORD_BYTES, recordWords } from './record-layout.ts';
import type { Chunk } from './source.ts';

const WORDS = RECORD_BYTES / 4;

const membersOf = (meta: number): number => (meta >>> 8) & 0xff;

/** Records that belong together at place `at`: those of a group, or the one. */
export function recordsAt(words: Uint32Array, at: number): number {
  const meta = words[at * WORDS + 3] as number;
  return (meta & OP_MASK) === OP_RUN ? 1 + membersOf(meta) + (meta >>> 16) : 1;
}

/** Plain records that the records at place `at` stand for. */
export function stepsAt(words: Uint32Array, at: number): number {
  const meta = words[at * WORDS + 3] as number;
  return (meta & OP_MASK) === OP_RUN ? (words[at * WORDS] as number) : 1;
}

/** The plain records of the group at place `at`. */
export function stepsOf(words: Uint32Array, at: number): Uint32Array {
  const members = membersOf(words[at * WORDS + 3] as number);
  const bytes = new Uint8Array(words.buffer, words.byteOffset);
  const steps = new Uint32Array((words[at * WORDS] as number) * WORDS);
  let place = (at + 1 + members) * RECORD_BYTES;
  for (let out = 0; out < steps.length; out += WORDS) {
    const step = bytes[place++] as number;
    let count = step & 15;
    for (let shift = 0, more = count === 0 ? 0x80 : 0; more >= 0x80; shift += 7) {
      more = bytes[place++] as number;
      count |= (more & 0x7f) << shift;
    }
    const member = (at + 1 + (step >>> 4)) * WORDS;
    const meta = words[member + 3] as number;
    steps[out] = words[member] as number;
    steps[out + 1] = words[member + 1] as number;
    steps[out + 2] = count;
    steps[out + 3] = (((meta >>> 5) & 3) | FOLDED | ((meta >>> PID_SHIFT) << PID_SHIFT)) >>> 0;
  }
  return steps;
}

/** The same chunk in plain records, in pieces no longer than a chunk may be. */
export function plainPieces(chunk: Chunk): Chunk[] {
  const words = recordWords(chunk);
  const pieces: Chunk[] = [];
  const room = new Uint32Array(CHUNK_RECORDS * WORDS);
  let used = 0;
  const hand = (): void => {
    if (used > 0) pieces.push(chunkOf(room.slice(0, used)));
    used = 0;
  };
  for (let at = 0; at < chunk.records; at += recordsAt(words, at)) {
    const isGroup = ((words[at * WORDS + 3] as number) & OP_MASK) === OP_RUN;
    const plain = isGroup ? stepsOf(words, at) : words.subarray(at * WORDS, (at + 1) * WORDS);
    if (used + plain.length > room.length) hand();
    room.set(plain, used);
    used += plain.length;
  }
  hand();
  return pieces;
}

export function chunkOf(words: Uint32Array): Chunk {
  return { bytes: new Uint8Array(words.buffer, words.byteOffset, words.length * 4), records: words.length / WORDS };
}
