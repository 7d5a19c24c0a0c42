/** The fuzzer works: it runs the readers, and it finds what is planted. How long it looks is the business of `npm run fuzz`. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { buildFuzzer } from '../../../../../fuzz/build.ts';
import { FUZZED } from '../../../../../fuzz/readers.ts';
import { fuzz, replay } from '../../../../../fuzz/run.ts';
import { needs, needsThat } from '../../../../../test/support/needs.ts';

const ENGINE = new URL('../../../../engine/', import.meta.url).pathname;
/** Built once; in `npm run fuzz` too. */
const BUILD = fileURLToPath(new URL('../../../../../.build/fuzz', import.meta.url));
const reasons = 'native code of trace.wasm for libFuzzer';
const skip = needs('clang', reasons).skip || needsThat(existsSync('/usr/include/simde'), 'libsimde-dev', reasons).skip;
const reader = (name: string) => FUZZED.find((row) => row.name === name)!;

describe.skipIf(skip)('the fuzzer', { timeout: 120_000 }, () => {
  const folder = skip ? '' : mkdtempSync(join(tmpdir(), 'pagewalk-fuzz-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('runs a reader, whose crashers of the past are none any more', async () => {
    const { runs, edges, inputs, crash } = await fuzz(await buildFuzzer(BUILD), reader('lackey'), 1, folder);
    expect(crash).toBeNull();
    expect(runs).toBeGreaterThan(1000);
    expect(edges).toBeGreaterThan(80);
    expect(inputs).toBeGreaterThan(50);
  });

  test('finds an access that is counted once too often, cuts the input down and replays it', async () => {
    const engine = join(folder, 'engine');
    for (const part of ['assembly', 'catalog', 'scripts']) {
      cpSync(join(ENGINE, part), join(engine, part), { recursive: true });
    }
    const file = join(engine, 'assembly/trace/text.ts');
    const right = 'tally.accesses += extent - 1;';
    const source = readFileSync(file, 'utf8');
    expect(source).toContain(right);
    writeFileSync(file, source.replace(right, 'tally.accesses += extent;'));

    const program = await buildFuzzer(folder, engine);
    const { crash } = await fuzz(program, reader('text'), 20, join(folder, 'planted'), {
      crashers: join(folder, 'crashers'),
      shrinking: 1,
    });
    expect(crash?.what).toMatch(/^broken: \d+ accesses in the records, \d+ counted$/);
    expect(replay(program, reader('text'), crash!.file)).toBe(crash!.what);
    expect(replay(await buildFuzzer(BUILD), reader('text'), crash!.file)).toBeNull();
  });
});
