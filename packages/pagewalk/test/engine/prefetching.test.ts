/** Prefetching in the machine: what is brought in, when it is there, and what becomes of it. */
import { PREFETCHERS } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfigInput, type Counters, Machine, traceFromBytes } from '../../src/node/index.ts';
import { effort } from '../support/arbitrary.ts';

const range = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

const at = (page: number): string => `0x${(page * 4096).toString(16)}`;
const touches = (op: string, pages: readonly number[], pid = 1): string[] =>
  pages.map((page) => `${pid} ${op} ${at(page)}`);
const reads = (pages: readonly number[], pid = 1): string[] => touches('R', pages, pid);
const writes = (pages: readonly number[], pid = 1): string[] => touches('W', pages, pid);
/** Maps a file or object at a page. */
const map = (page: number, pages: number, what: string): string => `1 mmap ${at(page)} ${pages * 4096} ${what}`;
const advise = (page: number, pages: number, advice: string): string =>
  `1 madvise ${at(page)} ${pages * 4096} ${advice}`;

async function run(config: ConfigInput, ...lines: (string | readonly string[])[]): Promise<Counters> {
  const machine = await Machine.create({ frames: 1000, verify: true, ...config });
  const text = `${lines.flat().join('\n')}\n`;
  await machine.run(await traceFromBytes(new TextEncoder().encode(text), { format: 'text' }), { check: true });
  const { counters } = machine;
  expect(counters.prefetch_issued).toBe(
    counters.prefetch_useful + counters.prefetch_useless + counters.prefetch_resident,
  );
  return counters;
}

describe('by hand', () => {
  test('a hundred pages in order, four ahead at each fault: 20 faults, all 80 used', async () => {
    expect(await run({ prefetch: 'next:distance=4,trigger=1' }, reads(range(0, 100)))).toMatchObject({
      page_faults: 20,
      demand_zero_faults: 20,
      prefetch_issued: 80,
      prefetch_useful: 80,
      prefetch_late: 0,
      prefetch_dropped: 0,
      resident_pages: 100,
    });
  });

  test('every eighth page, four ahead at each fault: 400 pages for nothing', async () => {
    expect(await run({ prefetch: 'next:distance=4,trigger=1' }, reads(range(0, 800, 8)))).toMatchObject({
      page_faults: 100,
      prefetch_issued: 400,
      prefetch_useful: 0,
      prefetch_resident: 400,
    });
  });

  test('every eighth page with strides: three faults, then none', async () => {
    expect(await run({ prefetch: 'stride' }, reads(range(0, 800, 8)))).toMatchObject({
      page_faults: 3,
      prefetch_issued: 101,
      prefetch_useful: 97,
      prefetch_resident: 4,
    });
  });

  test('a walk that repeats: the second round faults only where the first did not lead', async () => {
    const pages = [5, 90, 33, 71, 8, 60, 12, 47];
    const rounds = [reads(pages), reads(range(200, 208)), reads(pages)];
    const config = { frames: 8, policy: 'lru', zero_page: 'never' } as const;
    const { page_faults: without } = await run(config, ...rounds);
    expect(without).toBe(24);
    const { page_faults, prefetch_useful } = await run({ ...config, prefetch: 'markov' }, ...rounds);
    expect(page_faults).toBe(17);
    expect(prefetch_useful).toBe(7);
  });
});

describe('reads ahead', () => {
  const small = { frames: 16, policy: 'lru', swap_channels: 1, zero_ns: 0 } as const;
  const twice = [writes(range(0, 64)), reads(range(0, 64))];

  test('are not waited for, but by whoever comes before they are done', async () => {
    const without = await run(small, ...twice);
    const counters = await run({ ...small, prefetch: 'next' }, ...twice);
    expect(without.swap_in_faults).toBe(64);
    expect(counters.swap_in_faults).toBeLessThan(20);
    expect(counters.prefetch_late).toBeGreaterThan(0);
    expect(counters.prefetch_late).toBeLessThanOrEqual(counters.prefetch_useful);
    expect(counters.prefetch_wait_ns).toBeGreaterThan(0);
    // Every page read from swap was demanded or prefetched.
    expect(counters.swap_ins).toBeGreaterThanOrEqual(64);
  });

  test('in time when the process takes longer for a page than the device', async () => {
    const slow = range(0, 64).flatMap((page) => Array.from({ length: 2000 }, () => page));
    const { prefetch_late, prefetch_useful } = await run(
      { ...small, prefetch: 'next', swap_read_ns: 1000, swap_write_ns: 0 },
      writes(range(0, 64)),
      reads(slow),
    );
    expect(prefetch_useful).toBeGreaterThan(40);
    expect(prefetch_late).toBe(0);
  });
});

