import type { VmtHost } from './codec.ts';
import { unpackWithFzstd } from './fzstd.ts';

let host: VmtHost = { unpack: unpackWithFzstd };

/** `pagewalk/node` says what it has; other hosts decompress with fzstd, and store what they write. */
export function setVmtHost(parts: VmtHost): void {
  host = parts;
}

export function vmtHost(): VmtHost {
  return host;
}
