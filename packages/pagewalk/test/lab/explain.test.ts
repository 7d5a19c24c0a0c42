/** Explanations by hand: Belady's string in three frames, a hand that goes round, an address cut into indices. */
import { describe, expect, it } from 'vitest';
import {
  type ClassifiedFault,
  type ConfigInput,
  classify,
  type Explanation,
  explain,
  type FaultClass,
  Machine,
  NoSuchAccessError,
  type Target,
  type TouchExplanation,
  type TraceSource,
  traceFromBytes,
  traceFromRecords,
} from '../../src/node/index.ts';
import { trace } from '../machine/support/traces.ts';

const BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];
const PAGE = 4096;

const string = (pages: readonly number[]) => (): TraceSource =>
  traceFromRecords(pages.map((page) => ({ pid: 1, op: 'read', address: BigInt(page * PAGE) })));

/** The class of each access: c cold, C capacity, P policy miss, a dot for a hit. */
async function classesOf(pages: readonly number[], config: ConfigInput): Promise<string> {
  const letters: Record<FaultClass, string> = { cold: 'c', capacity: 'C', policy_miss: 'P', present: 'p' };
  const line = pages.map(() => '.');
  await classify({
    open: string(pages),
    config,
    onFault: ({ access, class: kind }: ClassifiedFault) => {
      line[access - 1] = letters[kind];
    },
  });
  return line.join(' ');
}

async function touch(open: () => TraceSource, config: ConfigInput, target: Target): Promise<TouchExplanation> {
  const { touches }: Explanation = await explain({ open, config }, target);
  return touches[0] as TouchExplanation;
}

const belady = (policy: string, frames: number, target: Target) => touch(string(BELADY), { policy, frames }, target);

describe('classes of the faults of Belady’s string in three frames', () => {
  //  page        1 2 3 4 1 2 5 1 2 3 4 5
  it.each([
    ['opt', '     c c c c . . c . . C C .'],
    ['fifo', '    c c c c P P c . . C C .'],
    ['lru', '     c c c c P P c . . C C P'],
    ['mru', '     c c c c . . c . P C . .'],
  ])('%s', async (policy, picture) => {
    expect(await classesOf(BELADY, { policy, frames: 3 })).toBe(picture.trim());
  });

  it('add up, and tell what OPT has', async () => {
    const classes = await classify({ open: string(BELADY), config: { policy: 'lru', frames: 3 } });
    expect(classes).toMatchObject({ page_faults: 10, cold: 5, capacity: 2, policy_miss: 3 });
    expect(classes).toMatchObject({ opt_faults: 7, opt_only_faults: 0, accesses: 12 });
    expect(classes.pages).toMatchObject([
      { pid: 1, page: 1n, policy_miss: 1 },
      { page: 2n, policy_miss: 1 },
      { page: 5n, policy_miss: 1 },
    ]);
    expect(classes.processes).toMatchObject([{ pid: 1, page_faults: 10 }]);
  });
});

describe('frames that were missing', () => {
  it.each([
    [5, 4],
    [6, 4],
    [10, 5],
    [11, 5],
    [12, 5],
  ])('lru: access %i by its stack distance %i', async (at, frames) => {
    const { history, verdict } = await belady('lru', 3, { at });
    expect(history.stack_distance).toBe(frames);
    expect(verdict?.remedy).toEqual({ frames, more: frames - 3, exact: true, method: 'stack_distance', tried: [] });
  });

  it.each([
    [10, 4],
    [11, 5],
  ])('opt: access %i is a hit with %i frames', async (at, frames) => {
    const { verdict } = await belady('opt', 3, { at });
    expect(verdict).toMatchObject({ class: 'capacity', opt_hits: false });
    expect(verdict?.remedy).toMatchObject({ frames, more: frames - 3, exact: true, method: 'reruns' });
  });

  it('fifo: by running again, and no promise for larger memories', async () => {
    const { verdict } = await belady('fifo', 3, { at: 10 });
    expect(verdict?.remedy).toMatchObject({ frames: 5, more: 2, exact: false, method: 'reruns' });
    expect(verdict?.remedy?.tried).toEqual([
      { frames: 4, hit: false },
      { frames: 5, hit: true },
    ]);
  });

  it('fifo: the anomaly, a fault in four frames that three would not have', async () => {
    expect((await belady('fifo', 3, { at: 8 })).result).toBe('tlb_hit');
    expect(await belady('fifo', 4, { at: 8 })).toMatchObject({
      result: 'fault',
      verdict: { class: 'policy_miss', remedy: { frames: 5, more: 1 } },
    });
  });

  it('none at the first touch of a page', async () => {
    const { verdict, history } = await belady('lru', 3, { at: 7 });
    expect(verdict).toEqual({ class: 'cold', opt_hits: false, remedy: null });
    expect(history).toEqual({
      uses: 0,
      loads: 0,
      first_use: null,
      last_use: null,
      reuse_distance: null,
      stack_distance: null,
      last_eviction: null,
      next_use: 12,
    });
  });
});

