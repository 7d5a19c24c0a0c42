/** zstd for .vmt where the host has none: fzstd, loaded when there is something for it to do. */
export async function unpackWithFzstd(frame: Uint8Array, rawBytes: number): Promise<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const raw = new Uint8Array(rawBytes);
  let filled = 0;
  const decoder = new Decompress((bytes) => {
    if (filled + bytes.length > rawBytes) throw new Error(`more than ${rawBytes} bytes`);
    raw.set(bytes, filled);
    filled += bytes.length;
  });
  decoder.push(frame, true);
  if (filled < rawBytes) throw new Error(`${filled} bytes, not ${rawBytes}`);
  return raw;
}
