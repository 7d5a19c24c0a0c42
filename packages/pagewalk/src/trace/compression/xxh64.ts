/** XXH64 with seed 0, of zstd (Collet, xxHash specification 0.1.1), in halves of 32 bits: a page has no fast integers of 64. */

/** High and low half. */
type Word = readonly [number, number];

const P1: Word = [0x9e3779b1, 0x85ebca87];
const P2: Word = [0xc2b2ae3d, 0x27d4eb4f];
const P3: Word = [0x165667b1, 0x9e3779f9];
const P4: Word = [0x85ebca77, 0xc2b2ae63];
const P5: Word = [0x27d4eb2f, 0x165667c5];

export class Xxh64 {
  /** Four lanes, each high and low. */
  private readonly lanes = new Int32Array(8);
  private length = 0;
  /** Bytes that do not fill a stripe of 32 yet. */
  private readonly rest = new Uint8Array(32);
  private kept = 0;

  constructor() {
    const start: Word[] = [add(P1, P2), P2, [0, 0], negated(P1)];
    this.lanes.set(start.flat());
  }

  update(bytes: Uint8Array): void {
    this.length += bytes.length;
    let at = 0;
    if (this.kept > 0) {
      at = Math.min(32 - this.kept, bytes.length);
      this.rest.set(bytes.subarray(0, at), this.kept);
      this.kept += at;
      if (this.kept < 32) return;
      this.stripe(this.rest, 0);
      this.kept = 0;
    }
    for (; at + 32 <= bytes.length; at += 32) this.stripe(bytes, at);
    this.rest.set(bytes.subarray(at));
    this.kept = bytes.length - at;
  }

  /** The low half, which is what zstd keeps. */
  low(): number {
    const lane = (index: number): Word => [this.lanes[2 * index]!, this.lanes[2 * index + 1]!];
    let hash: Word = P5;
    if (this.length >= 32) {
      hash = add(add(rotated(lane(0), 1), rotated(lane(1), 7)), add(rotated(lane(2), 12), rotated(lane(3), 18)));
      for (let index = 0; index < 4; index++) hash = add(times(xor(hash, round([0, 0], lane(index))), P1), P4);
    }
    hash = add(hash, [Math.floor(this.length / 2 ** 32), this.length | 0]);
    let at = 0;
    for (; at + 8 <= this.kept; at += 8) {
      const word = round([0, 0], [u32(this.rest, at + 4), u32(this.rest, at)]);
      hash = add(times(rotated(xor(hash, word), 27), P1), P4);
    }
    if (at + 4 <= this.kept) {
      hash = add(times(rotated(xor(hash, times([0, u32(this.rest, at)], P1)), 23), P2), P3);
      at += 4;
    }
    for (; at < this.kept; at++) hash = times(rotated(xor(hash, times([0, this.rest[at]!], P5)), 11), P1);
    hash = times(shifted(hash, 33), P2);
    hash = times(shifted(hash, 29), P3);
    return shifted(hash, 32)[1] >>> 0;
  }

  private stripe(bytes: Uint8Array, at: number): void {
    const { lanes } = this;
    for (let lane = 0; lane < 8; lane += 2, at += 8) {
      // round(), written out: this is the inner loop.
      product(u32(bytes, at + 4), u32(bytes, at), P2[0], P2[1]);
      const low = (lanes[lane + 1]! >>> 0) + (productLow >>> 0);
      const high = lanes[lane]! + productHigh + (low > 0xffff_ffff ? 1 : 0);
      product((high << 31) | ((low | 0) >>> 1), ((low | 0) << 31) | (high >>> 1), P1[0], P1[1]);
      lanes[lane] = productHigh;
      lanes[lane + 1] = productLow;
    }
  }
}

let productHigh = 0;
let productLow = 0;

/** The low 64 bits of a product, into the two variables above. */
function product(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const p00 = a0 * b0;
  const p01 = a0 * b1;
  const p10 = a1 * b0;
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  productLow = (p00 & 0xffff) | (middle << 16);
  const carried = a1 * b1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16);
  productHigh = (carried + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
}

function times(a: Word, b: Word): Word {
  product(a[0], a[1], b[0], b[1]);
  return [productHigh, productLow];
}

function add(a: Word, b: Word): Word {
  const low = (a[1] >>> 0) + (b[1] >>> 0);
  return [(a[0] + b[0] + (low > 0xffff_ffff ? 1 : 0)) | 0, low | 0];
}

const xor = (a: Word, b: Word): Word => [a[0] ^ b[0], a[1] ^ b[1]];
const negated = (a: Word): Word => add([~a[0], ~a[1]], [0, 1]);
const round = (lane: Word, word: Word): Word => times(rotated(add(lane, times(word, P2)), 31), P1);

/** By 1 to 31 bits to the left. */
function rotated([high, low]: Word, bits: number): Word {
  return [(high << bits) | (low >>> (32 - bits)), (low << bits) | (high >>> (32 - bits))];
}

/** With itself, shifted right by 29, 32 or 33 bits. */
function shifted([high, low]: Word, bits: number): Word {
  if (bits >= 32) return [high, low ^ (high >>> (bits - 32))];
  return [high ^ (high >>> bits), low ^ ((low >>> bits) | (high << (32 - bits)))];
}

function u32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
