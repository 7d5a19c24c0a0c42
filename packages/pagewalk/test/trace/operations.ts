/** Random operations for the properties: any words that the text format can say. */
import { ADVICE, MEMORY_MODES, OPERATIONS, type OperationName, type OperationRow } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { wordNames } from '../../src/trace/operations/operation.ts';
import type { OperationRecord, TraceRecord } from '../../src/trace/record.ts';
import { record } from './arbitrary.ts';

const NAMES = ['libc.so', 'data.bin', 'ü/file:1', '0x10', '-'];
const u64 = fc.oneof(fc.bigInt({ min: 0n, max: 0x10000n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const below = (end: number) => fc.integer({ min: 0, max: end - 1 }).map(BigInt);

const WORDS: Record<string, fc.Arbitrary<bigint>> = {
  child: below(0x100_0000),
  protection: below(8),
  advice: below(ADVICE.length),
  cpu: below(64),
  mode: below(MEMORY_MODES.length),
  object: below(NAMES.length),
  flags: below(48),
  backing: below(3),
};

const wordsOf = (row: OperationRow): fc.Arbitrary<bigint[]> =>
  fc.tuple(...wordNames(row).map((name) => WORDS[name] ?? u64)).map((words) => {
    // What cannot be told from its text: a mapping of nothing has no object, a mode without nodes has none.
    if (row.name === 'mmap' && words[3] === 0n) return [...words.slice(0, 4), 0n, 0n];
    const mode = wordNames(row).indexOf('mode');
    if (mode < 0) return words;
    const none = MEMORY_MODES[Number(words[mode])]?.nodes === 'none';
    return [...words.slice(0, mode + 1), none ? 0n : (words[mode + 1] ?? 0n) || 1n];
  });

export const operation: fc.Arbitrary<OperationRecord> = fc
  .constantFrom(...(OPERATIONS as readonly OperationRow[]))
  .chain((row) =>
    fc.record({
      pid: fc.integer({ min: 0, max: 3 }),
      operation: fc.constant(row.name as OperationName),
      words: wordsOf(row),
    }),
  );

/** A trace of accesses and operations, and the names of its objects. */
export const operationTrace: fc.Arbitrary<{ records: TraceRecord[]; names: string[] }> = fc
  .array(fc.oneof(record, operation), { minLength: 1, maxLength: 60 })
  .map((records) => ({ records, names: NAMES }));
