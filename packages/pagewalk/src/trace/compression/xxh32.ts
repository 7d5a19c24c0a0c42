/** XXH32 with seed 0, of lz4 (Collet, xxHash specification 0.1.1). */
const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

export function xxh32(bytes: Uint8Array): number {
  const hash = new Xxh32();
  hash.update(bytes);
  return hash.value();
}

export class Xxh32 {
  private readonly lanes = new Int32Array([P1 + P2, P2, 0, -P1]);
  private length = 0;
  /** Bytes that do not fill a stripe of 16 yet. */
  private readonly rest = new Uint8Array(16);
  private kept = 0;

  update(bytes: Uint8Array): void {
    this.length += bytes.length;
    let at = 0;
    if (this.kept > 0) {
      at = Math.min(16 - this.kept, bytes.length);
      this.rest.set(bytes.subarray(0, at), this.kept);
      this.kept += at;
      if (this.kept < 16) return;
      this.stripes(this.rest, 0, 16);
      this.kept = 0;
    }
    const end = at + ((bytes.length - at) & ~15);
    this.stripes(bytes, at, end);
    this.rest.set(bytes.subarray(end));
    this.kept = bytes.length - end;
  }

  value(): number {
    const [a, b, c, d] = this.lanes as unknown as [number, number, number, number];
    let hash = this.length >= 16 ? rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18) : P5;
    hash = (hash + this.length) | 0;
    let at = 0;
    for (; at + 4 <= this.kept; at += 4) {
      hash = Math.imul(rotate((hash + Math.imul(u32(this.rest, at), P3)) | 0, 17), P4);
    }
    for (; at < this.kept; at++) hash = Math.imul(rotate((hash + Math.imul(this.rest[at]!, P5)) | 0, 11), P1);
    hash = Math.imul(hash ^ (hash >>> 15), P2);
    hash = Math.imul(hash ^ (hash >>> 13), P3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  private stripes(bytes: Uint8Array, from: number, to: number): void {
    let [a, b, c, d] = this.lanes as unknown as [number, number, number, number];
    for (let at = from; at < to; at += 16) {
      a = Math.imul(rotate((a + Math.imul(u32(bytes, at), P2)) | 0, 13), P1);
      b = Math.imul(rotate((b + Math.imul(u32(bytes, at + 4), P2)) | 0, 13), P1);
      c = Math.imul(rotate((c + Math.imul(u32(bytes, at + 8), P2)) | 0, 13), P1);
      d = Math.imul(rotate((d + Math.imul(u32(bytes, at + 12), P2)) | 0, 13), P1);
    }
    this.lanes.set([a, b, c, d]);
  }
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

function u32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
