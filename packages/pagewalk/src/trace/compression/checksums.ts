/** Checksums that the formats carry, over data in pieces. CRCs are of the reflected kind, eight bytes at a time by tables. */

/** ISO-HDLC, of gzip and zip. */
export const CRC32 = tables(0xedb88320);
/** Castagnoli, of snappy. */
export const CRC32C = tables(0x82f63b78);

type Tables = readonly Uint32Array[];

function tables(polynomial: number): Tables {
  const all = Array.from({ length: 8 }, () => new Uint32Array(256));
  const [first] = all as [Uint32Array];
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    first[byte] = crc;
  }
  for (let distance = 1; distance < 8; distance++) {
    const nearer = all[distance - 1]!;
    for (let byte = 0; byte < 256; byte++) {
      const crc = nearer[byte]!;
      all[distance]![byte] = (crc >>> 8) ^ first[crc & 0xff]!;
    }
  }
  return all;
}

/** `before`: of the bytes before; 0 at the start. */
export function crc32(kind: Tables, bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = kind as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      t7[crc & 0xff]! ^
      t6[(crc >>> 8) & 0xff]! ^
      t5[(crc >>> 16) & 0xff]! ^
      t4[crc >>> 24]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}
