/** Nodes: where pages go, what reaching them costs, and how they move to where they are used. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfigInput, Machine, type Op } from '../../src/node/index.ts';
import { effort } from '../support/arbitrary.ts';

const PAGE = 4096;
const LOCAL = 80;
const REMOTE = 140;

/** Two nodes of 16 frames, a cpu each; 80 ns here, 140 ns there, and no other time. */
const create = (config: ConfigInput = {}): Promise<Machine> =>
  Machine.create({
    frames: 32,
    swap: 64 * PAGE,
    nodes: 2,
    cpus: 2,
    memory_ns: LOCAL,
    node_ns: [
      [LOCAL, REMOTE],
      [REMOTE, LOCAL],
    ],
    tlb: '16x4',
    tlb_ns: 0,
    fault_ns: 0,
    zero_ns: 0,
    copy_ns: 0,
    ipi_ns: 0,
    verify: true,
    ...config,
  });

function touch(machine: Machine, op: Op, from: number, to = from, pid = 1): void {
  for (let page = from; page <= to; page++) machine.access(pid, op, page * PAGE);
  expect(machine.check()).toBeNull();
}

/** Node of each page of a process, from page 0 on; `.`: in no frame. */
function nodesOf(machine: Machine, pid = 1, frames = 32, nodes = 2): string {
  const drawn: string[] = [];
  for (const { page, frame } of machine.pageTable(pid)) {
    while (drawn.length < Number(page)) drawn.push('.');
    drawn.push(frame === null ? '.' : `${Math.floor(frame / (frames / nodes))}`);
  }
  return drawn.join('');
}

/** Mean time of a data reference. */
function mean(machine: Machine): number {
  const { local_touches, remote_touches, local_ns, remote_ns } = machine.counters;
  return (local_ns + remote_ns) / (local_touches + remote_touches);
}

describe('cost', () => {
  test('8 local references and 8 remote ones: 110 ns', async () => {
    const machine = await create();
    touch(machine, 'write', 0);
    for (let i = 0; i < 7; i++) touch(machine, 'read', 0);
    machine.sched(1, 1);
    for (let i = 0; i < 8; i++) touch(machine, 'read', 0);
    expect(machine.counters).toMatchObject({ local_touches: 8, remote_touches: 8, local_ns: 640, remote_ns: 1120 });
    expect(mean(machine)).toBe(110);
    expect(machine.nodes()).toMatchObject([
      { node: 0, local_touches: 8, remote_touches: 8, mean_ns: 110, frames: 16, free: 15 },
      { node: 1, local_touches: 0, remote_touches: 0, mean_ns: null, frames: 16, free: 16 },
    ]);
  });

  test('the clock has the same time, and that of the walks', async () => {
    const machine = await create({ tlb: null });
    touch(machine, 'write', 0);
    const before = machine.time.total_ns;
    machine.sched(1, 1);
    touch(machine, 'read', 0);
    expect(machine.time.total_ns - before).toBe(4 * LOCAL + REMOTE);
  });

  test('with one node nothing is local or remote', async () => {
    const machine = await Machine.create({ frames: 8, cpus: 2 });
    touch(machine, 'write', 0, 20);
    expect(machine.counters).toMatchObject({ local_touches: 0, remote_touches: 0, local_ns: 0, remote_ns: 0 });
  });
});

describe('where pages go', () => {
  test('first touch: to the node of the cpu', async () => {
    const machine = await create();
    touch(machine, 'write', 0, 2);
    machine.sched(1, 1);
    touch(machine, 'write', 3, 5);
    expect(nodesOf(machine)).toBe('000111');
  });

  test('a full node sends pages elsewhere, and only a full machine reclaims, on the own node first', async () => {
    const machine = await create();
    touch(machine, 'write', 0, 31);
    expect(nodesOf(machine)).toBe('0'.repeat(16) + '1'.repeat(16));
    touch(machine, 'write', 32, 33);
    expect(nodesOf(machine)).toBe(`..${'0'.repeat(14)}${'1'.repeat(16)}00`);
  });

  test('bind: reclaims on its node, while the other is empty', async () => {
    const machine = await create({ numa_policy: 'bind:1' });
    touch(machine, 'write', 0, 19);
    expect(nodesOf(machine)).toBe(`....${'1'.repeat(16)}`);
    expect(machine.counters).toMatchObject({ evictions: 4, remote_touches: 20 });
  });

  test('interleave of 10 pages over 4 nodes: 3, 3, 2, 2', async () => {
    const machine = await create({ nodes: 4, cpus: 4, node_ns: null, numa_policy: 'interleave' });
    touch(machine, 'write', 0, 9);
    expect(nodesOf(machine, 1, 32, 4)).toBe('0123012301');
  });

  test('weighted: three there, one here', async () => {
    const machine = await create({ numa_policy: 'weighted:1,3' });
    touch(machine, 'write', 0, 8);
    expect(nodesOf(machine)).toBe('011101110');
  });

  test('the policy of the region before that of the process before that of the machine', async () => {
    const machine = await create({ numa_policy: 'preferred:1', zero_page: 'never' });
    touch(machine, 'write', 0);
    machine.setMempolicy(1, 'bind', [0]);
    touch(machine, 'write', 1);
    machine.mmap(1, { address: 2 * PAGE, length: 2 * PAGE });
    machine.mbind(1, 3 * PAGE, PAGE, 'bind', [1]);
    touch(machine, 'write', 2, 3);
    expect(nodesOf(machine)).toBe('1001');
    machine.fork(1, 2);
    machine.sched(2, 1);
    touch(machine, 'write', 8, 8, 2);
    expect(nodesOf(machine, 2)).toBe('1001....0');
  });
});

