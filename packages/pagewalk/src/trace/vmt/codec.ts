import type { Sha256 } from '../bytes.ts';

/** Compresses the blocks of a frame one after the other, each ended by a flush. The frame is not ended. */
export interface Packer {
  pack(raw: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** What a host adds to .vmt: zstd and a hash. */
export interface VmtHost {
  /** Decompresses a whole zstd frame, which must become `rawBytes` bytes. @throws if it does not. */
  unpack?(frame: Uint8Array, rawBytes: number): Promise<Uint8Array>;
  /** An encoder for a frame, of so many bytes if that is known; without it blocks are stored. */
  packer?(bytes?: number): Packer;
  sha256?(): Sha256;
}
