/** The machine against the kernel that this test runs on: the same scripts, the same faults at the same lines. */
import { afterAll, describe, expect, test } from 'vitest';
import { needs, needsThat } from '../../../../test/support/needs.ts';
import { openKernel } from './on-kernel.ts';
import { annotated, scripts } from './script.ts';

const gcc = needs('gcc', 'compiles the program that follows scripts on the real kernel');
const opened = gcc.skip ? 'gcc' : openKernel(gcc.path);
const there = typeof opened !== 'string';
const skip = gcc.skip || needsThat(there, `${opened}`, 'shows which pages share a frame').skip;

describe.skipIf(skip)('the kernel does at each line what the script says', () => {
  const kernel = opened as Exclude<typeof opened, string>;
  afterAll(() => kernel.remove());

  // With `-u` the scripts are written anew; look at what changes.
  test.each(scripts())('$name', async (script) => {
    const { pathname } = new URL(`scripts/${script.name}.txt`, import.meta.url);
    await expect(annotated(script, kernel.run(script))).toMatchFileSnapshot(pathname);
  });
});