describe('balancing', () => {
  /** A scan after every 8th touch. */
  const balanced = (config: ConfigInput = {}) =>
    create({ numa_balancing: true, numa_scan_period: 8, numa_scan_pages: 1, ...config });

  test('80 references from the other node, 16 of them before the second hint fault: 92 ns', async () => {
    const machine = await balanced();
    machine.setMempolicy(1, 'preferred', [1]);
    // The page is on node 1, the process on node 0; the scans are after the references 8, 16, 24 …
    for (let i = 0; i < 80; i++) {
      touch(machine, i === 0 ? 'write' : 'read', 0);
      if (i === 0) machine.setMempolicy(1, 'default');
    }
    // The first hint fault is at reference 9, the second at 17: that is the one that moves the page, and is local already.
    expect(machine.counters).toMatchObject({ migrations: 1, remote_touches: 16, local_touches: 64 });
    expect(mean(machine)).toBe(92);
    expect(nodesOf(machine)).toBe('0');
  });

  test('a page that two nodes use in turn stays', async () => {
    const machine = await balanced();
    machine.shmCreate(1, 'page', PAGE);
    machine.shmAttach(1, 'page', 0);
    machine.shmAttach(2, 'page', 0);
    machine.sched(2, 1);
    for (let round = 0; round < 10; round++) {
      for (const pid of [1, 2]) for (let i = 0; i < 8; i++) touch(machine, 'write', 0, 0, pid);
    }
    expect(machine.counters.hint_faults).toBeGreaterThan(10);
    expect(machine.counters.migrations).toBe(0);
  });

  test('a shared page moves for everybody, and its contents with it', async () => {
    const machine = await balanced();
    touch(machine, 'write', 0);
    machine.fork(1, 2);
    machine.sched(2, 1);
    for (let i = 0; i < 40; i++) touch(machine, 'read', 0, 0, 2);
    expect([nodesOf(machine), nodesOf(machine, 2)]).toEqual(['1', '1']);
    expect(machine.counters.migrations).toBe(1);
    touch(machine, 'read', 0);
    touch(machine, 'write', 0, 0, 2);
    touch(machine, 'read', 0);
  });

  test('no room there: it stays, and is counted', async () => {
    const machine = await balanced();
    touch(machine, 'write', 0);
    touch(machine, 'write', 100, 115, 2);
    machine.sched(2, 0);
    touch(machine, 'write', 200, 214, 2);
    machine.sched(1, 1);
    for (let i = 0; i < 40; i++) touch(machine, 'read', 0);
    expect(machine.counters.migrations).toBe(0);
    expect(machine.counters.migrations_failed).toBeGreaterThan(0);
  });

  test('off: no hint faults, no migrations', async () => {
    const machine = await create();
    touch(machine, 'write', 0);
    machine.sched(1, 1);
    for (let i = 0; i < 100; i++) touch(machine, 'read', 0);
    expect(machine.counters).toMatchObject({ hint_faults: 0, migrations: 0 });
  });
});

test('interleave: in any order of touches, no node has two pages more than another', async () => {
  const cases = fc.record({
    nodes: fc.integer({ min: 2, max: 8 }),
    pages: fc.integer({ min: 1, max: 60 }),
    step: fc.constantFrom(1, 7, 11, 13),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ nodes, pages, step }) => {
      const machine = await create({
        nodes,
        node_ns: null,
        frames: 64 * nodes,
        numa_policy: 'interleave',
        zero_page: 'never',
      });
      machine.mmap(1, { address: 0, length: pages * PAGE });
      for (let i = 0; i < pages; i++) machine.access(1, 'write', ((i * step) % pages) * PAGE);
      for (let page = 0; page < pages; page++) touch(machine, 'write', page);
      const used = machine.nodes().map(({ frames, free }) => frames - free);
      expect(Math.max(...used) - Math.min(...used)).toBeLessThanOrEqual(1);
      expect(used.reduce((sum, one) => sum + one, 0)).toBe(pages);
    }),
    effort(20),
  );
});

test('one node: the same counters as a machine that knows of no nodes', async () => {
  const run = async (config: ConfigInput) => {
    const machine = await Machine.create({ frames: 16, swap: 64 * PAGE, tlb: '4x4', verify: true, ...config });
    for (let i = 0; i < 400; i++) touch(machine, i % 3 === 0 ? 'write' : 'read', (i * i * 7 + i) % 40);
    return machine.counters;
  };
  expect(await run({ numa_policy: 'interleave' })).toEqual(await run({}));
});
