import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpackInput } from '../../../../../fuzz/input.ts';
import { FUZZED } from '../../../../../fuzz/readers.ts';
import { instantiate } from '../../../src/trace/wasm.ts';
import { traceWasm } from '../support.ts';
import { replay } from './replay.ts';
import { replayBlock } from './replay-vmt.ts';
import { SLOW } from './slow-of.ts';

const FUZZ = new URL('../../../../../fuzz/', import.meta.url).pathname;

describe.each(FUZZED)('what the fuzzer found for $name', (reader) => {
  const files = globSync([`${FUZZ}corpus/${reader.name}/*`, `${FUZZ}crashers/${reader.name}/*`]).sort();

  test(`${files.length} inputs are read alike in pieces and at once, and by the slow reader`, async () => {
    const module = await traceWasm;
    for (const file of files) {
      const input = unpackInput(new Uint8Array(readFileSync(file)), reader.options);
      if (input === null) continue;
      const { trace, reading } = input;
      const where = file.slice(FUZZ.length);
      const inPieces = replay(await instantiate(module), reader, trace, reading, true);
      const atOnce = replay(await instantiate(module), reader, trace, reading, false);
      expect(inPieces, where).toEqual(atOnce);

      const slow = SLOW[reader.name]?.(trace, reading.lenient, reading.options);
      if (!slow) continue;
      expect(inPieces.records, where).toEqual(slow.records);
      // A bad header is no record that could be skipped.
      const isHeader = inPieces.faulted && reading.lenient;
      expect(inPieces.skipped, where).toBe(reading.lenient && !isHeader ? slow.faults.length : 0);
      const [fault = null] = slow.faults;
      const place = fault && { place: fault.place, ...(fault.isInHeader ? {} : { byte: fault.byte }) };
      if (place === null) expect(inPieces.fault, where).toBeNull();
      else expect(inPieces.fault, where).toMatchObject(place);
    }
  });
});

test('blocks of .vmt are decoded alike with runs and without', async () => {
  const module = await traceWasm;
  for (const file of globSync([`${FUZZ}corpus/vmt/*`, `${FUZZ}crashers/vmt/*`])) {
    const input = new Uint8Array(readFileSync(file));
    if (input.length < 8) continue;
    const plain = replayBlock(await instantiate(module), input, false);
    const runs = replayBlock(await instantiate(module), input, true);
    if (runs === null) continue;
    expect(runs.fault, file).toBe(plain?.fault);
    if (runs.fault === '') expect(Buffer.compare(runs.records, plain!.records), file).toBe(0);
  }
});

test('there is a corpus', () => {
  expect(globSync(join(FUZZ, 'corpus/*/*')).length).toBeGreaterThan(0);
});
