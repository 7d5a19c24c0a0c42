/** Every sample of every format is recognised, with nothing else near; so is what damage leaves of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/trace/formats/index.ts';
import { headOf } from '../../src/trace/head.ts';
import { sniff } from '../../src/trace/sniff.ts';

const folder = new URL('../../../../traces/samples/', import.meta.url);
const samples = readdirSync(folder).map((file) => ({
  file,
  format: file.slice(0, file.indexOf('.')),
  bytes: new Uint8Array(readFileSync(new URL(file, folder))),
}));

/** The winner, and by how much. */
function found(bytes: Uint8Array): { name: string | undefined; likeness: number; lead: number } {
  const sniffed = sniff('a sample', headOf(bytes));
  const { likeness = 0, runnerUp = null } = sniffed?.recognition ?? {};
  return { name: sniffed?.format.name, likeness, lead: likeness - (runnerUp?.likeness ?? 0) };
}

test('each format has a sample', () => {
  const missing = FORMATS.filter(({ name }) => !samples.some(({ format }) => format === name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

describe.each(samples)('$file', ({ format, bytes }) => {
  test('is what it is, far ahead of any other', () => {
    const { name, likeness, lead } = found(bytes);
    expect(name).toBe(format);
    expect(likeness).toBeGreaterThan(0.65);
    expect(lead).toBeGreaterThan(0.25);
  });

  test('so is its first half', () => {
    expect(found(bytes.subarray(0, Math.ceil(bytes.length / 2))).name).toBe(format);
  });

  test('likenesses are 0 to 1', () => {
    const likenesses = FORMATS.map((row) => row.likeness(headOf(bytes)));
    expect(likenesses.every((likeness) => likeness >= 0 && likeness <= 1)).toBe(true);
  });
});