describe('who had to go', () => {
  it('lru: the page used longest ago, and who would be next', async () => {
    // Before access 7 the frames hold 4, 1, 2.
    const { eviction } = await belady('lru', 3, { at: 7 });
    expect(eviction).toMatchObject({ page: 4n, frame: 0, dirty: false, slot: null, hand: null, looked_at: 1 });
    expect(eviction?.victim).toMatchObject({ page: 4n, loaded: 4, last_use: 4, next_use: 11 });
    expect(eviction?.next.map(({ page, last_use: last }) => [page, last])).toEqual([
      [1n, 5],
      [2n, 6],
    ]);
  });

  it('opt: the page needed last', async () => {
    const { eviction } = await belady('opt', 3, { at: 4 });
    expect(eviction?.victim).toMatchObject({ page: 3n, next_use: 10 });
    expect(eviction?.next.map(({ page, next_use: next }) => [page, next])).toEqual([
      [2n, 6],
      [1n, 5],
    ]);
  });

  it('clock: the hand goes round, clears every ref bit and comes back', async () => {
    const { eviction } = await belady('clock', 3, { at: 4 });
    expect(eviction).toMatchObject({ page: 1n, frame: 0, looked_at: 4, hand: { before: 0, after: 1 }, passed: 2 });
    expect(eviction).toMatchObject({ victim: { next_use: 5 }, furthest: { page: 3n, next_use: 10 } });
    expect(eviction?.passed_over.map(({ frame, page, ref }) => [frame, page, ref])).toEqual([
      [1, 2n, true],
      [2, 3n, true],
    ]);
  });

  it('clock: the hand passes what was used, and stops at what was not', async () => {
    // After access 5 the frames hold 4 (used), 1 (used), 3; the hand stands at the third.
    const { eviction } = await belady('clock', 3, { at: 6 });
    expect(eviction).toMatchObject({ page: 3n, frame: 2, looked_at: 1, hand: { before: 2, after: 0 }, passed: 0 });
  });

  it('tells where a dirty page went, and from where it came back', async () => {
    const open = () => trace('1W1000 1R2000 1R3000 1R1000');
    const lost = await touch(open, { frames: 2, policy: 'fifo' }, { at: 3 });
    expect(lost.eviction).toMatchObject({ page: 1n, dirty: true, slot: 0, victim: { dirty: true, next_use: 4 } });
    const back = await touch(open, { frames: 2, policy: 'fifo' }, { at: 4 });
    expect(back.fault).toMatchObject({ number: 4, kind: 'swap_in', major: true, slot: 0 });
    expect(back.translation.before).toMatchObject({ present: false, slot: 0 });
    expect(back.translation.after).toMatchObject({ present: true, frame: back.frame });
    expect(back.history).toMatchObject({ loads: 1, last_use: 1, reuse_distance: 3, stack_distance: 3, next_use: null });
    expect(back.history.last_eviction).toEqual({ access: 3, by_pid: 1, by_page: 3n, dirty: true, slot: 0 });
  });
});

