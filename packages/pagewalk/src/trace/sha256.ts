/** SHA-256 (FIPS 180-4) for hosts whose own takes no data piece by piece, as pages: some 150 MB a second. */
import type { Sha256 } from './bytes.ts';

const BLOCK = 64;
const ROUNDS = 64;

let makeSha256: () => Sha256 = sha256InScript;

/** `pagewalk/node` puts that of node:crypto here. */
export function setSha256(make: () => Sha256): void {
  makeSha256 = make;
}

/** A fresh hash, of the host if it has one. */
export function standardSha256(): Sha256 {
  return makeSha256();
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first eight. */
const [ROUND_CONSTANTS, START] = constants();

export function sha256InScript(): Sha256 {
  return new Hash();
}

class Hash implements Sha256 {
  private readonly state = Int32Array.from(START);
  private readonly block = new Uint8Array(BLOCK);
  private readonly words = new Int32Array(ROUNDS);
  private filled = 0;
  private length = 0;

  update(bytes: Uint8Array): void {
    this.length += bytes.length;
    let at = 0;
    if (this.filled > 0) {
      at = Math.min(bytes.length, BLOCK - this.filled);
      this.block.set(bytes.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < BLOCK) return;
      this.compress(this.block, 0);
      this.filled = 0;
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) this.compress(bytes, at);
    this.block.set(bytes.subarray(at));
    this.filled = bytes.length - at;
  }

  hex(): string {
    const { block, filled, length } = this;
    const padded = new Uint8Array(filled + 9 <= BLOCK ? BLOCK : 2 * BLOCK);
    padded.set(block.subarray(0, filled));
    padded[filled] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(padded.length - 4, (length << 3) >>> 0);
    for (let at = 0; at < padded.length; at += BLOCK) this.compress(padded, at);
    return Array.from(this.state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  private compress(bytes: Uint8Array, from: number): void {
    const { words, state } = this;
    for (let i = 0; i < 16; i++) {
      const at = from + i * 4;
      words[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    }
    for (let i = 16; i < ROUNDS; i++) {
      const a = words[i - 15]!;
      const b = words[i - 2]!;
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < ROUNDS; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const first = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i]! + words[i]!) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
    state[5]! += f;
    state[6]! += g;
    state[7]! += h;
  }
}

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** The roots by integers: floats have too few digits for 32 bits of a fraction to be sure. */
function constants(): [Int32Array, Int32Array] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < ROUNDS; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  const fraction = (prime: bigint, power: bigint): number => {
    const target = prime << (32n * power);
    let root = 0n;
    for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) if ((root + bit) ** power <= target) root += bit;
    return Number(root & 0xffff_ffffn);
  };
  return [
    Int32Array.from(primes, (prime) => fraction(prime, 3n)),
    Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2n)),
  ];
}
