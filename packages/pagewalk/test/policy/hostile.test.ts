/** Policies that try to harm whoever runs them: each ends in a message with its place, and nothing else is harmed. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compilePolicy, generate, Machine, type OwnPolicy, PolicyError, traceFromBytes } from '../../src/node/index.ts';

const PATH = new URL('./files/hostile.ts', import.meta.url);
const FRAMES = 16;
/** Of FRAMES frames. */
const STEPS = 10_000_000 + 256 * FRAMES;

let hostile: OwnPolicy;
let lines: string[];

beforeAll(async () => {
  const source = await readFile(PATH, 'utf8');
  lines = source.split('\n');
  hostile = await compilePolicy({ source, file: 'hostile.ts' });
}, 60_000);

interface Case {
  readonly crime: number;
  readonly what: string;
  readonly hook: string;
  readonly rule: string;
  readonly says: string;
  /** What stands in the line that the message names. */
  readonly line: string;
}

const CASES: Case[] = [
  {
    crime: 1,
    what: 'loops in its constructor',
    hook: 'constructor',
    rule: 'steps',
    says: `took more than ${STEPS} steps`,
    line: 'crime == 1)',
  },
  {
    crime: 2,
    what: 'takes a column of a gibibyte',
    hook: 'constructor',
    rule: 'memory',
    says: 'wants 1073741840 bytes',
    line: 'crime == 2',
  },
  {
    crime: 3,
    what: 'takes small pieces without end',
    hook: 'constructor',
    rule: 'memory',
    says: 'bytes, of which',
    line: 'new Node',
  },
  {
    crime: 4,
    what: 'calls itself without end',
    hook: 'constructor',
    rule: 'none',
    says: 'called itself too deeply',
    line: 'endlessly',
  },
  {
    crime: 5,
    what: 'throws in its constructor',
    hook: 'constructor',
    rule: 'none',
    says: 'threw: no such machine',
    line: 'no such machine',
  },
  {
    crime: 6,
    what: 'writes behind a column',
    hook: 'constructor',
    rule: 'index',
    says: `used index ${FRAMES} of a column of ${FRAMES}`,
    line: 'crime == 6',
  },
  { crime: 7, what: 'claims to keep recency', hook: 'constructor', rule: 'recency', says: 'keepRecency()', line: '' },
  {
    crime: 8,
    what: 'loops at a tick',
    hook: 'on_tick',
    rule: 'steps',
    says: 'steps at access 10',
    line: 'do this.zero',
  },
  {
    crime: 9,
    what: 'takes a column longer than memory',
    hook: 'constructor',
    rule: 'memory',
    says: 'wants 17179869196 bytes',
    line: 'crime == 9',
  },
  {
    crime: 10,
    what: 'searches for a victim without end',
    hook: 'victim',
    rule: 'steps',
    says: `took more than ${STEPS} steps`,
    line: 'while (this.queue',
  },
  {
    crime: 11,
    what: 'names a frame that is none',
    hook: 'victim',
    rule: 'victim',
    says: `named frame ${FRAMES} of ${FRAMES}`,
    line: '',
  },
  {
    crime: 12,
    what: 'names no victim',
    hook: 'victim',
    rule: 'no_victim',
    says: 'named no victim, although frame 0 may be taken',
    line: '',
  },
  {
    crime: 13,
    what: 'throws instead of a victim',
    hook: 'victim',
    rule: 'none',
    says: 'threw: no victim today',
    line: 'no victim today',
  },
  {
    crime: 14,
    what: 'asserts what is not so',
    hook: 'victim',
    rule: 'none',
    says: 'threw: there are frames',
    line: 'there are frames',
  },
  {
    crime: 15,
    what: 'reads before a column',
    hook: 'victim',
    rule: 'index',
    says: 'used index 4294967295',
    line: 'this.zero - 1',
  },
  {
    crime: 16,
    what: 'allocates a column for a victim',
    hook: 'victim',
    rule: 'allocation',
    says: 'allocates 20 bytes',
    line: 'column<u32>(1)',
  },
  { crime: 17, what: 'divides by zero', hook: 'victim', rule: 'none', says: 'divided by zero', line: '1 / this.zero' },
  {
    crime: 18,
    what: 'calls itself without end for a victim',
    hook: 'victim',
    rule: 'none',
    says: 'called itself too deeply',
    line: 'endlessly',
  },
  {
    crime: 19,
    what: 'makes a frame of infinity',
    hook: 'victim',
    rule: 'no_victim',
    says: 'named no victim',
    line: '',
  },
  {
    crime: 20,
    what: 'allocates an object for a victim',
    hook: 'victim',
    rule: 'allocation',
    says: 'allocates',
    line: 'this.chain = new Node()',
  },
  {
    crime: 21,
    what: 'asks about a frame that is none',
    hook: 'victim',
    rule: 'frame',
    says: `asked about frame 4294967295 of ${FRAMES}`,
    line: 'isEvictable(NONE)',
  },
  {
    crime: 22,
    what: 'takes from a list what is in none',
    hook: 'victim',
    rule: 'free_item',
    says: 'used item 0 of its lists, which is in none',
    line: 'this.other.remove',
  },
  {
    crime: 23,
    what: 'fills a map until searches never end',
    hook: 'victim',
    rule: 'steps',
    says: 'steps',
    line: 'this.pages.set',
  },
  {
    crime: 24,
    what: 'sets the ref bit of a frame that is none',
    hook: 'victim',
    rule: 'frame',
    says: `asked about frame ${FRAMES + 1000}`,
    line: 'this.frames.ref.set',
  },
  { crime: 25, what: 'follows null', hook: 'victim', rule: 'none', says: 'threw: ', line: 'this.chain!' },
  {
    crime: 26,
    what: 'asks for the time of nobody',
    hook: 'victim',
    rule: 'index',
    says: 'used index 4294967295',
    line: 'this.time.of',
  },
  {
    crime: 27,
    what: 'writes back a frame that is none',
    hook: 'victim',
    rule: 'frame',
    says: `asked about frame ${FRAMES}`,
    line: 'this.writer',
  },
  { crime: 28, what: 'spreads an endless search over calls', hook: 'victim', rule: 'steps', says: 'steps', line: '' },
  {
    crime: 40,
    what: 'loops at a load',
    hook: 'on_load',
    rule: 'steps',
    says: 'steps at access 1',
    line: 'crime == 40',
  },
  {
    crime: 41,
    what: 'forgets a page that was loaded',
    hook: 'on_load',
    rule: 'agrees',
    says: 'left frame 0 out, although it is resident',
    line: '',
  },
  {
    crime: 42,
    what: 'puts an item that is none into a list',
    hook: 'on_load',
    rule: 'index',
    says: 'used index',
    line: 'crime == 42',
  },
  {
    crime: 43,
    what: 'puts an item into a list that is none',
    hook: 'on_load',
    rule: 'index',
    says: 'used index',
    line: 'crime == 43',
  },
  {
    crime: 45,
    what: 'calls its own hooks without end',
    hook: 'on_hit',
    rule: 'steps',
    says: 'steps at access',
    line: '',
  },
  {
    crime: 46,
    what: 'writes far behind a column at a hit',
    hook: 'on_hit',
    rule: 'index',
    says: 'used index',
    line: 'crime == 46',
  },
  {
    crime: 48,
    what: 'throws at an eviction',
    hook: 'on_evict',
    rule: 'none',
    says: 'threw: I will not',
    line: 'I will not',
  },
  {
    crime: 49,
    what: 'keeps a page that was evicted',
    hook: 'on_evict',
    rule: 'agrees',
    says: 'although it is not resident',
    line: '',
  },
  {
    crime: 60,
    what: 'gives back a frame that is none',
    hook: 'surplus',
    rule: 'victim',
    says: `named frame ${FRAMES} of ${FRAMES}`,
    line: '',
  },
];