describe('how the page was found', () => {
  it('cuts an address into its indices', async () => {
    const { translation } = await touch(() => trace('1R7f1234567abc'), {}, { at: 1 });
    expect(translation.indices.map(({ index }) => index)).toEqual([254, 72, 418, 359]);
    expect(translation).toMatchObject({ offset: 0xabc, offset_bits: 12 });
    expect(translation.walk).toEqual([
      { level: 0, index: 254, present: false, made: false },
      { level: 1, index: 72, present: false, made: true },
      { level: 2, index: 418, present: false, made: true },
      { level: 3, index: 359, present: false, made: true },
    ]);
  });

  it('deals odd bits to the lowest levels', async () => {
    // 32 bits of address, pages of 4 KiB, three levels: 6 + 7 + 7.
    const config = { pt_type: 'THREE_LEVEL', va_bits: 32 };
    const { translation } = await touch(() => trace('1R12345678'), config, { at: 1 });
    expect(translation.indices).toEqual([
      { level: 0, bits: 6, index: 0x12345 >> 14 },
      { level: 1, bits: 7, index: (0x12345 >> 7) & 127 },
      { level: 2, bits: 7, index: 0x12345 & 127 },
    ]);
  });

  it('shows the set of the TLB, and who was displaced', async () => {
    const config = { tlb: '4x2', stlb: null };
    const open = () => trace('1R1000 1R3000 1R5000 1R1000');
    const third = await touch(open, config, { at: 3 });
    expect(third.translation.tlbs).toEqual([
      {
        name: 'tlb',
        set: 1,
        sets: 2,
        ways: 2,
        hit: false,
        way: 0,
        held: [
          { way: 0, pid: 1, page: 1n, pages: 1, frame: 0 },
          { way: 1, pid: 1, page: 3n, pages: 1, frame: 1 },
        ],
        displaced: { way: 0, pid: 1, page: 1n, pages: 1, frame: 0 },
      },
    ]);
    const fourth = await touch(open, config, { at: 4 });
    expect(fourth).toMatchObject({ result: 'walk', fault: null, frame: 0, eviction: null, verdict: null });
  });

  it('knows that a change of processes empties TLBs without ASIDs', async () => {
    const open = () => trace('1R1000 2R1000');
    expect((await touch(open, { tagged: false }, { at: 2 })).translation).toMatchObject({
      flushed: true,
      tlbs: [{ held: [] }, { held: [] }],
    });
    const tagged = await touch(open, { tagged: true }, { at: 2 });
    expect(tagged.translation).toMatchObject({
      flushed: false,
      tlbs: [{ held: [{ pid: 1 }] }, { held: [{ pid: 1 }] }],
    });
  });

  it('shows the page-walk caches, and what they saved', async () => {
    const { translation } = await touch(() => trace('1R1000 1R2000'), { pwc: '2,4,8' }, { at: 2 });
    expect(translation.pwcs).toEqual([{ level: 2, hit: true }]);
    expect(translation.walk).toEqual([{ level: 3, index: 2, present: false, made: false }]);
  });
});

describe('a trace with operations', () => {
  const TEXT = `
    1 mmap 0x10000 16384 rw- private anon
    1 W 0x10000
    1 R 0x11000
    1 fork 2
    2 R 0x10000
    2 W 0x10000
    1 W 0x10000
    1 W 0x11000
    1 mmap 0x20000 16384 rw- shared file:data.bin 0
    1 R 0x20000
    1 W 0x20000
    2 mmap 0x30000 16384 r-- private file:data.bin 0
    2 R 0x30000
    1 munmap 0x11000 4096
    1 mmap 0x11000 4096 rw- private anon
    1 W 0x11000
    2 W 0x30000`;
  const open = () => traceFromBytes(new TextEncoder().encode(TEXT.replaceAll(/^\s+/gm, '')));

  it.each([
    [1, 'demand_zero', 'free', 'cold'],
    [2, 'zero_page', 'zero_page', 'cold'],
    [4, 'cow_copy', 'free', 'present'],
    [5, 'cow_reuse', 'same', 'present'],
    [6, 'cow_copy', 'free', 'present'],
    [7, 'file_read', 'free', 'cold'],
    [8, 'write_notify', 'same', 'present'],
    [9, 'map', 'shared', 'cold'],
    [10, 'demand_zero', 'free', 'cold'],
  ])('access %i: %s, the frame %s, %s', async (at, kind, origin, verdict) => {
    const { touches } = await explain({ open }, { at });
    expect(touches).toMatchObject([{ result: 'fault', fault: { kind }, origin, verdict: { class: verdict } }]);
  });

  it('finds the page that another process has, and the write that nobody may do', async () => {
    expect((await explain({ open }, { at: 3 })).touches).toMatchObject([{ result: 'walk', frame: 0, fault: null }]);
    const refused = await explain({ open }, { at: 11 });
    expect(refused.touches).toMatchObject([{ result: 'protection', frame: null, fault: { number: null } }]);
    expect(refused).toMatchObject({ accesses: 11, operations: 6 });
  });

  it('has classes that add up', async () => {
    const classes = await classify({ open, config: { frames: 2 } });
    const { cold, capacity, policy_miss: missed, present } = classes;
    expect(cold + capacity + missed + present).toBe(classes.page_faults);
    const machine = await Machine.create({ frames: 2 });
    await machine.run(await open());
    expect(classes.page_faults + classes.operation_faults).toBe(machine.counters.page_faults);
  });

  it('says where a bad operation is', async () => {
    const bad = () => traceFromBytes(new TextEncoder().encode('1 R 0x1000\n1 munmap 0x700000 4096\n1 R 0\n'));
    await expect(explain({ open: bad }, { at: 2 })).rejects.toThrow('trace:2');
    await expect(classify({ open: bad })).rejects.toThrow('trace:2');
  });
});

