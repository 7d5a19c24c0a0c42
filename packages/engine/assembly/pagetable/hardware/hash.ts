import { HASH_MODULO } from '../../gen/page-tables';

const PAGE_BITS: u64 = ((<u64>1) << 47) - 1;

/**
 * The bucket of a key among any number of buckets.
 *
 * multiplicative: the upper half of key × 2^64/φ (Knuth, vol. 3, 6.4), scaled to the buckets; process, size class and page all count.
 * modulo: the page number mod buckets, as textbooks draw it; the same pages of several processes collide.
 */
export function bucketOf(key: u64, hash: u32, buckets: u32): u32 {
  if (hash == HASH_MODULO) return <u32>((key & PAGE_BITS) % buckets);
  return <u32>((((key * 0x9e3779b97f4a7c15) >> 32) * buckets) >> 32);
}
