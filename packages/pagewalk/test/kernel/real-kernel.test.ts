/**
 * The machine against the kernel that this test runs on: the same scripts, and the same faults, signals, copies and sharing at each line. What the
 * kernel did stands in the scripts, so that the machine is held to it where there is no such kernel, too.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { needs, needsThat } from '../../../../test/support/needs.ts';
import { machine } from '../oracle/config.ts';
import { runs } from '../support/arbitrary.ts';
import type { Subject } from '../support/scene.ts';
import { spaceConfig } from '../support/space-config.ts';
import { SpaceEngine } from '../support/space-engine.ts';
import { engineSubject } from '../support/subjects.ts';
import { difference } from './duel.ts';
import { follow } from './in-machine.ts';
import { type Kernel, openKernel } from './on-kernel.ts';
import { randomScript } from './random-script.ts';
import { annotated, compared, scriptFile, scripts } from './script.ts';

/** Memory that is always enough; regions as processes asked for them, and the frame of zeroes. */
const LINUX = machine({
  frames: 512,
  swapSlots: 512,
  verify: true,
  words: { space: 1, strict_regions: 1, zero_page: 1 },
});
const SCRIPTS = scripts();

const gcc = needs('gcc', 'compiles the program that follows scripts on the real kernel');
const opened = gcc.skip ? 'gcc' : openKernel(gcc.path);
const missing = typeof opened === 'string' ? opened : '';
const skip = gcc.skip || needsThat(missing === '', missing, 'follows scripts on the real kernel').skip;
const kernel = opened as Kernel;
afterAll(() => (skip ? undefined : kernel.remove()));

/** Whatever translates addresses, the faults are the same. */
const TLBS = { tlb0_entries: 16, tlb0_ways: 4, tlb2_entries: 64, tlb2_ways: 8 };
const MACHINES: Record<string, Record<string, number>> = {
  'radix tables': {},
  'radix tables, TLBs, four cpus': { ...TLBS, cpus: 4 },
  'radix tables, a TLB without tags, two nodes': { tlb0_entries: 8, tlb0_ways: 2, tagged: 0, cpus: 2, nodes: 2 },
  'a hashed table': { ...TLBS, design: 1 },
  'an open hashed table, single invalidation': { ...TLBS, design: 2, cpus: 2, invalidation: 1 },
  'a clustered table, Bloom filters': { ...TLBS, design: 3, cpus: 2, invalidation: 2 },
  'an inverted table': { ...TLBS, design: 4 },
  'an inverted table without alias chains': { ...TLBS, design: 4, alias_chains: 0 },
};

function linux(words: Record<string, number> = {}): Subject {
  const { frames = LINUX.frames, ...others } = words;
  return engineSubject(new SpaceEngine({ ...LINUX, frames, words: { ...LINUX.words, ...others } }));
}

describe.each(Object.entries(MACHINES))('%s: at each line as the kernel, or as the line says', (_, words) => {
  test.each(SCRIPTS)('$name', (script) => {
    const { machine, expected } = compared(script, follow(script, linux({ ...words, ...script.config })));
    expect(machine.join('\n')).toBe(expected.join('\n'));
  });
});

describe('where they differ the documentation says why', () => {
  const document = readFileSync(new URL('../../../../docs/real-kernel.md', import.meta.url), 'utf8');
  const explained = [...document.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, reason]) => reason);
  const given = SCRIPTS.flatMap(({ lines }) =>
    lines.flatMap(({ differs }) => (differs === null ? [] : [differs.reason])),
  );

  test('every reason is explained, and no other', () => {
    expect(new Set(given)).toEqual(new Set(explained));
  });
});

describe.skipIf(skip)('the kernel does at each line what the script says', () => {
  // With `-u` the scripts are written anew: look at what changes.
  test.each(SCRIPTS)('$name', async (script) => {
    await expect(annotated(script, kernel.run(script))).toMatchFileSnapshot(fileURLToPath(scriptFile(script.name)));
  });
});

describe.skipIf(skip)('random scripts: the same at each line', () => {
  const SCRIPTS_A_TEST = 20;
  const machines = Object.values(MACHINES);
  const batches = Array.from({ length: runs(2) }, (_, at) => 1 + at * SCRIPTS_A_TEST);

  test.each(batches)('seeds from %i', (first) => {
    for (let seed = first; seed < first + SCRIPTS_A_TEST; seed++) {
      const text = randomScript(seed, 200, spaceConfig(LINUX));
      expect(
        difference(text, kernel, () => linux(machines[seed % machines.length])),
        `seed ${seed}`,
      ).toBe('');
    }
  });
});
