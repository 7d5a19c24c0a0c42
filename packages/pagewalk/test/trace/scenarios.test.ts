import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generate, SCENARIOS } from '../../src/trace/generators/index.ts';
import { type OperationRecord, type TraceRecord, unpackTrace } from '../../src/trace/record.ts';
import { textOf } from '../../src/trace/text-writer.ts';
import { SCENARIO_CHECKSUMS } from './checksums.ts';
import { openText, traceWasm } from './support.ts';

const types = SCENARIOS.map(({ name }) => name);

async function recordsOf(source: Awaited<ReturnType<typeof generate>>): Promise<TraceRecord[]> {
  const pieces: Uint8Array[] = [];
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) pieces.push(chunk.bytes.slice());
  return unpackTrace(Buffer.concat(pieces));
}

const isOperation = (record: TraceRecord): record is OperationRecord => 'operation' in record;
const operationsOf = (records: readonly TraceRecord[]) => records.filter(isOperation).map(({ operation }) => operation);

describe.each(types)('%s', (type) => {
  test('has as many accesses as asked for, and ends every process', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12_000 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        async (accesses, processes, seed) => {
          const source = await generate({ type, accesses, processes, seed });
          const records = await recordsOf(source);
          const operations = records.filter(isOperation);
          expect(records.length - operations.length).toBe(accesses);
          expect(source.info()).toMatchObject({ accesses, operations: operations.length });
          const pids = new Set(records.map(({ pid }) => pid));
          for (const { operation, words } of operations) if (operation === 'fork') pids.add(Number(words[0]));
          const exits = operations.filter(({ operation }) => operation === 'exit');
          expect(exits).toHaveLength(pids.size);
          expect(new Set(exits.map(({ pid }) => pid))).toEqual(pids);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('is the same each time, and as text', async () => {
    const options = { type, accesses: 20_000, processes: 3, seed: 7 };
    const module = await traceWasm;
    const text = async (): Promise<string> => {
      const pieces: Uint8Array[] = [];
      for await (const piece of textOf(await generate(options), module)) pieces.push(piece.slice());
      return Buffer.concat(pieces).toString();
    };
    const once = await text();
    expect(await text()).toBe(once);
    expect(await recordsOf(await openText(once))).toEqual(await recordsOf(await generate(options)));
    expect(createHash('sha256').update(once).digest('hex').slice(0, 16)).toBe(SCENARIO_CHECKSUMS[type]);
  });
});

test('fork_server forks as often as asked, a few at a time', async () => {
  const records = await recordsOf(
    await generate({ type: 'fork_server', accesses: 5000, processes: 4, parameters: { children: 10 } }),
  );
  const calls = operationsOf(records).filter((name) => name === 'fork' || name === 'exit');
  expect(calls.filter((name) => name === 'fork')).toHaveLength(10);
  let alive = 1;
  const most = Math.max(...calls.map((name) => (alive += name === 'fork' ? 1 : -1)));
  expect(most).toBe(4);
});

test('shared_memory attaches the buffer at different addresses, to read it in all processes but one', async () => {
  const records = await recordsOf(await generate({ type: 'shared_memory', accesses: 100, processes: 3 }));
  const attached = records.filter(isOperation).filter(({ operation }) => operation === 'shm_attach');
  expect(new Set(attached.map(({ words }) => words[1])).size).toBe(3);
  expect(attached.map(({ words }) => words[2])).toEqual([3n, 1n, 1n]);
});

test('operations has every operation', async () => {
  const records = await recordsOf(await generate({ type: 'operations', accesses: 100_000, parameters: { every: 10 } }));
  const { OPERATIONS } = await import('@pagewalk/engine/catalog');
  expect([...new Set(operationsOf(records))].toSorted()).toEqual(OPERATIONS.map(({ name }) => name).toSorted());
});
