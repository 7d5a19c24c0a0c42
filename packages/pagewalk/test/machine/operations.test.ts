/** Operations as methods of a machine and in traces: what they do to its views, what is refused and how it is said. */
import { OPERATION_ERRORS, OPERATIONS, type OperationErrorName } from '@pagewalk/engine/catalog';
import { describe, expect, it } from 'vitest';
import { Machine, MismatchError, OperationError, traceFromBytes } from '../../src/node/index.ts';

const K = 4096;

const text = (lines: string, options: object = {}) =>
  traceFromBytes(new TextEncoder().encode(lines), { name: 't', format: 'text', ...options });

async function refusalOf(act: () => unknown): Promise<OperationError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error('not refused');
}

/** All that a refused operation must leave as it is. */
const portrait = (machine: Machine) => ({
  counters: machine.counters,
  time: machine.time,
  frames: machine.frames,
  processes: machine.processes.map(({ pid }) => [pid, [...machine.pageTable(pid)], machine.regions(pid)]),
  objects: machine.objects(),
});

describe('methods', () => {
  it('do every operation', async () => {
    const machine = await Machine.create({ nodes: 2, cpus: 2 });
    machine.mmap(1, { address: 0x10000, length: 4 * K });
    machine.mmap(1, { address: 0x20000, length: 2 * K, protection: 'r-x', file: 'libc.so', offset: K });
    machine.shmCreate(1, 'buffer', 3 * K);
    machine.shmAttach(1, 'buffer', 0x40000);
    machine.mmap(1, { address: 0x50000, length: K, protection: 'r--', shm: 'buffer', shared: true, offset: K });
    machine.ftruncate(1, 'libc.so', 10_000);
    machine.brk(1, 0x600000);
    machine.brk(1, 0x602000);
    machine.madvise(1, 0x10000, K, 'willneed');
    machine.mbind(1, 0x10000, 4 * K, 'interleave', [0, 1]);
    machine.setMempolicy(1, 'bind', [1]);
    machine.sched(1, 1);
    machine.mlock(1, 0x10000, 4 * K);
    machine.munlock(1, 0x10000, 4 * K);
    machine.mprotect(1, 0x10000, 4 * K, 'r--');
    machine.mremap(1, 0x10000, 4 * K, 0x70000, 2 * K);
    machine.msync(1, 0x20000, 2 * K);
    machine.fork(1, 2);
    machine.shmDetach(2, 0x40000);
    machine.shmRemove(1, 'buffer');
    machine.munmap(1, 0x20000, K);
    machine.exit(2);
    expect(machine.counters.operations).toBe(22);
    expect(machine.check()).toBeNull();
    const shown = machine.regions(1).map(({ address, length, protection, object, offset }) => {
      return [Number(address), Number(length), protection, object, Number(offset)];
    });
    expect(shown).toEqual([
      [0x21000, K, 'r-x', 'libc.so', 2 * K],
      [0x40000, 3 * K, 'rw-', 'buffer', 0],
      [0x50000, K, 'r--', 'buffer', K],
      [0x70000, 2 * K, 'r--', null, 0],
      [0x600000, 2 * K, 'rw-', null, 0],
    ]);
    expect(machine.regions(1)[3]).toMatchObject({
      mode: 'interleave',
      nodes: [0, 1],
      backing: 'anonymous',
      shared: false,
    });
    expect(machine.regions(1)[4]).toMatchObject({ heap: true, mode: 'default', nodes: [] });
    expect(machine.regions(2)).toEqual([]);
    expect(machine.objects()).toEqual([
      { name: 'libc.so', kind: 'file', pages: 3, attachments: 1, removed: false, cached_pages: 0, swapped_pages: 0 },
      { name: 'buffer', kind: 'shm', pages: 3, attachments: 2, removed: true, cached_pages: 0, swapped_pages: 0 },
    ]);
  });

  it('refuse what is no argument at all', async () => {
    const machine = await Machine.create();
    expect(() => machine.munmap(1, 0.5, K)).toThrow('address 0.5: expected a whole number');
    expect(() => machine.munmap(1, 0, -1)).toThrow('length -1: expected 0 to 2^64-1');
    expect(() => machine.fork(1, 2 ** 24)).toThrow('pid 16777216: expected 0 to 16777215');
    expect(() => machine.fork(-1, 2)).toThrow('pid -1: expected 0 to 16777215');
    expect(() => machine.mprotect(1, 0, K, 'rw' as 'rw-')).toThrow("protection 'rw': expected r, w and x or -");
    expect(() => machine.madvise(1, 0, K, 'need' as 'willneed')).toThrow(
      "advice 'need': expected hugepage, nohugepage",
    );
    expect(() => machine.mbind(1, 0, K, 'bind', [64])).toThrow('node 64: expected 0 to 63');
    expect(() => machine.shmCreate(1, 'a b', K)).toThrow("name 'a b': expected characters other than blanks and #");
    expect(() => machine.mmap(1, { address: 0, length: K, file: 'a', shm: 'b' })).toThrow('expected one of them');
    expect(machine.counters.operations).toBe(0);
  });
});

