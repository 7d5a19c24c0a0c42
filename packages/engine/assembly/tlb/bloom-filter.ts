import { Bitmap } from '../ds/bitmap';

/**
 * A set of tags that knows every member and takes some others for members, too: two bits of a bitmap a tag (Bloom 1970, doi
 * 10.1145/362686.362692). With m bits and n tags about (1 - e^(-2n/m))² of the others.
 */
export class BloomFilter {
  private bits: u32;
  private map: Bitmap;

  constructor(bits: u32) {
    this.bits = bits;
    this.map = new Bitmap(bits);
  }

  clear(): void {
    this.map.clearAll();
  }

  add(tag: u64): void {
    this.map.set(this.place(tag, 0x9e37_79b9_7f4a_7c15));
    this.map.set(this.place(tag, 0xc2b2_ae3d_27d4_eb4f));
  }

  mayHave(tag: u64): bool {
    return this.map.get(this.place(tag, 0x9e37_79b9_7f4a_7c15)) && this.map.get(this.place(tag, 0xc2b2_ae3d_27d4_eb4f));
  }

  /** The upper bits of a product depend on all bits of the tag. */
  private place(tag: u64, factor: u64): u32 {
    const mixed = (tag ^ (tag >> 32)) * factor;
    return <u32>(((mixed >> 32) * <u64>this.bits) >> 32);
  }
}
