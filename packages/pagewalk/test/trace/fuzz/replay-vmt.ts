/** One block of a .vmt file through trace.wasm in Node, as fuzz/vmt.h decodes it, its operations left out. */
import { expect } from 'vitest';
import { CHUNK_RECORDS, RECORD_BYTES } from '../../../src/trace/record.ts';
import { stringAt, type TraceExports } from '../../../src/trace/wasm.ts';

const SHIFTS = [12, 0, 30, 20];
const PAGES = 2;
const WHOLE = 1;

export interface DecodedBlock {
  readonly records: Uint8Array;
  readonly fault: string;
}

/** `input` is eight bytes and the payload; null if the block is of whole accesses and so has no runs. */
export function replayBlock(wasm: TraceExports, input: Uint8Array, runs: boolean): DecodedBlock | null {
  const kind = (input[0]! & 1) === 1 ? PAGES : WHOLE;
  if (kind === WHOLE && runs) return null;
  const payload = input.subarray(8);
  const room = wasm.vmtRoom();
  new Uint8Array(wasm.memory.buffer, room, payload.length).set(payload);
  const chunks: Uint8Array[] = [];
  let cut = false;
  if (wasm.vmtBegin(kind, SHIFTS[input[1]! & 3]!, payload.length)) {
    for (let calls = 0; ; calls++) {
      expect(calls).toBeLessThan(1000);
      const count = wasm.vmtRead(runs ? 1 : 0);
      expect(count).toBeLessThanOrEqual(CHUNK_RECORDS);
      if (count > 0) chunks.push(...(runs ? expanded(wasm, count) : [recordsOf(wasm, count)]));
      else if (!wasm.vmtWaiting()) break;
      else if (wasm.vmtOperationBytes() === 0) {
        cut = true;
        break;
      } else wasm.vmtServe(1, 0);
    }
  }
  const fault = stringAt(wasm.memory, wasm.vmtFault());
  if (fault !== '') expect(wasm.vmtFaultAt()).toBeLessThanOrEqual(payload.length);
  return { records: Buffer.concat(chunks), fault: cut ? 'an operation without bytes' : fault };
}

function recordsOf(wasm: TraceExports, count: number): Uint8Array {
  return new Uint8Array(wasm.memory.buffer, wasm.records(), count * RECORD_BYTES).slice();
}

function expanded(wasm: TraceExports, count: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  new Uint8Array(wasm.memory.buffer, wasm.recordsIn(), count * RECORD_BYTES).set(recordsOf(wasm, count));
  wasm.beginExpansion(count);
  for (let plain = wasm.expand(); plain > 0; plain = wasm.expand()) chunks.push(recordsOf(wasm, plain));
  return chunks;
}