describe('what is refused leaves the machine as it was, and says what would be accepted', () => {
  async function prepared(): Promise<Machine> {
    const machine = await Machine.create({ frames: 8, swap: 4 * K, max_processes: 4 });
    machine.mmap(1, { address: 0x10000, length: 2 * K });
    machine.access(1, 'write', 0x10000);
    machine.fork(1, 2);
    machine.fork(1, 3);
    machine.exit(3);
    machine.shmCreate(1, 'shm', 2 * K);
    machine.shmAttach(1, 'shm', 0x40000, 'r--');
    machine.shmCreate(1, 'gone', K);
    machine.shmAttach(1, 'gone', 0x60000);
    machine.shmRemove(1, 'gone');
    machine.ftruncate(1, 'file', K);
    return machine;
  }

  const cases: [OperationErrorName, (machine: Machine) => void, string][] = [
    [
      'unknown_process',
      (m) => m.fork(9, 10),
      'fork 10 of process 9: there is no process 9; give the pid of a process that did',
    ],
    [
      'process_exists',
      (m) => m.fork(1, 2),
      'fork 2 of process 1: there was a process 2 already; give a pid that was never used',
    ],
    ['process_exists', (m) => m.fork(1, 3), 'fork 3 of process 1: there was a process 3 already'],
    ['process_exited', (m) => m.brk(3, 0), 'brk 0x0 of process 3: process 3 has ended; give a pid that was never used'],
    [
      'bad_alignment',
      (m) => m.munmap(1, 0x10001, K),
      'munmap 0x10001 4096 of process 1: 0x10001 is no multiple of 4096; give a multiple',
    ],
    [
      'bad_range',
      (m) => m.munmap(1, 0x10000, 0),
      'munmap 0x10000 0 of process 1: 0 bytes from 0x10000 on are no range',
    ],
    [
      'nothing_mapped',
      (m) => m.munmap(1, 0x900000, K),
      'munmap 0x900000 4096 of process 1: nothing is mapped at 0x900000; map it first',
    ],
    ['nothing_mapped', (m) => m.shmDetach(1, 0x10000), 'shm_detach 0x10000 of process 1: nothing is mapped at 0x10000'],
    [
      'overlap',
      (m) => m.shmAttach(1, 'shm', 0x41000),
      'shm_attach shm 0x41000 rw- of process 1: 8192 bytes from 0x41000 on overlap what is mapped at 0x40000; give a place that is free',
    ],
    [
      'unknown_object',
      (m) => m.shmAttach(1, 'none', 0),
      'shm_attach none 0x0 rw- of process 1: there is no object none; shm_create it first',
    ],
    [
      'object_exists',
      (m) => m.shmCreate(1, 'shm', K),
      'shm_create shm 4096 of process 1: there is an object shm already; give another name',
    ],
    [
      'object_removed',
      (m) => m.shmAttach(2, 'gone', 0),
      'shm_attach gone 0x0 rw- of process 2: object gone was removed',
    ],
    [
      'wrong_kind',
      (m) => m.ftruncate(1, 'shm', K),
      'ftruncate shm 4096 of process 1: shm is of the other kind; files are mapped as file:NAME',
    ],
    [
      'no_such_cpu',
      (m) => m.sched(1, 1),
      'sched 1 of process 1: there is no cpu 1, the machine has 1; give a lower one, or more cpus',
    ],
    [
      'no_such_node',
      (m) => m.mbind(1, 0x10000, K, 'bind', [0, 5]),
      'mbind 0x10000 4096 bind 0,5 of process 1: there is no node 5, the machine has 1; give a lower one, or more nodes',
    ],
    [
      'no_permission',
      (m) => m.mprotect(1, 0x40000, 2 * K, 'rw-'),
      'what is mapped at 0x40000 does not allow it; mprotect',
    ],
    [
      'bad_argument',
      (m) => m.setMempolicy(1, 'bind'),
      'set_mempolicy bind - of process 1: its nodes cannot be 0; give another',
    ],
    [
      'bad_argument',
      (m) => m.shmCreate(1, 'empty', 0),
      'shm_create empty 0 of process 1: its size cannot be 0; give another',
    ],
  ];

  it.each(cases)('%s', async (error, act, message) => {
    const machine = await prepared();
    const before = portrait(machine);
    const refusal = await refusalOf(() => act(machine));
    expect(refusal.message).toContain(message);
    expect(refusal).toMatchObject({ error, place: null });
    expect(machine.check()).toBeNull();
    expect(portrait(machine)).toEqual(before);
  });

  it('mlock, which may have brought pages in, locks none', async () => {
    const machine = await prepared();
    const refusal = await refusalOf(() => machine.mlock(2, 0x100000, 64 * K));
    expect(refusal.message).toBe(
      'mlock 0x100000 262144 of process 2: not all its pages can be had at once; give more ram or swap, or fewer pages',
    );
    expect(machine.check()).toBeNull();
    expect(machine.frames.pinned.filter((pinned) => pinned === 1)).toHaveLength(0);
    expect(machine.counters.touches).toBe(1);
  });

  it('too many processes', async () => {
    const machine = await prepared();
    machine.fork(1, 4);
    const refusal = await refusalOf(() => machine.fork(1, 5));
    expect(refusal.message).toBe(
      'fork 5 of process 1: pid 5 is one process more than max_processes allows; give a larger max_processes, at most 32767',
    );
  });

  it('every error has a remedy', () => {
    for (const { name, meaning, remedy } of OPERATION_ERRORS) {
      if (name !== 'none') expect([meaning, remedy]).not.toContain('');
    }
  });
});

