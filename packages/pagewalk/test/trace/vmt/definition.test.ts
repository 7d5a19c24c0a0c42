/** Files against docs/vmt.md: by hand, by a second reader, and files of old versions. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { traceFromBytes } from '../../../src/trace/open.ts';
import { ObjectNames } from '../../../src/trace/operations/names.ts';
import type { TraceRecord } from '../../../src/trace/record.ts';
import { textOf } from '../../../src/trace/text-writer.ts';
import { runTrace } from '../../support/run-traces.ts';
import { trace, unfoldedTrace } from '../arbitrary.ts';
import { operationTrace } from '../operations.ts';
import { openText, traceWasm } from '../support.ts';
import { slowVmt } from './slow-vmt.ts';
import { eventsFrom, readBack, sourceBytes, written } from './support.ts';

const RUNS = process.env['SOAK'] === '1' ? 2000 : 20;
const ROOT = new URL('../../../../../', import.meta.url);

/** The example of the page: the text, and the bytes without what stands behind them. */
function example(): { text: string; bytes: Uint8Array } {
  const page = readFileSync(new URL('docs/vmt.md', ROOT), 'utf8');
  const [text, listing] = page
    .slice(page.indexOf('## An example'))
    .split('```\n')
    .filter((_, index) => index % 2 === 1);
  const lines = listing!.split('\n').map((line) => /^ *((?:[\da-f]{2}|×| |32\b)*?)(?: {3}.*|$)/.exec(line)![1]!);
  const hex = lines.join(' ').replace(/00 × 32/, '00 '.repeat(32));
  return { text: text!, bytes: Uint8Array.from(hex.trim().split(/ +/), (byte) => Number.parseInt(byte, 16)) };
}

async function textFrom(bytes: Uint8Array): Promise<string> {
  const source = await traceFromBytes(bytes, { module: await traceWasm });
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of textOf(source, await traceWasm)) text += decoder.decode(piece);
  return text;
}

describe('the example of the definition', () => {
  test('is what is written', async () => {
    const { text, bytes } = example();
    const made = await sourceBytes(await openText(text), { host: {}, facts: { tool: 'hand' } });
    expect(Buffer.from(made).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
  });

  test('is read', async () => {
    const { text, bytes } = example();
    expect(await textFrom(bytes)).toBe(text);
  });
});

describe('a reader made from the definition alone reads the same', () => {
  test.each<[string, fc.Arbitrary<{ records: readonly TraceRecord[]; names: string[] }>]>([
    ['whole accesses', unfoldedTrace.map((records) => ({ records, names: [] }))],
    ['mixed ones', trace.map((records) => ({ records, names: [] }))],
    ['programs', runTrace().map((records) => ({ records, names: [] }))],
    ['operations', operationTrace],
  ])('%s', async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.integer({ min: 5, max: 100 }), async (given, blockEvents) => {
        const bytes = await written({ ...given, foldedPage: 4096 }, { blockEvents, frameBytes: 300, facts: { a: 1 } });
        const slow = slowVmt(bytes);
        expect(slow.foldedPage).toBe(4096);
        expect(slow.facts).toEqual({ a: '1' });
        expect(eventsFrom(slow.records, new ObjectNames(slow.names))).toEqual(
          eventsFrom(given.records, new ObjectNames(given.names)),
        );
      }),
      { numRuns: RUNS },
    );
  });
});

describe('files of version 1 stay readable', () => {
  test.each(['accesses', 'pages'])('%s', async (kind) => {
    const bytes = new Uint8Array(readFileSync(new URL(`traces/samples/vmt.v1.${kind}.vmt`, ROOT)));
    const { info, error } = await readBack(bytes);
    expect(error).toBeNull();
    expect(info.facts).toMatchObject({ version: 1, tool: 'vmm 0.1.0', source_format: 'text' });
    expect(await textFrom(bytes)).toBe(readFileSync(new URL(`old-${kind}.txt`, import.meta.url), 'utf8'));
  });
});
