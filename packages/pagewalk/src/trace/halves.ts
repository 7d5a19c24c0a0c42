/** 64 bits that a reader tells in two halves, since a number is exact up to 2^53 only: beyond, they are text. */
export function joined(low: number, high: number): number | string {
  const value = (BigInt(high) << 32n) | BigInt(low);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
