/**
 * What the host adds to .vmt: zstd, piece by piece, and a hash. A frame is a row of pieces, each ended by a flush, so that what went into a piece
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
  /** An encoder for a frame; without it blocks are stored. */
  packer?(): Packer;
  sha256?(): Sha256;
}

let host: VmtHost = {};

/** `pagewalk/node` and `pagewalk/browser` say what they have. */
export function setVmtHost(parts: VmtHost): void {
  host = parts;
}

export function vmtHost(): VmtHost {
  return host;
}
