/** A worker thread that decompresses: pieces of the input come in as messages, what they stand for goes out in large pieces. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ByteSource } from '../../trace/bytes.ts';
import { decompressors, setBzip2Module } from '../../trace/compression/index.ts';
import { zipBy } from '../../trace/compression/zip.ts';
import { TraceError } from '../../trace/source.ts';
import { bzip2Module } from '../wasm.ts';
import type { FromWorker, Job, ToWorker } from './decoding.ts';
import { nodeZlib } from './node-zlib.ts';

/** Of a piece that goes out: large enough that a message costs nothing beside it. */
const PIECE_BYTES = 256 * 1024;

const port = parentPort!;
const { kind, file, ahead } = workerData as Job;
setBzip2Module(bzip2Module);

const pieces: (Uint8Array | null)[] = [];
const buffers: Uint8Array<ArrayBuffer>[] = [];
/** Pieces that may still go out before one of them is read. */
let credit = ahead;
let wake = (): void => {};

port.on('message', (message: ToWorker) => {
  if ('input' in message) pieces.push(message.input);
  else {
    credit++;
    buffers.push(message.read);
  }
  wake();
});

const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

async function until(ready: () => boolean): Promise<void> {
  while (!ready())
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
}

const input: ByteSource = {
  async read() {
    await until(() => pieces.length > 0);
    const piece = pieces[0] ?? null;
    if (piece === null) return null;
    pieces.shift();
    send({ type: 'taken' });
    return piece;
  },
  async close() {},
};

let buffer = new Uint8Array(PIECE_BYTES);
let filled = 0;

async function flush(): Promise<void> {
  if (filled === 0) return;
  await until(() => credit > 0);
  credit--;
  send({ type: 'content', content: buffer, bytes: filled }, [buffer.buffer]);
  buffer = buffers.pop() ?? new Uint8Array(PIECE_BYTES);
  filled = 0;
}

async function decode(): Promise<void> {
  const decompress = kind === 'zip' ? zipBy(nodeZlib) : decompressors[kind];
  const content = decompress(input, file);
  for (let piece = await content.read(); piece !== null; piece = await content.read()) {
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + PIECE_BYTES - filled);
      buffer.set(part, filled);
      filled += part.length;
      from += part.length;
      // The decoder may use the memory of a piece anew only when it is asked for the next.
      if (filled === PIECE_BYTES) await flush();
    }
  }
}

try {
  await decode();
  await flush();
  send({ type: 'end' });
} catch (error) {
  await flush();
  if (error instanceof TraceError)
    send({
      type: 'failure',
      problem: { file: error.file, byte: error.byte, problem: error.problem, expected: error.expected },
    });
  else send({ type: 'failure', problem: { file, problem: error instanceof Error ? error.message : String(error) } });
}
port.close();
