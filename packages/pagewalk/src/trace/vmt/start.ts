/** The beginning of a file: magic, version, HEAD. */
import { TraceError } from '../source.ts';
import { type Head, readHead } from './head.ts';
import { CRC_BYTES, isMagic, MOST_HEAD, SECTION_HEAD, START_BYTES, TAGS, VERSION } from './layout.ts';
import type { Bytes, Crc } from './sections.ts';
import { BadBytes } from './varints.ts';

/** @throws TraceError */
export async function readStart(file: string, bytes: Bytes, crc: Crc): Promise<Head> {
  const start = await bytes.take(START_BYTES);
  if (!isMagic(start)) {
    const expected = 'the bytes 89 56 4d 54 0d 0a 1a 0a; a transfer as text would have changed them';
    throw new TraceError({ file, byte: 0, problem: 'no .vmt file', expected });
  }
  if (start.length < START_BYTES) throw truncated(file, start.length);
  const version = start[8]! | (start[9]! << 8);
  if (version !== VERSION) {
    const expected = `version ${VERSION}; a newer vmm reads and converts it`;
    throw new TraceError({ file, byte: 8, problem: `version ${version} of .vmt`, expected });
  }
  const head = await bytes.take(SECTION_HEAD);
  if (head.length < SECTION_HEAD) throw truncated(file, bytes.at);
  const tag = String.fromCharCode(...head.subarray(0, 4));
  const length = new DataView(head.buffer).getUint32(4, true);
  if (tag !== TAGS.head || length > MOST_HEAD) {
    const expected = `${TAGS.head} of at most ${MOST_HEAD} bytes`;
    throw new TraceError({ file, byte: START_BYTES, problem: 'damaged head', expected });
  }
  const body = await bytes.take(length + CRC_BYTES);
  if (body.length < length + CRC_BYTES) throw truncated(file, bytes.at);
  const sum = new DataView(body.buffer).getUint32(length, true);
  if (crc.of(body.subarray(0, length), crc.of(head)) !== sum) {
    throw new TraceError({
      file,
      byte: START_BYTES,
      problem: 'damaged head',
      expected: 'bytes that fit their checksum',
    });
  }
  try {
    return readHead(body.subarray(0, length));
  } catch (error) {
    if (!(error instanceof BadBytes)) throw error;
    const byte = START_BYTES + SECTION_HEAD + error.at;
    throw new TraceError({ file, byte, problem: `damaged head (${error.message})` });
  }
}

function truncated(file: string, byte: number): TraceError {
  return new TraceError({ file, byte, problem: 'truncated: the file ends in its head', expected: 'a whole file' });
}