describe('a trace', () => {
  it('is told apart from operations in its counts', async () => {
    const machine = await Machine.create();
    const done = await machine.run(await text('1 R 0x0\n1 fork 2\n2 W 0x0\n2 exit\n1 W 0x0 8\n'));
    expect(done).toMatchObject({ accesses: 3, operations: 2, records: 5, pages: 2, trace: { operations: 2 } });
    expect(machine.counters).toMatchObject({ accesses: 3, operations: 2, cow_copies: 1, cow_reuses: 1 });
  });

  it('stops at exactly so many accesses, with the operations before', async () => {
    const lines = '1 mmap 0x1000 4096 rw- private\n1 R 0x1000\n1 munmap 0x1000 4096\n1 R 0x5000\n1 fork 2\n';
    const run = async (maxAccesses: number) => {
      const machine = await Machine.create();
      const { accesses, ended } = await machine.run(await text(lines), { maxAccesses });
      return [accesses, machine.counters.operations, ended];
    };
    expect(await run(1)).toEqual([1, 1, 'max_accesses']);
    expect(await run(2)).toEqual([2, 2, 'max_accesses']);
    expect(await run(3)).toEqual([2, 3, 'end_of_trace']);
  });

  it('counts the pages of all accesses, whatever is unmapped between', async () => {
    const machine = await Machine.create({ frames: 16 });
    const round = (n: number) => `1 mmap 0x0 65536 rw- private\n1 W 0x${(n * K).toString(16)}\n1 munmap 0x0 65536\n`;
    const lines = `1 R 0xff000\n${Array.from({ length: 40 }, (_, n) => round(n % 10)).join('')}`;
    expect(await machine.run(await text(lines))).toMatchObject({ pages: 11, accesses: 41 });
  });

  it('with intervals counts accesses only', async () => {
    const machine = await Machine.create();
    const lines = Array.from({ length: 10 }, (_, n) => `1 R 0x${n}000\n1 brk ${K * n}\n`).join('');
    const { intervals } = await machine.run(await text(lines), { interval: 4 });
    expect(intervals?.accesses_end).toEqual([4, 8, 10]);
  });

  it('that is refused says where: the line, or which operation', async () => {
    const lines = '1 R 0x0\n\n1 fork 2 # fine\n1 fork 2\n';
    const machine = await Machine.create();
    const refusal = await refusalOf(async () => machine.run(await text(lines)));
    expect(refusal.message).toBe(
      't:4: fork 2 of process 1: there was a process 2 already; give a pid that was never used',
    );
    expect(refusal).toMatchObject({
      pid: 1,
      operation: 'fork',
      error: 'process_exists',
      place: 't:4',
      details: [2n, expect.any(BigInt), expect.any(BigInt)],
    });
    expect(machine.check()).toBeNull();
    expect(machine.counters).toMatchObject({ accesses: 1, operations: 1 });
    const { packRecords, traceFromRecords } = await import('../../src/node/index.ts');
    const records = packRecords([
      { pid: 1, operation: 'exit', words: [] },
      { pid: 1, operation: 'mremap', words: [0n, 0n, 0n, 0n] },
    ]);
    const other = await Machine.create();
    const second = await refusalOf(() => other.run(traceFromRecords(records)));
    expect(second.message).toContain('records: operation 2: mremap 0x0 0 0x0 0 of process 1: process 1 has ended');
  });

  it('with an access of a process that has ended says behind which access', async () => {
    const machine = await Machine.create();
    const refusal = await refusalOf(async () => machine.run(await text('1 R 0x0\n1 R 0x0\n1 exit\n1 R 0x0\n')));
    expect(refusal.message).toBe(
      't: behind access 2: an access of process 1: process 1 has ended; give a pid that was never used',
    );
    expect(refusal).toMatchObject({ operation: null, error: 'process_exited' });
  });

  it('shares the names of the machine that it is opened for', async () => {
    const machine = await Machine.create();
    machine.shmCreate(1, 'a', K);
    await expect(machine.run(await text('1 shm_create b 4096\n'))).rejects.toThrow(MismatchError);
    await machine.run(await text('1 shm_create b 4096\n1 shm_attach a 0x1000 rw-\n', { objects: machine.objectNames }));
    expect(machine.objects().map(({ name, attachments }) => [name, attachments])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
  });

  it('is stepped through and back operation by operation', async () => {
    const machine = await Machine.create();
    machine.attach(
      await text(
        '1 mmap 0x1000 8192 rw- private file:x 4096\n1 W 0x1000\n1 fork 2\n2 W 0x1000\n2 munmap 0x1000 8192\n',
      ),
    );
    const outcomes = [];
    for (let outcome = await machine.step(); outcome; outcome = await machine.step()) outcomes.push(outcome);
    expect(outcomes.map(({ operation, op, accesses }) => operation ?? `${op} ${accesses}`)).toEqual([
      'mmap 0x1000 8192 rw- private file:x 4096',
      'write 1',
      'fork 2',
      'write 1',
      'munmap 0x1000 8192',
    ]);
    const end = portrait(machine);
    const back = [4, 3, 2, 1, 0].map(() => machine.stepBack() && machine.counters.operations);
    expect(back).toEqual([2, 2, 1, 1, 0]);
    for (let n = 0; n < 5; n++) await machine.step();
    expect(portrait(machine)).toEqual(end);
  });
});

describe('views', () => {
  it('resident, proportional and unique sets', async () => {
    const machine = await Machine.create();
    machine.shmCreate(1, 's', 4 * K);
    for (const pid of [1, 2, 3]) {
      machine.shmAttach(pid, 's', 0x10000 * pid);
      for (let page = 0; page < 4; page++) machine.access(pid, 'write', 0x10000 * pid + page * K);
    }
    machine.access(3, 'write', 0x90000);
    const third = 4 / 3;
    const memory = [1, 2, 3].map((pid) => machine.memory(pid));
    expect(memory.map(({ rss_pages }) => rss_pages)).toEqual([4, 4, 5]);
    expect(memory.map(({ uss_pages }) => uss_pages)).toEqual([0, 0, 1]);
    for (const [place, pss] of [third, third, third + 1].entries())
      expect(memory[place]?.pss_pages).toBeCloseTo(pss, 10);
    expect(machine.memoryUses.map(({ pid }) => pid)).toEqual([1, 2, 3]);
    expect(() => machine.memory(4)).toThrow('no process 4');
  });

  it('of a machine without operations, where nothing is shared', async () => {
    const machine = await Machine.create();
    machine.access(7, 'write', 0, 8 * K);
    expect(machine.memory(7)).toEqual({ pid: 7, rss_pages: 8, pss_pages: 8, uss_pages: 8 });
    expect(machine.regions(7)).toEqual([]);
    expect(machine.objects()).toEqual([]);
    expect(machine.nodes()).toMatchObject([{ node: 0, frames: 16_384, free: 16_376, free_blocks: 0, mean_ns: null }]);
  });

  it('a snapshot has the names of its objects along', async () => {
    const first = await Machine.create();
    first.shmCreate(1, 'a', K);
    first.shmCreate(1, 'b', K);
    const second = await Machine.create();
    second.restore(first.snapshot());
    second.shmAttach(1, 'b', 0x1000);
    expect(second.objects().map(({ name, attachments }) => [name, attachments])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    const third = await Machine.create();
    third.shmCreate(1, 'b', K);
    expect(() => third.restore(first.snapshot())).toThrow('object a of the snapshot is another one here');
  });

  it('of nodes, with their free frames', async () => {
    const machine = await Machine.create({ frames: 2049, nodes: 2, large_pages: 'always' });
    machine.access(1, 'write', 0);
    const nodes = machine.nodes();
    expect(nodes.map(({ frames }) => frames)).toEqual([1025, 1024]);
    expect(nodes.reduce((sum, { free }) => sum + free, 0)).toBe(2049 - 512);
  });

  it('names are those of the catalog', () => {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(Machine.prototype));
    const asMethod = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(methods).toEqual(expect.arrayContaining(OPERATIONS.map(({ name }) => asMethod(name))));
  });
});
