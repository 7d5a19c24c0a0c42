/** The writer of random scripts: it must reach every corner, and a script must say the same when it is read back. */
import { ADVICE, OPERATION_ERRORS, OPERATIONS } from '@pagewalk/engine/catalog';
import { expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { MACHINE } from '../../oracle/space/counts.ts';
import { SpaceModel } from '../../oracle/space/model.ts';
import { lineOf, stepsOf } from '../../oracle/space/step.ts';
import { HABITS, randomScript } from '../../support/operations.ts';
import { shortest } from '../../support/shrink.ts';
import { COUNTED } from '../../support/space-compare.ts';
import { spaceConfig } from '../../support/space-config.ts';

const config = machine({ maxProcesses: 30 });
const strict = machine({ maxProcesses: 5, words: { strict_regions: 1 } });
const SCRIPTS = Array.from({ length: 200 }, (_, seed) => ({
  config: spaceConfig(seed % 3 === 0 ? strict : config),
  steps: randomScript(spaceConfig(seed % 3 === 0 ? strict : config), HABITS, seed, 500),
}));

test('a line of a script is that step', () => {
  for (const { steps } of SCRIPTS) {
    for (const step of steps) expect(stepsOf(lineOf(step, 4096), 4096)).toEqual([step]);
  }
});

test('every operation, every error that one machine can have, and every counter is reached; most operations are done', () => {
  const names = new Set<string>();
  const errors = new Set<string>();
  const counted = new Set<string>();
  let [done, refused] = [0, 0];
  for (const { config, steps } of SCRIPTS) {
    const model = new SpaceModel(config);
    for (const step of steps) {
      const reasons = model.step(step);
      for (const reason of reasons) errors.add(reason);
      if (step.kind !== 'operation') continue;
      names.add(step.name === 'madvise' ? `${step.name} ${step.words[2]}` : step.name);
      if (reasons.length === 0) done++;
      else refused++;
    }
    for (const name of COUNTED) if (model.counts.get(MACHINE, name) > 0) counted.add(name);
  }
  const advice = ADVICE.flatMap(({ name }, at) => (name === 'willneed' ? [] : [`madvise ${at}`]));
  const wanted = [...OPERATIONS.map(({ name }) => name).filter((name) => name !== 'madvise'), ...advice];
  expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  const neverHere = ['none', 'memory_exhausted'];
  expect(OPERATION_ERRORS.map(({ name }) => name).filter((name) => !errors.has(name))).toEqual(neverHere);
  const needsMore = ['oom_failures', 'hint_faults', 'file_shared_cow_faults'];
  expect(COUNTED.filter((name) => !counted.has(name))).toEqual(needsMore);
  expect(done / (done + refused)).toBeGreaterThan(0.65);
});

test('a failing list is made as short as it can be', () => {
  const fails = (list: readonly number[]) =>
    list.includes(17) && list.includes(500) && list.indexOf(17) < list.indexOf(500);
  expect(
    shortest(
      Array.from({ length: 600 }, (_, at) => at),
      fails,
    ),
  ).toEqual([17, 500]);
});