describe('too little memory', () => {
  test('a batch takes no frame of its own or of the demanded page: the rest is dropped', async () => {
    const counters = await run({ frames: 3, prefetch: 'next:distance=8,trigger=1' }, writes(range(0, 30)));
    expect(counters.prefetch_useful).toBe(20);
    expect(counters.page_faults).toBe(10);
    expect(counters.prefetch_dropped).toBeGreaterThan(0);
  });

  test('pages that go untouched are useless', async () => {
    const counters = await run({ frames: 8, prefetch: 'next:trigger=1' }, writes(range(0, 400, 8)));
    expect(counters).toMatchObject({ page_faults: 50, prefetch_issued: 200, prefetch_useful: 0 });
    expect(counters.prefetch_useless).toBeGreaterThan(190);
  });

  test('and so are those of a process that ends', async () => {
    const counters = await run({ prefetch: 'next:trigger=1' }, writes([1]), '1 exit');
    expect(counters).toMatchObject({ prefetch_issued: 4, prefetch_useless: 4, prefetch_resident: 0 });
  });
});

describe('readahead', () => {
  const file = map(16, 128, 'r-- shared file:data 0');
  const whole = '1 ftruncate data 524288';

  test('a file in order with sequential advice: one major fault, 127 minor ones', async () => {
    const counters = await run(
      { prefetch: 'readahead' },
      file,
      whole,
      advise(16, 128, 'sequential'),
      reads(range(16, 144)),
    );
    expect(counters).toMatchObject({
      file_read_faults: 1,
      map_faults: 127,
      prefetch_issued: 127,
      prefetch_useful: 127,
    });
  });

  test('a mapping read around: 32 pages for a fault', async () => {
    const counters = await run({ prefetch: 'readahead' }, file, whole, reads([16 + 100]));
    expect(counters).toMatchObject({ file_read_faults: 1, prefetch_issued: 31, resident_pages: 1 });
  });

  test('what is in the cache is not read twice', async () => {
    const pages = [16 + 100, 16 + 60, 16 + 20, 16 + 127];
    const counters = await run({ prefetch: 'readahead' }, file, whole, reads(pages), reads(range(16, 144)));
    expect(counters.file_read_faults + counters.prefetch_issued).toBe(128);
  });

  test('a device that serves one page at a time is the bound, and is kept busy', async () => {
    // A first touch takes no more than a walk of 4 references, TLB lookups, the reference itself and a fault: 1,505 ns.
    const config = { prefetch: 'readahead', file_channels: 1, file_read_ns: 10_000, verify: false } as const;
    const lines = [file, whole, advise(16, 128, 'sequential'), reads(range(16, 144))];
    const time = async (each: ConfigInput): Promise<number> => {
      const { file_read_wait_ns: demanded, prefetch_wait_ns: late } = await run(each, ...lines);
      return demanded + late + 128 * 1505;
    };
    const total = await time(config);
    expect(total).toBeGreaterThanOrEqual(128 * 10_000);
    expect(total).toBeLessThan(128 * 10_000 + 2 * 1505);
    expect(await time({ ...config, prefetch: 'none' })).toBe(128 * (10_000 + 1505));
  });

  test('random advice: a fault for each page', async () => {
    const advice = advise(16, 128, 'random');
    const counters = await run({ prefetch: 'readahead' }, file, whole, advice, reads(range(16, 144)));
    expect(counters).toMatchObject({ file_read_faults: 128, prefetch_issued: 0 });
  });

  test('a swap-in brings the cluster of its slot; the others are minor faults', async () => {
    const config = { frames: 16, policy: 'fifo', prefetch: 'readahead' } as const;
    // 0 … 15 go to slots 0 … 15.
    const counters = await run(config, writes(range(0, 32)), reads(range(0, 8)));
    expect(counters).toMatchObject({ swap_in_faults: 1, map_faults: 7, prefetch_issued: 7, prefetch_useful: 7 });
  });

  test('so do those of shared memory', async () => {
    const config = { frames: 16, policy: 'fifo', prefetch: 'readahead' } as const;
    const lines = [
      '1 shm_create m 131072',
      `1 shm_attach m ${at(64)} rw-`,
      writes(range(64, 96)),
      reads(range(64, 72)),
    ];
    const counters = await run(config, ...lines);
    expect(counters).toMatchObject({ swap_in_faults: 1, map_faults: 7, prefetch_issued: 7, prefetch_useful: 7 });
  });
});

