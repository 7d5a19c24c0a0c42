import { readFileSync } from 'node:fs';
import { COUNTERS } from '@pagewalk/engine/catalog';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConfigInput,
  CSV_HEADER,
  configJsonSchema,
  csvRow,
  engineSha256,
  hostOf,
  Machine,
  parseConfig,
  type RunOptions,
  type RunResult,
  resultJsonSchema,
  resultOf,
  resultSchema,
  VERSION,
} from '../../src/node/index.ts';
import { jumbled } from './support/traces.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
const validResult = ajv.compile(resultJsonSchema());
const validConfig = ajv.compile(configJsonSchema());

async function resultOfRun(config: ConfigInput, options: RunOptions = {}, seed = 1): Promise<RunResult> {
  const machine = await Machine.create(config);
  const done = await machine.run(jumbled(2000, seed), options);
  const facts = {
    traceName: 'jumble',
    configName: 'a "b", c',
    engineSha256: await engineSha256(),
    host: hostOf(done.accesses, 12),
  };
  return resultOf(machine, done, facts);
}

const someConfig: fc.Arbitrary<ConfigInput> = fc.record({
  frames: fc.integer({ min: 1, max: 80 }),
  swap: fc.constantFrom(0, '64KiB', '1MiB'),
  pt_type: fc.constantFrom('single', 'TWO_LEVEL', 'three-level', 'FOUR_LEVEL', 'five'),
  vspace: fc.constantFrom(null, '128KiB', '4GiB'),
  policy: fc.constantFrom('fifo', 'lru', 'clock:bits=3', 'aging', 'nru:tick=9', 'lfu', 'mru', 'random', 'opt'),
  tagged: fc.boolean(),
  verify: fc.boolean(),
});
const someTlbs: fc.Arbitrary<ConfigInput> = fc.constantFrom(
  {},
  { tlb: 'none' },
  { tlb: '8x2:plru,15x5:fifo' },
  { itlb: '4', stlb: 'none' },
  { tlb_size: 7, tlb_policy: 'random' },
);

describe('a result', () => {
  it('fits its schema, whatever the machine', async () => {
    const property = fc.asyncProperty(someConfig, someTlbs, fc.boolean(), async (config, tlbs, series) => {
      const result = await resultOfRun({ ...config, ...tlbs }, series ? { interval: 100 } : {});
      expect(validResult(JSON.parse(JSON.stringify(result))), ajv.errorsText(validResult.errors)).toBe(true);
      expect(resultSchema().parse(result)).toEqual(result);
      const { total_ns, parts } = result.time;
      expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBe(total_ns);
      expect(result.tlbs.reduce((sum, tlb) => sum + (tlb.name === 'stlb' ? 0 : tlb.hits + tlb.misses), 0)).toBe(
        result.tlbs.some(({ name }) => name !== 'stlb') ? result.counters.tlb_hits + result.counters.tlb_misses : 0,
      );
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('is the same again, but for the host, from its own configuration', async () => {
    const first = await resultOfRun({ frames: 20, policy: 'random', tlb: '4:random', seed: 9 }, { interval: 77 });
    const second = await resultOfRun(first.config, { interval: 77 });
    expect({ ...second, host: null }).toEqual({ ...first, host: null });
  });

  it('of a part of a trace says nothing of what it may have read beyond', async () => {
    const { trace } = await resultOfRun({}, { maxAccesses: 10 });
    expect(trace).toMatchObject({ ended: 'max_accesses', accesses: 10, bytes: null, sha256: null, skipped: null });
  });

  it('carries the version of the package', () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(VERSION).toBe(JSON.parse(text).version);
  });

  it('rejects what is no result', () => {
    expect(validResult({})).toBe(false);
    expect(validResult({ schema: 'pagewalk-run-1', counters: { accesses: -1 } })).toBe(false);
  });
});

describe('a row of CSV', () => {
  it('begins with the columns of the C simulator', () => {
    expect(CSV_HEADER).toMatch(
      /^config,total_accesses,reads,writes,page_faults,pf_rate,tlb_hits,tlb_misses,tlb_hit_rate,swap_ins,swap_outs,replacements,amt_ns,runtime_ms,/,
    );
    const names = CSV_HEADER.split(',');
    expect(new Set(names).size).toBe(names.length);
    const renamed = new Set(['accesses', 'evictions']);
    for (const { name } of COUNTERS) if (!renamed.has(name)) expect(names).toContain(name);
  });

  it('has a cell for each, quoted where it must be', async () => {
    const result = await resultOfRun({ frames: 9 });
    const row = csvRow(result);
    expect(row).toMatch(/^"a ""b"", c",\d+,/);
    expect(row.replace(/^"[^,]*, c"/, 'x').split(',')).toHaveLength(CSV_HEADER.split(',').length);
  });

  it('has the average access time of the C simulator', async () => {
    // 1 + 0.2 × 100 + 0.01 × 1 000 000, from 1000 accesses with 200 TLB misses and 10 faults.
    const { time, counters, config } = await resultOfRun({ frames: 30 });
    const { accesses, tlb_misses, page_faults } = counters;
    expect(time.amt_base_ns).toBeCloseTo(
      config.tlb_ns + (tlb_misses / accesses) * config.memory_ns + (page_faults / accesses) * 1e6,
    );
  });
});

describe('JSON Schema of a configuration', () => {
  it('takes what the machine takes', () => {
    for (const config of [
      {},
      { ram: '64MiB', policy: 'clock:bits=2', tlb: '64x4,1536x12', pwc: [2, 4] },
      parseConfig({ itlb: '8', vspace: '4GiB' }),
    ]) {
      expect(validConfig(JSON.parse(JSON.stringify(config))), ajv.errorsText(validConfig.errors)).toBe(true);
    }
    expect(validConfig({ rum: 1 })).toBe(false);
    expect(validConfig({ frames: 0 })).toBe(false);
  });
});
