/** Made traces of programs on machines of all kinds: every operation is legal, every invariant holds, the sums are those of their parts. */
import { describe, expect, it } from 'vitest';
import { type ConfigInput, generate, Machine, SCENARIOS } from '../../src/node/index.ts';

const MACHINES: ConfigInput[] = [
  {},
  { frames: 100, strict_regions: true, policy: 'lru' },
  { frames: 300, pt_type: 'INVERTED', alias_chains: false, zero_page: 'always' },
  { frames: 300, pt_type: 'HASHED', prefetch: 'readahead', fault_around: 16, policy: 'fifo' },
  { frames: 2000, large_pages: 'always', nodes: 4, cpus: 4, numa_policy: 'interleave', large_tlb: '8' },
  {
    frames: 1500,
    large_pages: 'khugepaged',
    khugepaged_period: 300,
    nodes: 2,
    cpus: 2,
    numa_balancing: true,
    numa_scan_period: 500,
    pt_type: 'CLUSTERED',
  },
  { frames: 2000, large_pages: 'reserve', reserve_threshold: 8, prefetch: 'next', invalidation: 'bloom', cpus: 3 },
  { frames: 500, policy: 'opt', fork: 'eager', tagged: false, invalidation: 'single', pt_type: 'HASHED_OPEN' },
];

describe.each(SCENARIOS.map(({ name }) => name))('%s', (type) => {
  it.each(MACHINES)('on %o', async (config) => {
    const machine = await Machine.create({ ...config, verify: true });
    const parameters = type === 'operations' ? { every: 5 } : {};
    const trace = await generate({ type, accesses: 5000, processes: 3, seed: 11, parameters });
    const done = await machine.run(trace, { check: true, interval: 700 });
    const { counters, time, memoryUses } = machine;
    expect(done.accesses).toBe(5000);
    expect(counters.operations).toBe(done.operations);
    const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
    expect(sum(Object.values(time.parts))).toBeCloseTo(time.total_ns, 0);
    expect(sum(memoryUses.map(({ rss_pages }) => rss_pages))).toBe(counters.resident_pages);
    expect(counters.page_faults).toBe(counters.minor_faults + counters.major_faults);
    expect(counters.page_faults).toBe(
      counters.demand_zero_faults +
        counters.zero_page_faults +
        counters.swap_in_faults +
        counters.map_faults +
        counters.file_read_faults +
        counters.cow_faults +
        counters.write_notify_faults +
        counters.hint_faults,
    );
  });

  it('touches nothing outside of its regions: strict or not, the counters are the same', async () => {
    const counters = async (config: ConfigInput) => {
      const machine = await Machine.create(config);
      await machine.run(await generate({ type, accesses: 5000, processes: 2, seed: 3 }), {});
      return machine.counters;
    };
    expect(await counters({ strict_regions: true })).toEqual(await counters({}));
  });
});

it('an eager fork that runs out of frames may lose what was given up, before it is copied or after', async () => {
  const machine = await Machine.create({
    frames: 64,
    pt_type: 'INVERTED',
    zero_page: 'never',
    fork: 'eager',
    verify: true,
  });
  const parameters = { every: 3, region_pages: 512 };
  const trace = await generate({ type: 'operations', accesses: 6000, processes: 3, seed: 5404, parameters });
  await machine.run(trace, { check: true });
  expect(machine.counters.lazy_free_drops).toBeGreaterThan(0);
});