describe('which access', () => {
  it('takes an access across pages apart', async () => {
    const both = await explain({ open: () => trace('1R0 1R1ffex4') }, { at: 2 }).catch((error: unknown) => error);
    expect(both).toMatchObject({ pages: 1 });
    const open = () => traceFromRecords([{ pid: 1, op: 'read', address: 0x1ffen, extent: 4 }]);
    const across = await explain({ open }, { at: 1 });
    expect(across).toMatchObject({ access: 1, accesses: 1, pages: 2, size: 4 });
    expect(across.touches.map(({ page, address, fault, time }) => [page, address, fault?.number, time])).toEqual([
      [1n, 0x1ffen, 1, 1],
      [2n, 0x2000n, 2, 2],
    ]);
    const second = await explain({ open }, { fault: 2 });
    expect(second.touches).toMatchObject([{ page: 2n, fault: { number: 2 } }]);
  });

  it('is found inside a folded record', async () => {
    const open = () => trace('1R1000x3 1W2000x5 1R1000');
    const inside = await explain({ open }, { at: 6 });
    expect(inside).toMatchObject({ access: 6, accesses: 9, op: 'write', size: null });
    expect(inside.touches).toMatchObject([
      { result: 'tlb_hit', history: { uses: 2, first_use: 4, last_use: 5, reuse_distance: 1, next_use: 7 } },
    ]);
    expect((await explain({ open }, { at: 8 })).touches).toMatchObject([{ history: { next_use: null } }]);
    expect((await explain({ open }, { fault: 2 })).access).toBe(4);
  });

  it('may be a segfault or fail for want of memory', async () => {
    const wild = await touch(() => trace('1R8000000000000000'), {}, { at: 1 });
    expect(wild).toMatchObject({ result: 'segfault', fault: { kind: 'segfault', number: null }, verdict: null });
    expect(wild).toMatchObject({ frame: null, translation: { tlbs: [], walk: [] } });
    const full = await touch(() => trace('1W1000 1W2000'), { frames: 1, swap: 0 }, { at: 2 });
    expect(full).toMatchObject({ result: 'out_of_memory', frame: null, verdict: null, eviction: null });
  });

  it('must exist', async () => {
    const options = { open: string(BELADY), config: { frames: 3, policy: 'fifo' } } as const;
    await expect(explain(options, { at: 13 })).rejects.toThrow('no access 13: records has 12 accesses');
    await expect(explain(options, { fault: 10 })).rejects.toThrow(NoSuchAccessError);
    await expect(explain(options, { fault: 10 })).rejects.toThrow('records has 9 page faults');
    await expect(explain(options, { at: 0 })).rejects.toThrow(RangeError);
    await expect(explain(options, { fault: 1.5 })).rejects.toThrow(RangeError);
  });
});
