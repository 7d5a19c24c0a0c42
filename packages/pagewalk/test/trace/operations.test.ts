/** Operations in text traces: lines to records and back, between accesses, through every stage of a trace. */
import { OPERATIONS, type OperationName, type OperationRow } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold } from '../../src/trace/fold.ts';
import { withNextUse } from '../../src/trace/next-use.ts';
import { operationRow, wordNames } from '../../src/trace/operations/operation.ts';
import { type OperationRecord, type TraceRecord, unpackTrace } from '../../src/trace/record.ts';
import { traceFromRecords } from '../../src/trace/records-source.ts';
import type { TraceSource } from '../../src/trace/source.ts';
import { memorySpool } from '../../src/trace/spool.ts';
import { textOf } from '../../src/trace/text-writer.ts';
import { record } from './arbitrary.ts';
import { operation, operationTrace } from './operations.ts';
import { access, openText, traceWasm, trickle } from './support.ts';

async function recordsOf(source: TraceSource): Promise<TraceRecord[]> {
  const pieces: Uint8Array[] = [];
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) pieces.push(chunk.bytes.slice());
  return unpackTrace(Buffer.concat(pieces));
}

async function written(source: TraceSource): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of textOf(source, await traceWasm)) text += decoder.decode(piece);
  return text;
}

const op = (pid: number, name: OperationName, ...words: (bigint | number)[]): OperationRecord => ({
  pid,
  operation: name,
  words: words.map(BigInt),
});

describe('lines', () => {
  test.each<[string, OperationRecord]>([
    ['1 fork 2', op(1, 'fork', 2)],
    ['2 exit', op(2, 'exit')],
    ['1 mmap 0x1000 8192 rw- private', op(1, 'mmap', 0x1000, 8192, 3, 0, 0, 0)],
    ['1 mmap 0x1000 8192 r-- shared anon', op(1, 'mmap', 0x1000, 8192, 1 + 8, 0, 0, 0)],
    ['1 mmap 0x1000 0x2000 r-x private file:libc.so 4096', op(1, 'mmap', 0x1000, 8192, 5, 1, 0, 4096)],
    ['1 mmap 4096 8192 rwx shared shm:a', op(1, 'mmap', 0x1000, 8192, 7 + 8, 2, 0, 0)],
    ['1 mmap 0 2097152 rw- private huge:2m', op(1, 'mmap', 0, 2097152, 3 + 16, 0, 0, 0)],
    ['1 mmap 0 1073741824 --- private anon huge:1g', op(1, 'mmap', 0, 2 ** 30, 32, 0, 0, 0)],
    ['1 mmap 0 4096 rw- shared file:x 0 huge:2m', op(1, 'mmap', 0, 4096, 3 + 8 + 16, 1, 0, 0)],
    ['1 munmap 0x1000 4096', op(1, 'munmap', 0x1000, 4096)],
    ['1 mprotect 0x1000 4096 --x', op(1, 'mprotect', 0x1000, 4096, 4)],
    ['1 mremap 0x1000 4096 0x9000 8192', op(1, 'mremap', 0x1000, 4096, 0x9000, 8192)],
    ['1 brk 0x600000', op(1, 'brk', 0x600000)],
    ['1 madvise 0x1000 4096 pageout', op(1, 'madvise', 0x1000, 4096, 6)],
    ['1 mlock 0x1000 4096', op(1, 'mlock', 0x1000, 4096)],
    ['1 munlock 0x1000 4096', op(1, 'munlock', 0x1000, 4096)],
    ['7 shm_create buffers 65536', op(7, 'shm_create', 0, 65536)],
    ['7 shm_attach buffers 0x1000 rw-', op(7, 'shm_attach', 0, 0x1000, 3)],
    ['7 shm_detach 0x1000', op(7, 'shm_detach', 0x1000)],
    ['7 shm_remove buffers', op(7, 'shm_remove', 0)],
    ['1 msync 0x1000 4096', op(1, 'msync', 0x1000, 4096)],
    ['1 sched 3', op(1, 'sched', 3)],
    ['1 mbind 0x1000 4096 interleave 0,2-3', op(1, 'mbind', 0x1000, 4096, 4, 0b1101)],
    ['1 mbind 0x1000 4096 default -', op(1, 'mbind', 0x1000, 4096, 0, 0)],
    ['1 set_mempolicy local', op(1, 'set_mempolicy', 1, 0)],
    ['1 set_mempolicy bind 63', op(1, 'set_mempolicy', 2, 2n ** 63n)],
    ['1 ftruncate data.bin 10000', op(1, 'ftruncate', 0, 10000)],
    ['  16777215\tFORK  0 # of the first', op(16_777_215, 'fork', 0)],
    ['1 munmap 0xffffffffffffffff 18446744073709551615', op(1, 'munmap', 2n ** 64n - 1n, 2n ** 64n - 1n)],
  ])('%s', async (line, expected) => {
    expect(await recordsOf(await openText(`${line}\n`))).toEqual([expected]);
    expect(await recordsOf(await openText(line))).toEqual([expected]);
    expect(await recordsOf(await openText(`${line}\r\n1 R 0x0\n`))).toEqual([expected, access(1, 'read', 0n)]);
  });

  test('the examples of the catalog, which are written as they are read', async () => {
    const lines = OPERATIONS.map(({ example }) => `${example}\n`).join('');
    expect(await written(await openText(lines))).toBe(lines);
  });

  test('every operation has its words', () => {
    for (const row of OPERATIONS as readonly OperationRow[]) {
      expect(operationRow(row.name)).toBe(row);
      expect(wordNames(row).length).toBeLessThanOrEqual(6);
    }
  });

  test('names are numbered in the order of their first mention, files and shared memory together', async () => {
    const source = await openText(
      ['1 ftruncate b 1', '1 shm_create a 1', '1 mmap 0 1 r-- private file:b 0', '1 shm_remove ü', '1 exit'].join('\n'),
    );
    const words = (await recordsOf(source)).map((each) => ('operation' in each ? each.words : []));
    expect(words.map((each) => each.at(0))).toEqual([0n, 1n, 0n, 2n, undefined]);
    expect(words[2]).toEqual([0n, 1n, 1n, 1n, 0n, 0n]);
    expect([...source.operations!.names]).toEqual(['b', 'a', 'ü']);
  });

  test('a bad line gives no name a number', async () => {
    const source = await openText('1 shm_create a\n1 shm_create b 1\n', { lenient: true });
    await recordsOf(source);
    expect([...source.operations!.names]).toEqual(['b']);
  });
});

