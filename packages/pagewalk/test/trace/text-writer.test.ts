import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '../../src/trace/fold.ts';
import { generate } from '../../src/trace/generators/index.ts';
import { traceFromRecords } from '../../src/trace/records-source.ts';
import type { TraceSource } from '../../src/trace/source.ts';
import { textOf } from '../../src/trace/text-writer.ts';
import { type FullRecord, trace } from './arbitrary.ts';
import { access, readAll, readText, traceWasm } from './support.ts';

async function written(source: TraceSource): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of textOf(source, await traceWasm)) text += decoder.decode(piece);
  return text;
}

const textOfRecords = (records: readonly FullRecord[]) => written(traceFromRecords(records, { foldedPage: 4096 }));

test('the lines', async () => {
  const records = [
    access(1, 'read', 0n),
    access(0, 'write', 0x10n, 8),
    access(16_777_215, 'ifetch', 2n ** 64n - 1n, 4_294_967_295),
    access(42, 'write', 0xdead_beef_f00n, 4_294_967_295, true),
    access(7, 'read', 0xfn, 1, true),
  ];
  expect(await textOfRecords(records)).toBe(
    [
      '%page 4096',
      '1 R 0x0',
      '0 W 0x10 8',
      '16777215 I 0xffffffffffffffff 4294967295',
      '42 W 0xdeadbeeff00 x4294967295',
      '7 R 0xf x1',
      '',
    ].join('\n'),
  );
});

test('what is written is read back', async () => {
  await fc.assert(
    fc.asyncProperty(
      trace.filter((records) => records.length > 0),
      async (records) => {
        const { records: back, info, error } = await readText(await textOfRecords(records), { format: 'text' });
        expect(error).toBeNull();
        expect(back).toEqual(records);
        expect(info.foldedPage).toBe(4096);
      },
    ),
    { numRuns: 100 },
  );
});

test('every length of address and pid', async () => {
  const records = Array.from({ length: 64 }, (_, bit) =>
    access(2 ** (bit % 24), 'read', 2n ** BigInt(bit), 2 ** (bit % 32)),
  );
  expect((await readText(await textOfRecords(records))).records).toEqual(records);
});

test('full chunks, no header without folded records', async () => {
  const made = () => traceWasm.then((module) => generate({ type: 'random', accesses: 150_000 }, module));
  const text = await written(await made());
  expect(text.startsWith('1 ')).toBe(true);
  const { records } = await readText(text);
  expect(records).toEqual((await readAll(await made())).records);
});

test('the header of a fold is written first', async () => {
  const source = await fold(traceFromRecords([access(1, 'read', 0x1234n)]), 4096, await traceWasm);
  expect(await written(source)).toBe('%page 4096\n1 R 0x1000 x1\n');
});