test('a page prefetched before a fork is touched once, by whoever comes first', async () => {
  const counters = await run({ prefetch: 'next:trigger=1' }, writes([0]), '1 fork 2', reads([1, 2], 2), reads([1, 2]));
  expect(counters).toMatchObject({ prefetch_useful: 2, prefetch_resident: 2 });
});

test('large pages come with a fault: prefetching does not put small ones in their way', async () => {
  const config = { prefetch: 'next:trigger=1', large_pages: 'always', frames: 2048 } as const;
  const counters = await run(config, writes(range(0, 1024)));
  expect(counters).toMatchObject({ page_faults: 2, large_faults: 2, prefetch_issued: 0 });
});

test('strict regions: nothing is prefetched outside of them', async () => {
  const config = { prefetch: 'next:trigger=1', strict_regions: true } as const;
  const counters = await run(config, map(16, 3, 'rw- private anon'), writes([16, 17, 18]));
  expect(counters).toMatchObject({ page_faults: 1, prefetch_issued: 2, prefetch_useful: 2 });
});

test.each(PREFETCHERS.map(({ id }) => id))('%s: a snapshot holds all that it has learned', async (prefetch) => {
  const machine = await Machine.create({ prefetch, frames: 20, verify: true });
  const go = async (lines: readonly string[]): Promise<Counters> => {
    await machine.run(await traceFromBytes(new TextEncoder().encode(`${lines.join('\n')}\n`), { format: 'text' }));
    return machine.counters;
  };
  const rest = [...reads(range(0, 60)), ...writes(range(0, 240, 6)), ...reads(range(0, 60))];
  await go([...writes(range(0, 60)), ...reads(range(0, 40, 2))]);
  const snapshot = machine.snapshot();
  const once = await go(rest);
  machine.restore(snapshot);
  expect(await go(rest)).toEqual(once);
  expect(once.prefetch_issued).toBeGreaterThan(0);
});

describe('random traces', () => {
  const page = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3000 }));
  const line = fc.oneof(
    { weight: 20, arbitrary: fc.tuple(fc.constantFrom('R', 'W'), page).map(([op, p]) => touches(op, [p])) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(page, fc.integer({ min: 1, max: 9 }))
        .map(([p, step]) => reads(range(p, p + step * 12, step))),
    },
    { weight: 4, arbitrary: page.map((p) => writes(range(p, p + 12))) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('r-- shared file:f 0', 'rw- shared file:f 0', 'rw- private file:f 0')
        .map((what) => [map(0, 40, what)]),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('sequential', 'random', 'normal').map((advice) => [advise(0, 40, advice)]),
    },
  );

  test('every page issued is accounted for, and every read sees what was written', async () => {
    const prefetcher = fc.constantFrom(
      ...PREFETCHERS.map(({ id }) => id),
      'next:trigger=1,distance=16',
      'readahead:pages=4,cluster=1',
      'markov:entries=16,successors=4',
    );
    const config = fc.record({
      prefetch: prefetcher,
      frames: fc.integer({ min: 1, max: 64 }),
      policy: fc.constantFrom('fifo', 'lru', 'clock', 'aging', 'nru', 'lfu', 'mru', 'random'),
      tlb: fc.constantFrom('none', '4', '8x2,32x4'),
      swap_channels: fc.integer({ min: 1, max: 3 }),
      fault_around: fc.constantFrom(1, 16),
    });
    await fc.assert(
      fc.asyncProperty(config, fc.array(line, { maxLength: 60 }), async (machine, lines) => {
        const header = ['1 R 0x0', map(0, 40, 'rw- private anon')];
        const { prefetch_issued, page_faults } = await run(machine, header, lines.flat());
        expect(prefetch_issued).toBeLessThanOrEqual(page_faults * 80 + 10_000);
      }),
      effort(60),
    );
  });
});
