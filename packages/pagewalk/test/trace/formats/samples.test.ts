import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { traceFromBytes } from '../../../src/trace/open.ts';
import { traceWasm } from '../support.ts';
import { compare } from './case.ts';
import { BINARY, LINES } from './cases.ts';

const SAMPLES = new URL('../../../../../traces/samples/', import.meta.url);
const CASES = [...BINARY, ...LINES];
const samples = readdirSync(SAMPLES)
  .filter((file) => CASES.some(({ format }) => format === formatOf(file)))
  .sort();
/** `npm run soak` goes through all places of every sample; else through all of a small one, and so many of a large one. */
const PLACES = process.env['SOAK'] === '1' ? Number.POSITIVE_INFINITY : 120;
/** A header is for other tests: most of it is not looked at. */
const HEADERS: Readonly<Record<string, number>> = { 'lcs.v3.lcs': 8192, 'lcs.old.lcs': 1024 };

/** Places from … to, evenly chosen. */
function places(from: number, to: number): number[] {
  const step = Math.max(1, (to - from) / PLACES);
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + Math.floor(i * step));
}

function formatOf(file: string): string {
  return file.split('.')[0] ?? '';
}

describe.each(samples)('%s', (file) => {
  const trace = new Uint8Array(readFileSync(new URL(file, SAMPLES)));
  const one = CASES.find(({ format }) => format === formatOf(file))!;

  test('looks like its format, and less like any other', async () => {
    const source = await traceFromBytes(trace, { module: await traceWasm });
    expect(source.format).toBe(one.format);
    expect(source.recognition?.likeness).toBeGreaterThan(source.recognition?.runnerUp?.likeness ?? 0);
    await source.close();
  });

  test('is read as the slow reader does, also as damaged as can be', async () => {
    for (const lenient of [false, true]) await compare(one, trace, lenient);
    const from = HEADERS[file] ?? 0;
    for (const length of places(from, trace.length)) await compare(one, trace.subarray(0, length), length % 2 === 0);
    for (const bit of places(from * 8, trace.length * 8)) {
      const turned = trace.slice();
      turned[bit >> 3]! ^= 1 << (bit & 7);
      await compare(one, turned, (bit >> 3) % 2 === 0);
    }
  });
});
