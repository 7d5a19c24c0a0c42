/**
 * What a host adds to .vmt: zstd, piece by piece, and a hash. A frame is a row of pieces, each ended by a flush, so that what went into a piece
 * comes out when it is there; a frame has no end of its own.
 */
import type { Sha256 } from '../bytes.ts';

export interface Unpacker {
  /** Pieces may be given before those before them are done. @throws if they do not become `rawBytes` bytes. */
  unpack(piece: Uint8Array, rawBytes: number): Promise<Uint8Array>;
  close(): void;
}

export interface Packer {
  pack(raw: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

export interface VmtHost {
  /** A decoder for a frame. */
  unpacker?(): Unpacker;
  /** An encoder for a frame, of so many bytes if that is known; without it blocks are stored. */
  packer?(bytes?: number): Packer;
  sha256?(): Sha256;
}
