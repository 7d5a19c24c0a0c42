/** CRC-32 as zip, gzip and PNG have it, eight bytes at a time ("slicing by 8"). */
const TABLES: usize = memory.data(8 * 256 * 4);
let made = false;

/** Goes on from `crc`, 0 at the beginning. */
export function crc32(from: usize, bytes: usize, crc: u32): u32 {
  if (!made) make();
  let c = ~crc;
  let p = from;
  const end = from + bytes;
  for (; p + 8 <= end; p += 8) {
    const low = load<u32>(p) ^ c;
    const high = load<u32>(p, 4);
    c =
      entry(7, low & 0xff) ^
      entry(6, (low >> 8) & 0xff) ^
      entry(5, (low >> 16) & 0xff) ^
      entry(4, low >> 24) ^
      entry(3, high & 0xff) ^
      entry(2, (high >> 8) & 0xff) ^
      entry(1, (high >> 16) & 0xff) ^
      entry(0, high >> 24);
  }
  for (; p < end; p++) c = (c >> 8) ^ entry(0, (c ^ load<u8>(p)) & 0xff);
  return ~c;
}

function entry(table: usize, byte: u32): u32 {
  return load<u32>(TABLES + (table << 10) + ((<usize>byte) << 2));
}

function make(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let c = byte;
    for (let bit = 0; bit < 8; bit++) c = (c >> 1) ^ (0xedb8_8320 & (0 - (c & 1)));
    store<u32>(TABLES + ((<usize>byte) << 2), c);
  }
  for (let table: usize = 1; table < 8; table++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = entry(table - 1, byte);
      store<u32>(TABLES + (table << 10) + ((<usize>byte) << 2), (before >> 8) ^ entry(0, before & 0xff));
    }
  }
  made = true;
}
