/** Policies side by side: each machine counts what it would count alone, whoever plays it. */
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COMPARISON_CSV_HEADER,
  type CompareQuestion,
  ConfigError,
  comparePolicies,
  comparisonCsv,
  comparisonJsonSchema,
  compilePolicy,
  Machine,
  openTrace,
  type PolicyComparison,
  parallel,
  planComparison,
  type TraceSource,
  traceFromBytes,
} from '../../src/node/index.ts';
import { effort } from '../support/arbitrary.ts';

const BELADY = '1 2 3 4 1 2 5 1 2 3 4 5';

const strings = (text: string): Promise<TraceSource> =>
  traceFromBytes(new TextEncoder().encode(text.replaceAll(' ', '\n')), { format: 'reference', name: 'string' });

const lines = (text: string): Promise<TraceSource> =>
  traceFromBytes(new TextEncoder().encode(text), { format: 'text', name: 'lines' });

const file = (name: string): Promise<TraceSource> =>
  openTrace(new URL(`../../../../traces/${name}`, import.meta.url).pathname);

const compare = async (
  trace: TraceSource | Promise<TraceSource>,
  question: CompareQuestion,
  jobs = 1,
  more: Parameters<typeof comparePolicies>[2] = {},
): Promise<PolicyComparison> =>
  comparePolicies(await trace, planComparison(question), { executor: parallel(jobs), ...more });

/** Misses by policy, memory by memory. */
const missesOf = ({ memories, policies, runs }: PolicyComparison): Record<string, (number | null)[]> =>
  Object.fromEntries(
    policies.map(({ name }, at) => [
      name,
      memories.map((_, place) => runs[place * policies.length + at]?.figures?.misses ?? null),
    ]),
  );

