/**
 * drmemtrace: records of 12 bytes, as DynamoRIO has one file for several threads: header, version and file type; a thread with its pid where it
 * appears first, and the thread alone where another was before; every thread's exit and the footer at the end.
 */
import {
  FOLDED,
  isOperation,
  OP_IFETCH,
  OP_MASK,
  OP_OPERATION,
  OP_WRITE,
  PID_SHIFT,
  recordWords,
} from '../record-layout.ts';
import { noteFolds, pageStart, type TraceWriterRow, Words, type WriterParts } from './writer.ts';

const READ = 0;
const WRITE = 1;
const INSTRUCTION = 10;
const THREAD = 22;
const THREAD_EXIT = 23;
const PID = 24;
const HEADER = 25;
const FOOTER = 26;
const MARKER = 28;
const MARKER_FILE_TYPE = 9;
const MARKER_VERSION = 12;
/** With encodings, if the file type says so; ours has none. */
const VERSION = 4;
const MOST_SIZE = 0xffff;
/** A thread is never 0. */
const THREAD_OF_PROCESS_0 = 1 << 24;
const WORDS = 3;

export const drmemtrace: TraceWriterRow = {
  name: 'drmemtrace',
  suffixes: ['.drmemtrace', '.memtrace'],
  summary: 'DynamoRIO’s records of 12 bytes, a thread for each process',
  loses: ['operations', 'sizes'],
  folds: false,
  write,
};

async function* write(parts: WriterParts): AsyncGenerator<Uint8Array, void, void> {
  const { source, losses } = parts;
  const out = new Words();
  const put = (type: number, size: number, low: number, high = 0): void => {
    const { words, at } = out;
    words[at] = type | (size << 16);
    words[at + 1] = low;
    words[at + 2] = high;
    out.at = at + WORDS;
  };
  const threads = new Set<number>();
  let pid = -1;
  let folds = 0;
  put(HEADER, 0, VERSION);
  put(MARKER, MARKER_VERSION, VERSION);
  put(MARKER, MARKER_FILE_TYPE, 0);
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    const words = recordWords(chunk);
    for (let at = 0; at < words.length; at += 4) {
      const meta = words[at + 3]!;
      if (isOperation(meta)) {
        if ((meta & OP_MASK) === OP_OPERATION) losses.add('operations');
        continue;
      }
      if (out.full(3 * WORDS)) yield out.take();
      if (meta >>> PID_SHIFT !== pid) {
        pid = meta >>> PID_SHIFT;
        put(THREAD, 4, threadOf(pid));
        if (!threads.has(pid)) put(PID, 4, pid);
        threads.add(pid);
      }
      const op = meta & OP_MASK;
      const type = op === OP_IFETCH ? INSTRUCTION : op === OP_WRITE ? WRITE : READ;
      if ((meta & FOLDED) === 0) {
        const size = words[at + 2]!;
        if (size > MOST_SIZE) losses.add('sizes');
        put(type, Math.min(size, MOST_SIZE), words[at]!, words[at + 1]!);
        continue;
      }
      const page = pageStart(words[at]!, source);
      folds += words[at + 2]!;
      for (let rest = words[at + 2]!; rest > 0; rest--) {
        if (out.full(WORDS)) yield out.take();
        put(type, 1, page, words[at + 1]!);
      }
    }
  }
  for (const each of threads) {
    if (out.full(2 * WORDS)) yield out.take();
    put(THREAD, 4, threadOf(each));
    put(THREAD_EXIT, 4, threadOf(each));
  }
  if (out.full(WORDS)) yield out.take();
  put(FOOTER, 0, 0);
  yield out.take();
  noteFolds(parts, folds);
}

const threadOf = (pid: number): number => (pid === 0 ? THREAD_OF_PROCESS_0 : pid);
