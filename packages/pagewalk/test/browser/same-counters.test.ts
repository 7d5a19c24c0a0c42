// One engine, two hosts: a trace gives in headless Chromium, to the last digit, what it gives in Node.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../../../../test/support/needs.ts';
import {
  type ConfigInput,
  comparePolicies,
  compilePolicy,
  type GeneratorOptions,
  generate,
  Machine,
  openTrace,
  parallel,
  planComparison,
} from '../../src/node/index.ts';
import { PROGRAMS } from '../trace/compression/programs.ts';
import { outcome } from './outcome.ts';
import { LibraryPage } from './page.ts';

const traces = (name: string): string => fileURLToPath(new URL(`../../../../traces/${name}`, import.meta.url));

interface Case {
  readonly name: string;
  /** A recorded trace, or how to make one. */
  readonly trace: string | GeneratorOptions;
  readonly config: ConfigInput;
}

const CASES: Case[] = [
  {
    name: 'a recorded program on a small machine with CLOCK',
    trace: 'sort',
    config: { frames: 120, swap: '1MiB', policy: 'clock:bits=2', pwc: '2,4,8' },
  },
  {
    name: 'four processes, random replacement in memory and TLBs, no ASIDs, five levels',
    trace: { type: 'zipf', accesses: 400_000, processes: 4, addressSpace: 2 ** 44, seed: 7 },
    config: {
      frames: 3000,
      swap: '64MiB',
      policy: 'random',
      tlb: '64x4:random,512x8:plru',
      tagged: false,
      pt_type: 'five',
    },
  },
  {
    name: 'OPT over a moving working set until swap is full',
    trace: { type: 'working_set', accesses: 300_000, parameters: { hot_pages: 300, phase: 2000 }, writeRatio: 0.6 },
    config: { frames: 500, swap: '8MiB', policy: 'opt', itlb: '16x4', dtlb: '16x4', verify: true },
  },
];

/** A program for each compression; Chromium itself has gzip only. */
const COMPRESSED = PROGRAMS.filter(
  ({ kind, skip }, index) => !skip && PROGRAMS.findIndex((other) => other.kind === kind) === index,
);
const LINES = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `1 R ${(index % 10_000) * 4096}\n`).join(''));

const chromium = needs('chromium', 'runs the library in a page');

describe.skipIf(chromium.skip)('in Chromium as in Node', () => {
  let library: LibraryPage;

  beforeAll(async () => {
    library = await LibraryPage.open(chromium.path, {
      '/sort.trace.zst': await readFile(traces('sort.trace.zst')),
      ...Object.fromEntries(COMPRESSED.map(({ kind, compress }) => [`/lines.${kind}`, compress(LINES)])),
    });
  });
  afterAll(() => library?.close());

  it.each(CASES)('$name', async ({ trace, config }) => {
    const source = typeof trace === 'string' ? await openTrace(traces(`${trace}.trace.zst`)) : await generate(trace);
    const expected = await outcome(Machine.create, source, config);
    const found = await library.page.evaluate(({ trace, config }) => globalThis.pagewalk!.runInPage(trace, config), {
      trace: typeof trace === 'string' ? `/${trace}.trace.zst` : trace,
      config,
    });
    expect(found).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(expected.counters.evictions).toBeGreaterThan(0);
    expect(expected.violation).toBeNull();
  });

  it.each(COMPRESSED.map(({ kind }) => kind))('a trace in %s', async (kind) => {
    const found = await library.page.evaluate((path) => globalThis.pagewalk!.runInPage(path, {}), `/lines.${kind}`);
    expect(found).toMatchObject({ accesses: 20_000, pages: 10_000 });
  });

  it('policies side by side', async () => {
    const trace: GeneratorOptions = { type: 'zipf', accesses: 50_000, addressSpace: 2 ** 22, seed: 3 };
    const question = { policies: 'lru,clock,arc', sizes: '10%,100' };
    const expected = await comparePolicies(await generate(trace), planComparison(question), { executor: parallel(2) });
    const found = await library.page.evaluate(
      ({ trace, question }) => globalThis.pagewalk!.compareInPage(trace, question),
      { trace, question },
    );
    expect(found).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('a policy from a file', { timeout: 120_000 }, async () => {
    const path = new URL('../../../../examples/policies/two-segments.ts', import.meta.url);
    const source = await readFile(fileURLToPath(path), 'utf8');
    const trace: GeneratorOptions = { type: 'working_set', accesses: 100_000, seed: 5 };
    const config: ConfigInput = { frames: 100, swap: '16MiB' };
    const own = await compilePolicy({ source, file: 'mine.ts' });
    const expected = await outcome(Machine.create, await generate(trace), { ...config, policy: own.with() });
    const found = await library.page.evaluate(
      ({ source, trace, config }) => globalThis.pagewalk!.runPolicyInPage(source, trace, config),
      { source, trace, config },
    );
    expect(found).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(expected.counters.evictions).toBeGreaterThan(0);
  });
});
