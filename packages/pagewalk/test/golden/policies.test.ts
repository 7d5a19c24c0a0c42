/**
 * Faults and write-backs of every policy with its usual parameters, on three programs in eight memories each. The numbers come from the slow policies
 * (`UPDATE_GOLDEN=1 npm test -- test/golden/` makes them, `UPDATE_GOLDEN=id,id` some of them: read the diff); the engine must find the same.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { POLICIES, type PolicyId } from '@pagewalk/engine/catalog';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MachineConfig, machine } from '../oracle/config.ts';
import { isForeseeing, nextUses } from '../oracle/future.ts';
import { Machine } from '../oracle/machine.ts';
import { COMPARED } from '../oracle/policies/index.ts';
import type { Access } from '../oracle/trace.ts';
import { RawEngine } from '../support/raw-engine.ts';
import { sizesFor, stringOf, TRACES, type TraceName } from './strings.ts';

/** One value a memory, smallest first. */
interface Counts {
  readonly faults: readonly number[];
  readonly write_backs: readonly number[];
}

interface Golden {
  traces: Record<TraceName, { references: number; pages: number; writes: number; frames: number[] }>;
  policies: Record<string, Record<TraceName, Counts>>;
}

const FILE = fileURLToPath(new URL('policies.json', import.meta.url));
const UPDATE = process.env['UPDATE_GOLDEN'] ?? '';
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Golden;
const strings = {} as Record<TraceName, Access[]>;

beforeAll(async () => {
  for (const name of TRACES) strings[name] = await stringOf(name);
});

const configOf = (policy: PolicyId, frames: number): MachineConfig => machine({ policy, frames, swapSlots: 4000 });

type Run = (config: MachineConfig, string: readonly Access[], future: readonly number[]) => number[];

const onEngine: Run = (config, string) => {
  const { page_faults, swap_outs } = new RawEngine(config, string).advance().counters();
  return [page_faults, swap_outs];
};

const onOracle: Run = (config, string, future) => {
  const { page_faults, swap_outs } = new Machine(config, future).run(string).counters();
  return [page_faults, swap_outs];
};

function countsOf(policy: PolicyId, run: Run): Record<TraceName, Counts> {
  const rows = TRACES.map((name): [TraceName, Counts] => {
    const string = strings[name];
    const future = isForeseeing(policy) ? nextUses(string, 12) : [];
    const found = golden.traces[name].frames.map((frames) => run(configOf(policy, frames), string, future));
    return [name, { faults: found.map(([faults = 0]) => faults), write_backs: found.map(([, writes = 0]) => writes) }];
  });
  return Object.fromEntries(rows) as Record<TraceName, Counts>;
}

function described(string: readonly Access[]): Golden['traces'][TraceName] {
  return {
    references: string.length,
    pages: new Set(string.map(({ address }) => address)).size,
    writes: string.filter(({ op }) => op === 'W').length,
    frames: sizesFor(string),
  };
}

/** A line of numbers stays a line. */
const text = (value: unknown) =>
  `${JSON.stringify(value, null, 2).replace(/\[[\d,\s]+\]/g, (list) => list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'))}\n`;

function update(): void {
  for (const name of TRACES) golden.traces[name] = described(strings[name]);
  const asked = UPDATE === '1' ? null : UPDATE.split(',');
  const kept = golden.policies;
  golden.policies = {};
  for (const { id } of COMPARED as readonly { id: PolicyId }[]) {
    const isKept = asked !== null && !asked.includes(id) && kept[id] !== undefined;
    golden.policies[id] = isKept ? (kept[id] as Record<TraceName, Counts>) : countsOf(id, onOracle);
  }
  writeFileSync(FILE, text(golden));
}

describe.runIf(UPDATE !== '')('the slow policies', () => {
  test('write new numbers', update, 1_200_000);
});

describe.skipIf(UPDATE !== '')('the engine finds what the slow policy found', () => {
  test('on these strings', () => {
    for (const name of TRACES) expect(described(strings[name]), name).toEqual(golden.traces[name]);
  });

  test.each(COMPARED.map(({ id }) => id as PolicyId))('%s', (id) => {
    expect(golden.policies[id], `no numbers for ${id}: UPDATE_GOLDEN=${id} npm test -- test/golden/`).toBeDefined();
    expect(countsOf(id, onEngine)).toEqual(golden.policies[id]);
  });

  test.each(TRACES)('nothing beats OPT on %s', (name) => {
    const least = golden.policies['opt']?.[name].faults ?? [];
    for (const [id, counts] of Object.entries(golden.policies)) {
      expect(
        counts[name].faults.filter((faults, at) => faults < (least[at] as number)),
        id,
      ).toEqual([]);
    }
  });

  test('and there are no numbers of policies that are not there', () => {
    const ids: readonly string[] = POLICIES.map(({ id }) => id);
    expect(Object.keys(golden.policies).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
