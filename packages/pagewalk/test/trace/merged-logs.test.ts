// Logs of several processes as one trace: whose turn it is, who waits for whom, who uses whose memory.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LogPiece,
  Machine,
  merged,
  ObjectNames,
  type ProcessLog,
  packRecords,
  recordWords,
  type TraceSource,
  textOf,
} from '../../src/node/index.ts';

type Step = string | readonly [name: string, value: number, ...words: (string | number)[]];

/** Steps: `R5` reads page 5; `['fork', 12]` is a call with its result and its words. */
function pieceOf(step: Step): LogPiece {
  if (typeof step !== 'string') {
    const [name, value, ...words] = step;
    const texts = words.map((word) =>
      typeof word === 'number' ? { text: `${word}`, string: null } : { text: '0x1', string: word },
    );
    return { call: { tid: 1, number: 0, name, words: texts, succeeded: true, value } };
  }
  const op = step.startsWith('W') ? 'write' : 'read';
  const bytes = packRecords([{ pid: 1, op, address: BigInt(Number(step.slice(1)) * 4096) }]);
  return { records: recordWords({ bytes, records: 1 }) };
}

const log = (process: number, steps: readonly Step[], command = ''): ProcessLog => ({
  process,
  command,
  program: [],
  async *pieces() {
    for (const step of steps) yield pieceOf(step);
  },
});

const CLONE_VM_VFORK = '4111';
const vfork = (child: number): Step => ['vfork', child, CLONE_VM_VFORK];

const source = (logs: readonly ProcessLog[], turn = 2): TraceSource =>
  merged({ name: 'logs', logs, foldedPage: null, names: new ObjectNames(), folder: '/', turn });

/** `1R5` and `1 fork 2`, in order. */
async function drawn(logs: readonly ProcessLog[], turn = 2): Promise<string[]> {
  let text = '';
  for await (const piece of textOf(source(logs, turn))) text += Buffer.from(piece);
  return text
    .trim()
    .split('\n')
    .map((line) => line.replace(/^(\d+) ([RW]) (0x[0-9a-f]+)$/, (_, pid, op, at) => `${pid}${op}${Number(at) / 4096}`));
}

describe('logs of several processes', () => {
  it('takes turns in the order in which the processes began', async () => {
    const order = await drawn([
      log(10, ['R1', ['fork', 11], 'R2', 'R3', 'R4', 'R5']),
      log(11, ['W1', 'W2', 'W3', ['fork', 12], 'W4', 'W5']),
      log(12, ['R7', 'R8', 'R9']),
    ]);
    expect(order.join(' ')).toBe('1R1 1 fork 2 1R2 2W1 2W2 1R3 1R4 2W3 2 fork 3 2W4 3R7 3R8 1R5 1 exit 2W5 2 exit 3R9');
  });

  it('lets the parent go on behind a wait when the child has ended', async () => {
    const parent = log(10, [['fork', 11], ['wait4', 11], 'W1', 'W2']);
    expect((await drawn([parent, log(11, ['R1', 'R2', 'R3', 'R4', 'R5'])])).join(' ')).toBe(
      '1 fork 2 2R1 2R2 2R3 2R4 2R5 2 exit 1W1 1W2',
    );
  });

  it('lets a child without a log share memory until it is waited for', async () => {
    expect((await drawn([log(10, ['R1', ['fork', 99], 'W1', ['wait4', 99], 'W2'])])).join(' ')).toBe(
      '1R1 1 fork 2 1W1 2 exit 1W2',
    );
  });

  it('gives the child of a vfork the memory of its parent, which waits until it executes something', async () => {
    const order = await drawn([
      log(10, ['W1', vfork(11), 'W2', ['wait4', 11], 'W3']),
      log(11, ['R1', 'R2', 'R3']),
      log(11, ['R8', 'R9', 'R10'], 'prog'),
    ]);
    expect(order.join(' ')).toBe('1W1 1R1 1R2 1R3 2R8 1W2 2R9 2R10 2 exit 1W3');
  });

  it('keeps the memory of a parent that is gone for the child that uses it', async () => {
    expect((await drawn([log(10, ['W1', vfork(11)]), log(11, [['wait4', 10], 'R1'])])).join(' ')).toBe('1W1 1R1');
  });

  it('makes a program that is executed a process of its own, with the files that stay open', async () => {
    const order = await drawn([
      log(10, [['openat', 3, -100, '/tmp/a', 0], ['openat', 4, -100, '/tmp/b', 0o2000000], 'R1']),
      log(10, [['mmap', 4096 * 16, 0, 4096, 1, 2, 3, 0], ['mmap', 4096 * 32, 0, 4096, 1, 2, 4, 0], 'R16']),
    ]);
    expect(order).toEqual([
      '1R1',
      '1 exit',
      '2 mmap 0x10000 4096 r-- private file:/tmp/a 0',
      '2 mmap 0x20000 4096 r-- private',
      '2R16',
    ]);
  });

  it('lets a reader of a pipe go on when what it read has been written', async () => {
    const order = await drawn([
      log(10, [['pipe2', 0, 0, 0], ['fork', 11], 'R1', 'R2', 'R3', ['write', 5, 4, 0, 5], 'R4', ['close', 0, 4], 'R5']),
      log(11, [['close', 0, 4], ['read', 5, 3, 0, 9], 'W1', ['read', 0, 3, 0, 9], 'W2']),
    ]);
    expect(order.join(' ')).toBe('1 fork 2 1R1 1R2 1R3 1R4 2W1 1R5 1 exit 2W2');
  });

  it('goes on where all wait for each other, which cannot be', async () => {
    const order = await drawn([log(10, [['fork', 11], ['wait4', 11], 'R1']), log(11, [['wait4', 10], 'W1'])]);
    expect(order).toHaveLength(4);
  });

  it('keeps what nobody told the beginning of', async () => {
    expect((await drawn([log(10, ['R1']), log(77, ['R2'])])).join(' ')).toBe('1R1 1 exit 2R2');
  });

  it('is the same for the same logs, keeps each log in order, and no machine refuses it', async () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.nat(20).map((page): Step => `W${page}`) },
      fc.nat(3).map((child): Step => ['fork', 11 + child]),
      fc.nat(3).map((child): Step => vfork(11 + child)),
      fc.nat(3).map((child): Step => ['wait4', 11 + child]),
      fc.nat(9).map((place): Step => ['mmap', 4096 * place, 0, 8192, 3, 34, 0, 0]),
      fc.nat(9).map((place): Step => ['munmap', 0, 4096 * place, 8192]),
    );
    const logs = fc
      .array(fc.array(step, { maxLength: 40 }), { minLength: 1, maxLength: 5 })
      .map((all) => all.map((steps, place) => log(10 + place, ['R0', ...steps])));
    await fc.assert(
      fc.asyncProperty(logs, fc.integer({ min: 1, max: 9 }), async (all, turn) => {
        const order = await drawn(all, turn);
        expect(await drawn(all, turn)).toEqual(order);
        const machine = await Machine.create({ frames: 256 });
        await machine.run(source(all, turn));
      }),
      { numRuns: 40 },
    );
  });
});