const machineWith = (crime: number): Promise<Machine> =>
  Machine.create({ frames: FRAMES, policy: hostile.with({ crime }) });
const trace = () => generate({ type: 'random', accesses: 500, addressSpace: 2 ** 18, seed: 5 });

async function errorOf(done: Promise<unknown>): Promise<PolicyError> {
  const error = await done.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PolicyError);
  return error as PolicyError;
}

describe('a policy that', () => {
  it.each(CASES)('$what', async ({ crime, hook, rule, says, line }) => {
    const run = async (): Promise<unknown> => (await machineWith(crime)).run(await trace());
    const error = await errorOf(run());
    expect(error).toMatchObject({ policy: 'hostile', file: 'hostile.ts', hook, rule });
    expect(error.message).toContain(says);
    if (hook !== 'constructor') expect(error.message).toMatch(/ at access \d+$/);
    if (line !== '') expect(lines[(error.line ?? 0) - 1]).toContain(line);
  });
});

it('a page that is pinned is no victim', async () => {
  const machine = await machineWith(29);
  machine.mmap(1, { address: 0x100000, length: 4 * 4096 });
  machine.mlock(1, 0x100000, 4 * 4096);
  const error = await errorOf(machine.run(await trace()));
  expect(error.message).toMatch(/named frame 0, which is pinned at access \d+$/);
});

describe('when a policy fails', () => {
  it('its machine does not go on, and tells why again', async () => {
    const machine = await machineWith(13);
    const first = await errorOf(machine.run(await trace()));
    const again = await errorOf(machine.run(await trace()));
    expect(again.what).toBe(first.what);
    expect(() => machine.check()).toThrow(PolicyError);
    expect(machine.counters.accesses).toBeGreaterThan(0);
  });

  it('other machines of the process go on, also those of the same policy', async () => {
    const before = await machineWith(0);
    before.access(1, 'read', 0x1000);
    await errorOf((await machineWith(10)).run(await trace()));
    await before.run(await trace());
    const fifo = await Machine.create({ frames: FRAMES, policy: 'fifo' });
    fifo.access(1, 'read', 0x1000);
    await fifo.run(await trace());
    expect(before.counters).toEqual(fifo.counters);
    expect(before.check()).toBeNull();
  });

  it('one access at a time says the number of the touch', async () => {
    const machine = await machineWith(40);
    expect(() => machine.access(1, 'read', 0x1000)).toThrow(/at touch 1$/);
  });

  it('in a view or a check, that says so', async () => {
    const looping = await machineWith(70);
    await looping.run(await trace());
    expect(() => looping.policyState).toThrow(/state\(\) of policy hostile took more than/);
    const machine = await machineWith(0);
    await machine.run(await trace());
    expect(machine.check()).toBeNull();
  });

  it('the accesses of folded records and of several pages are counted each', async () => {
    const { access, touch } = await errorOf(
      (await machineWith(46)).run(
        await traceFromBytes(new Blob(['1 R 0x0ffc 8\n1 R 0x3000\n1 W 0x3000\n']).stream(), { name: 'crossing' }),
      ),
    );
    expect([access, touch]).toEqual([3, 4]);
  });
});
