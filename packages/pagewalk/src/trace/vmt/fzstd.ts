/** zstd for .vmt where the host has none: fzstd, loaded when there is something for it to do. */
import type { Unpacker } from './codec.ts';

export function fzstdUnpacker(): Unpacker {
  const frame = begin();
  let before: Promise<unknown> = frame;
  frame.catch(() => {});
  return {
    unpack(piece, rawBytes) {
      const raw = before.then(async () => (await frame)(piece, rawBytes));
      before = raw;
      raw.catch(() => {});
      return raw;
    },
    close: () => {},
  };
}

/** Decodes the frame's pieces one after the other. After a failure there is nothing more. */
async function begin(): Promise<(piece: Uint8Array, rawBytes: number) => Uint8Array> {
  const { Decompress } = await import('fzstd');
  let raw = new Uint8Array(0);
  let filled = 0;
  const decoder = new Decompress((bytes) => {
    if (filled + bytes.length > raw.length) throw new Error(`more than ${raw.length} bytes`);
    raw.set(bytes, filled);
    filled += bytes.length;
  });
  return (piece, rawBytes) => {
    raw = new Uint8Array(rawBytes);
    filled = 0;
    decoder.push(piece);
    if (filled < rawBytes) throw new Error(`${filled} bytes, not ${rawBytes}`);
    return raw;
  };
}
