import { expect, test } from 'vitest';
import { PATTERNS } from '../../src/trace/generators/index.ts';
import { instantiate, type TraceExports } from '../../src/trace/wasm.ts';
import { latin1, traceWasm } from './support.ts';

/** Does the memory keep its size while the work is done many times? */
async function expectNoGrowth(begin: (wasm: TraceExports) => void, work: (wasm: TraceExports) => void): Promise<void> {
  const wasm = await instantiate(await traceWasm);
  begin(wasm);
  const before = wasm.memory.buffer.byteLength;
  for (let round = 0; round < 50; round++) work(wasm);
  expect(wasm.memory.buffer.byteLength).toBe(before);
}

test.each(['1 R 0x1000 8\n1 q\n', ' M 1000,8\n M\n', '1,2,x\n'])('reading %j allocates nothing', async (text) => {
  const bytes = latin1(text.repeat(5000));
  const format = text.startsWith(' M') ? 1 : text.startsWith('1,') ? 2 : 0;
  await expectNoGrowth(
    (wasm) => {
      new Uint32Array(wasm.memory.buffer, wasm.options(), 1)[0] = format === 2 ? 12 : 1;
      wasm.beginReading(format, 1);
    },
    (wasm) => {
      new Uint8Array(wasm.memory.buffer, wasm.inputAt(), bytes.length).set(bytes);
      wasm.supply(bytes.length, 0);
      while (wasm.read() > 0);
    },
  );
});

test.each(PATTERNS.map(({ name }, index) => [name, index] as const))(
  'making %s allocates nothing',
  async (_name, index) => {
    await expectNoGrowth(
      (wasm) => {
        const words = [2n ** 40n, 60_000n, 1000n, 1n, 0n, 10n, 10n];
        new BigUint64Array(wasm.memory.buffer, wasm.parameters(), words.length).set(words);
        if (PATTERNS[index]?.name === 'zipf') new Float64Array(wasm.memory.buffer, wasm.parameters() + 40, 1)[0] = 0.8;
        wasm.beginGenerator(index);
      },
      (wasm) => expect(wasm.generate()).toBe(8_192),
    );
  },
);

test('folding and writing allocate nothing', async () => {
  await expectNoGrowth(
    (wasm) => {
      wasm.beginFold(12);
      const records = new Uint32Array(wasm.memory.buffer, wasm.recordsIn(), 8_192 * 4).fill(0xffff_ffff);
      // Of every op but an operation.
      for (let at = 3; at < records.length; at += 4) records[at] = 0xffff_fff2;
    },
    (wasm) => {
      wasm.foldRecords(65_535);
      // The longest lines there are.
      expect(wasm.encodeText(0, 8_192)).toBe(8_192 * 42);
    },
  );
});
