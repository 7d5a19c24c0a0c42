const SHOWN = 40;

/** Bytes as a message shows them: printable ASCII as it is, the rest as \xNN, cut after 40 bytes. */
export function quote(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, SHOWN)) {
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `'${text}${bytes.length > SHOWN ? '…' : ''}'`;
}

/** The same of bytes that are a little-endian number. */
export function quoteNumber(bytes: Uint8Array, inHex: boolean): string {
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return inHex ? `'0x${value.toString(16)}'` : `'${value}'`;
}