describe('among accesses', () => {
  test('in place, and not counted as accesses', async () => {
    const source = await openText('%page 4096\n1 R 0x0 x3\n1 fork 2\n# half\n2 W 0x8\n1 munmap 0x0 4096\n1 I 0x4\n');
    expect(await recordsOf(source)).toEqual([
      access(1, 'read', 0n, 3, true),
      op(1, 'fork', 2),
      access(2, 'write', 8n),
      op(1, 'munmap', 0, 4096),
      access(1, 'ifetch', 4n),
    ]);
    expect(source.info()).toMatchObject({ accesses: 5, operations: 2, records: 6, skipped: 0 });
    expect([0, 1, 2].map((index) => source.operations?.lineOf(index))).toEqual([3, 6, null]);
  });

  test('a trace of operations alone', async () => {
    const source = await openText('1 brk 0x1000\n');
    expect(await recordsOf(source)).toEqual([op(1, 'brk', 0x1000)]);
    expect(source.info()).toMatchObject({ accesses: 0, operations: 1 });
  });

  test('more of them than a chunk holds', async () => {
    const text = Array.from({ length: 9000 }, (_, i) => `1 R 0x${i.toString(16)}\n1 mremap ${i} 1 2 3\n`).join('');
    const records = await recordsOf(await openText(text));
    expect(records).toHaveLength(18_000);
    expect(records.at(-1)).toEqual(op(1, 'mremap', 8999, 1, 2, 3));
  });
});

describe('properties', () => {
  const lines = async (records: readonly TraceRecord[], names: readonly string[]): Promise<string> =>
    written(traceFromRecords(records, { objects: names }));

  test('what is written is read back, however the input is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        operationTrace,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        async (trace, cuts) => {
          const text = await lines(trace.records, trace.names);
          const source = await openText(trickle(new TextEncoder().encode(text), cuts));
          const back = await recordsOf(source);
          const renamed = traceFromRecords(back, { objects: source.operations!.names });
          expect(await written(renamed)).toBe(text);
          expect(back).toHaveLength(trace.records.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('folding keeps operations where they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(record, operation), { minLength: 1 }), async (records) => {
        const folded = await recordsOf(await fold(traceFromRecords(records), 4096, await traceWasm));
        const between = (trace: readonly TraceRecord[]) => {
          let accesses = 0;
          return trace.flatMap((each) => {
            if ('operation' in each) return [[accesses, each] as const];
            accesses += each.folded ? (each.extent ?? 1) : 1;
            return [];
          });
        };
        expect(between(folded)).toEqual(between(records));
      }),
    );
  });

  test('the next uses are those of the accesses alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(record, operation), { minLength: 1 }), async (records) => {
        const usesOf = async (trace: readonly TraceRecord[]) => {
          const source = withNextUse(traceFromRecords(trace), 12, memorySpool);
          const uses: bigint[] = [];
          for (let chunk = await source.next(); chunk !== null; chunk = await source.next())
            uses.push(...chunk.nextUses);
          return uses;
        };
        expect(await usesOf(records)).toEqual(await usesOf(records.filter((each) => !('operation' in each))));
      }),
    );
  });
});