describe('a comparison', () => {
  test('of Belady’s string is the textbook’s', async () => {
    const comparison = await compare(strings(BELADY), {
      policies: 'fifo,lru,mru,clock,clock:ref_on_load=0',
      sizes: '3,4,16KiB,100%',
    });
    expect(comparison).toMatchObject({ trace: 'string', accesses: 12, touches: 12, pages: 5 });
    expect(comparison.memories).toEqual([
      { text: '3', frames: 3, bytes: 12_288 },
      { text: '4', frames: 4, bytes: 16_384 },
      { text: '16KiB', frames: 4, bytes: 16_384 },
      { text: '100%', frames: 5, bytes: 20_480 },
    ]);
    expect(missesOf(comparison)).toEqual({
      opt: [7, 6, 6, 5],
      fifo: [9, 10, 10, 5],
      lru: [10, 8, 8, 5],
      mru: [7, 6, 6, 5],
      clock: [9, 10, 10, 5],
      'clock:ref_on_load=0': [10, 8, 8, 5],
    });
    const [opt, fifo, lru, mru] = comparison.runs;
    expect(opt?.figures).toMatchObject({ opt_ratio: 1, fewest: false });
    expect(fifo?.figures).toMatchObject({ opt_ratio: 9 / 7, fewest: false, miss_ratio: 9 / 12 });
    // A frame more in use with each of the first three touches, then all three.
    expect(lru?.figures?.mean_frames).toBe((1 + 2 + 10 * 3) / 12);
    expect(mru?.figures?.fewest).toBe(true);
  });

  test('counts writes as the device sees them', async () => {
    // One frame: the write of 1 goes out when 2 comes, 2 is clean.
    const { runs } = await compare(lines('1 W 0x1000\n1 R 0x2000\n1 R 0x1000\n'), { policies: 'lru', sizes: '1' });
    expect(runs.map(({ policy, figures }) => [policy, figures?.misses, figures?.write_backs])).toEqual([
      ['opt', 3, 1],
      ['lru', 3, 1],
    ]);
  });

  test.each([
    ['with OPT, sizes in frames', { sizes: '20,40' }],
    ['without OPT, sizes in frames: one pass', { sizes: '20,40', withoutOpt: true }],
    ['without OPT, shares: put aside', { sizes: '30%', withoutOpt: true }],
    ['of a machine with everything', { sizes: '40', config: { cpus: 2, zero_page: 'always', prefetch: 'next' } }],
  ] as [string, CompareQuestion][])('has in each cell what a machine of its own counts: %s', async (_, question) => {
    const policies = 'lru,clock:bits=2,random,lfu';
    const comparison = await compare(file('fork-server.trace'), { policies, ...question });
    for (const { policy, frames, figures } of comparison.runs) {
      const machine = await Machine.create({ ...question.config, policy, frames });
      await machine.run(await file('fork-server.trace'));
      const { page_faults, swap_outs, file_write_backs, policy_steps } = machine.counters;
      expect([
        policy,
        frames,
        figures?.misses,
        figures?.write_backs,
        figures?.total_ns,
        figures?.counters.policy_steps,
      ]).toEqual([policy, frames, page_faults, swap_outs + file_write_backs, machine.time.total_ns, policy_steps]);
    }
  });

  test('gives the same bytes for any number of workers', async () => {
    const question = { policies: 'all', sizes: '5%,37' };
    const alone = JSON.stringify(await compare(file('tour.trace'), question));
    for (const jobs of [2, 3]) expect(JSON.stringify(await compare(file('tour.trace'), question, jobs))).toBe(alone);
  });

  test('goes round the ring many times', async () => {
    const references = Array.from({ length: 400_000 }, (_, i) => (i * i) % 97).join(' ');
    const question = { policies: 'lru,fifo,clock', sizes: '50,25%' };
    const alone = await compare(strings(references), question);
    expect(await compare(strings(references), question, 2)).toEqual(alone);
    expect(await compare(strings(references), { ...question, withoutOpt: true, sizes: '50' }, 3)).toMatchObject({
      runs: alone.runs
        .filter(({ policy, frames }) => policy !== 'opt' && frames === 50)
        .map(({ policy }) => ({ policy })),
    });
  });

  test('no policy misses less than OPT, and OPT misses each page once', async () => {
    const reference = fc.array(fc.nat(11), { minLength: 1, maxLength: 150, size: 'max' });
    await fc.assert(
      fc.asyncProperty(reference, async (pages) => {
        const comparison = await compare(strings(pages.join(' ')), { sizes: '1,2,4,8,100%' }, 1, { check: true });
        expect(comparison.pages).toBe(new Set(pages).size);
        for (const { policy, frames, figures } of comparison.runs) {
          expect(figures?.opt_ratio, `${policy} in ${frames} frames`).toBeGreaterThanOrEqual(1);
        }
        for (const [policy, misses] of Object.entries(missesOf(comparison))) {
          const releases = comparison.policies.find(({ name }) => name === policy)?.releases;
          if (releases === false) expect(misses.at(-1), policy).toBe(comparison.pages);
        }
      }),
      effort(10),
    );
  });

  test('stops where it is told to', async () => {
    const { accesses, runs } = await compare(strings(BELADY), { policies: 'lru', sizes: '3' }, 1, { maxAccesses: 7 });
    expect([accesses, runs.map(({ figures }) => figures?.misses)]).toEqual([7, [5, 7]]);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['lur', '3', "policies lur: no policy 'lur'; did you mean lru?"],
    ['lru,,fifo', '3', 'policies lru,,fifo: a name is missing'],
    ['lru,lru', '3', 'policies lru: given twice; give it once'],
    ['lru,-fifo', '3', 'policies -fifo: it is not there'],
    ['lru,-lru', '3', 'no policy is left'],
    ['clock:bits=9', '3', 'policies clock:bits=9: bits=9 is out of range; give a whole number from 1 to 8'],
    ['lru:x=1', '3', "no parameter 'x'; lru takes none"],
    ['lru', '0', 'frames 0: no memory at all'],
    ['lru', '5000B', 'frames 5000B: not a whole number of pages of 4KiB'],
    ['lru', '64MB', "'MB' is a power of ten"],
    ['lru', '0%', 'frames'],
    ['lru', 'many', 'frames many: not a size; give a number of frames'],
  ])('in the question is told: %s in %s', (policies, sizes, message) => {
    expect(() => planComparison({ policies, sizes })).toThrow(ConfigError);
    expect(() => planComparison({ policies, sizes })).toThrow(message);
  });

  test('everything at once', () => {
    expect(() => planComparison({ policies: 'lur', sizes: 'x', config: { page_size: 3000 } })).toThrow(
      /page_size 3000[\s\S]*policies lur[\s\S]*frames x/,
    );
  });

  test('parts with = belong to the policy before', () => {
    const { policies } = planComparison({
      policies: 'fifo,clock:bits=2,ref_on_load=0,lru,aging:tick=5',
      withoutOpt: true,
    });
    expect(policies.map(({ name }) => name)).toEqual(['fifo', 'clock:bits=2,ref_on_load=0', 'lru', 'aging:tick=5']);
  });

  test('all but some', () => {
    const { policies } = planComparison({ policies: 'all,-mru,-second-chance' });
    expect(policies.map(({ name }) => name)).toEqual(
      POLICIES.map(({ id }) => id).filter((id) => id !== 'mru' && id !== 'clock'),
    );
  });

  test.each([1, 2])('with one machine is a row, not the end of the others (%s jobs)', async (jobs) => {
    const comparison = await compare(lines('1 R 0\n'), { policies: 'lru', sizes: '1,8GiB,400GiB' }, jobs);
    expect(comparison.runs.map(({ failure }) => failure === null)).toEqual([true, true, true, true, false, false]);
    expect(comparison.runs.at(-1)?.failure).toMatch(/frames do not fit into the 4 GiB/);
    expect(comparison.runs.at(-1)?.figures).toBeNull();
    expect(comparisonCsv(comparison).split('\n').at(-2)).toMatch(/^lines,lru,400GiB,104857600,,,/);
  });

  test.each([1, 2])('with all of them in the same way is an error, with the line (%s jobs)', async (jobs) => {
    const trace = '1 R 0\n1 shm_create box 8192\n1 shm_attach box 0x1000 rw-\n1 shm_attach box 0x2000 rw-\n';
    const question = { policies: 'lru,fifo', sizes: '3,4' };
    await expect(compare(lines(trace), question, jobs)).rejects.toThrow(
      'lines:4: shm_attach box 0x2000 rw- of process 1: 8192 bytes from 0x2000 on overlap',
    );
    await expect(compare(lines('1 R 0\n1 R 1\n1 exit\n1 R 0\n'), question, jobs)).rejects.toThrow(
      'lines: behind access 2',
    );
    await expect(compare(lines('1 R 0\n2 R 0\n'), { ...question, config: { max_processes: 1 } }, jobs)).rejects.toThrow(
      'max_processes',
    );
  });

  test.each([1, 2])('in the trace ends it, and closes what it has opened (%s jobs)', async (jobs) => {
    await expect(compare(lines('1 R 0\n1 X 0\n'), { policies: 'lru', sizes: '3' }, jobs)).rejects.toThrow(/^lines:2:/);
    await expect(
      compare(lines('%page 4096\n1 R 0 x5\n'), { policies: 'lru', sizes: '3', config: { page_size: 256 } }, jobs),
    ).rejects.toThrow('folded with pages of 4KiB');
  });

  test.each([
    ['process.exit(3)', 'a worker of the comparison died: exit code 3'],
    ['throw new Error("boom")', 'a worker of the comparison died: boom'],
  ])('a worker that dies ends it: %s', async (program, message) => {
    const executor = parallel(2, `data:text/javascript,${encodeURIComponent(program)}`);
    const references = Array.from({ length: 300_000 }, (_, i) => i % 7).join(' ');
    await expect(compare(strings(references), { policies: 'lru,fifo', sizes: '3' }, 1, { executor })).rejects.toThrow(
      message,
    );
  });

  test('a signal ends it', async () => {
    const controller = new AbortController();
    const endless: TraceSource = { ...(await strings('1')), name: 'endless' };
    const bytes = new Uint8Array(16 * 8192);
    const source = {
      ...endless,
      foldedPage: null,
      next: async () => ({ bytes, records: 8192 }),
      close: async () => {},
    };
    new Uint32Array(bytes.buffer).fill(1);
    const comparing = compare(source, { policies: 'lru,fifo', sizes: '3', withoutOpt: true }, 2, {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(comparing).rejects.toThrow('enough');
  });
});

/** FIFO from its own file, and what breaks at the third victim. */
const CONTRACT = "import { Frame, NONE, PageKey, Policy, PolicyContext } from 'pagewalk/policy';";
const OWN = `${CONTRACT}
export const policy = {
  observes: 'faults-only',
  params: [{ name: 'worst', default: 0, min: 0, max: 1000, meaning: 'which victim is wrong; 0: none' }],
};
export class Mine extends Policy {
  private worst: u64;
  private victims: u64 = 0;
  constructor(context: PolicyContext) {
    super(context);
    this.worst = context.params.get(0);
    this.hand = 0;
  }
  victim(page: PageKey): Frame {
    if (++this.victims == this.worst) return NONE;
    const frame = this.hand;
    this.steps++;
    this.hand = frame + 1 == this.frames.count ? 0 : frame + 1;
    return frame;
  }
}
`;

describe('a policy that somebody brought along', { timeout: 120_000 }, () => {
  test('is compared with the others, by any number of workers', async () => {
    const { row, origin } = await compilePolicy({ source: OWN, file: 'mine.ts' });
    const question = { policies: `fifo,${row.id}@${origin}`, sizes: '3,4' };
    const alone = await compare(strings(BELADY), question);
    expect(missesOf(alone)).toEqual({ opt: [7, 6], fifo: [9, 10], mine: [9, 10] });
    expect(alone.policies.at(-1)).toMatchObject({
      name: 'mine',
      id: 'mine',
      origin,
      family: null,
      observes: 'faults-only',
    });
    expect(await compare(strings(BELADY), question, 2)).toEqual(alone);
  });

  test.each([1, 2])('ends alone when it breaks a rule (%s jobs)', async (jobs) => {
    const { row, origin } = await compilePolicy({ source: OWN, file: 'mine.ts' });
    const question = { policies: `fifo,${row.id}@${origin}:worst=3`, sizes: '3' };
    const { runs } = await compare(strings(BELADY), question, jobs);
    expect(runs.map(({ policy, failure }) => [policy, failure])).toEqual([
      ['opt', null],
      ['fifo', null],
      [
        'mine:worst=3',
        expect.stringMatching(/^mine\.ts:\d+:\d+: victim\(\) of policy mine named no victim, .* at access 6$/),
      ],
    ]);
  });
});

describe('the outcome', () => {
  test('is what its schema says', async () => {
    const schema = comparisonJsonSchema();
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    const comparison = await compare(file('tour.trace'), { sizes: '20,400GiB' });
    validate(JSON.parse(JSON.stringify(comparison)));
    expect(validate.errors).toBeNull();
  });

  test('as CSV has a row for each machine', async () => {
    const comparison = await compare(strings(BELADY), { policies: 'clock:bits=2,ref_on_load=0', sizes: '3,50%' });
    const [header, ...rows] = comparisonCsv(comparison).trimEnd().split('\n');
    expect(header).toBe(COMPARISON_CSV_HEADER);
    expect(rows.map((row) => row.replace(/(,[^,"]*){20}$/, ''))).toEqual([
      'string,opt,3,3,7',
      'string,"clock:bits=2,ref_on_load=0",3,3,10',
      'string,opt,50%,3,7',
      'string,"clock:bits=2,ref_on_load=0",50%,3,10',
    ]);
  });

  test('tells what is known of each policy', async () => {
    const { policies } = await compare(strings(BELADY), { sizes: '3' });
    const rows: readonly PolicyRow[] = POLICIES;
    expect(policies.map(({ id, future, releases }) => [id, future, releases])).toEqual(
      rows.map(({ id, future = false, releases = false }) => [id, future, releases]),
    );
  });
});
