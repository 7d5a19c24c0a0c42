/** What becomes of damaged data: a decoder that is right tells all of it, or hands out what was meant. */
import { expect } from 'vitest';
import { inMemory } from '../../../src/trace/bytes.ts';
import { type Compression, type Decompress, decompressed } from '../../../src/trace/compression/index.ts';
import { TraceError } from '../../../src/trace/source.ts';
import { latin1 } from '../support.ts';

export const SMALL = latin1('1 R 0x1000 8\n2 W 0x2000 4\n');
/** Every bit, every way of opening, every program. */
export const SOAK = process.env['SOAK'] === '1';

export type Decoders = Partial<Record<Compression, Decompress>>;

/** What the bytes stand for, or the error; without `decoders` in the calling thread, as a page does. */
export async function contentOf(bytes: Uint8Array, decoders: Decoders = {}): Promise<Uint8Array | TraceError> {
  const { bytes: content } = await decompressed(inMemory(bytes), 't', decoders).catch((error: unknown) => {
    if (error instanceof TraceError) return { bytes: error };
    throw error;
  });
  if (content instanceof TraceError) return content;
  const pieces: Uint8Array[] = [];
  try {
    for (let piece = await content.read(); piece !== null; piece = await content.read()) pieces.push(piece.slice());
    return Buffer.concat(pieces);
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  } finally {
    await content.close();
  }
}

export async function failureOf(bytes: Uint8Array, decoders?: Decoders): Promise<TraceError> {
  const outcome = await contentOf(bytes, decoders);
  if (outcome instanceof TraceError) return outcome;
  throw new Error(`no error, ${outcome.length} bytes`);
}

/** `bytes`: SMALL, compressed. */
export async function expectCutsTold(bytes: Uint8Array, kind: Compression, decoders?: Decoders): Promise<void> {
  // Shorter than its magic it is not known as compressed; snappy's stream may end behind it, having nothing in it.
  for (let length = kind === 'snappy' ? 11 : 10; length < bytes.length; length++) {
    const error = await failureOf(bytes.subarray(0, length), decoders);
    expect(error.message, `${length} of ${bytes.length} bytes`).toContain(`truncated ${kind} data`);
    expect(error.byte).toBe(length);
  }
}

export async function expectJunkTold(bytes: Uint8Array, kind: Compression, decoders?: Decoders): Promise<void> {
  const error = await failureOf(Buffer.concat([bytes, Buffer.from('junk, not compressed')]), decoders);
  expect(error.message).toContain(`damaged ${kind} data`);
  // xz takes a header of twelve bytes in before it looks at it.
  expect(error.byte).toBeGreaterThanOrEqual(bytes.length);
  expect(error.byte).toBeLessThanOrEqual(bytes.length + 20);
}

export async function expectFlipsTold(compressed: Uint8Array, kind: Compression, decoders?: Decoders): Promise<void> {
  const bytes = Uint8Array.from(compressed);
  for (let bit = 0; bit < bytes.length * 8; bit += SOAK ? 1 : 3) {
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    const outcome = await contentOf(bytes, decoders);
    // Without its magic it is plain bytes, and decoders skip a snappy chunk whose type they need not know.
    const first = kind === 'snappy' ? 88 : 80;
    if (bit >= first && !(outcome instanceof TraceError)) {
      expect(Buffer.from(outcome).equals(SMALL), `bit ${bit}`).toBe(true);
    }
    bytes[bit >> 3]! ^= 1 << (bit & 7);
  }
}
