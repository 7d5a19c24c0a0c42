/** Operations among the records of a chunk: what was refused, and which of the trace's operations it was. */
import { OperationGatherer, type OperationRecord } from '../../trace/operations/operation.ts';
import { isOperation, OP_MASK, OP_OPERAND, OP_OPERATION, RECORD_BYTES } from '../../trace/record.ts';
import { recordsAt } from '../../trace/run-groups.ts';

const WORDS = RECORD_BYTES / 4;

/** Operations among the records `first` … `end` - 1. */
export function countOperations(words: Uint32Array, first: number, end: number): number {
  let count = 0;
  for (let at = first; at < end; at += recordsAt(words, at)) {
    if (((words[at * WORDS + 3] as number) & OP_MASK) === OP_OPERATION) count++;
  }
  return count;
}

/** The operation whose last record is at `place`; null if that is an access, or its first operands were in the chunk before. */
export function operationAt(words: Uint32Array, place: number): OperationRecord | null {
  const meta = (at: number): number => words[at * WORDS + 3] as number;
  if (!isOperation(meta(place))) return null;
  let first = 0;
  for (let at = 0; at < place; at += recordsAt(words, at)) {
    if ((meta(at) & OP_MASK) !== OP_OPERAND) first = at + recordsAt(words, at);
  }
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  const gatherer = new OperationGatherer();
  for (let at = first; at < place; at++) gatherer.take(view, at * RECORD_BYTES);
  return gatherer.take(view, place * RECORD_BYTES);
}
