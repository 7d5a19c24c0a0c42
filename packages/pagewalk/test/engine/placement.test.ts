/** Which nodes a page is offered to, in which order. */
import { MEMORY_MODES, type MemoryMode } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { effort } from '../support/arbitrary.ts';
import { assembly } from '../support/assembly.ts';

interface Nodes {
  setNs(place: number, ns: bigint): void;
  setWeight(node: number, weight: bigint): void;
  create(count: number, cpus: number, processes: number, mode: number, mask: bigint): void;
  nodeOfCpu(cpu: number): number;
  setProcess(process: number, mode: number, mask: bigint): void;
  inherit(parent: number, child: number): void;
  turnOf(process: number): bigint;
  plan(home: number, process: number, mode: number, mask: bigint, place: bigint): number;
  candidate(place: number): number;
}

const instance = assembly<Nodes>('placement');
let nodes = instance();
beforeEach(() => {
  nodes = instance();
});

const modeOf = (mode: MemoryMode) => MEMORY_MODES.findIndex(({ name }) => name === mode);
const maskOf = (members: readonly number[]) => members.reduce((mask, node) => mask | (1n << BigInt(node)), 0n);

interface Policy {
  readonly mode: MemoryMode;
  readonly on?: readonly number[];
}

/** A machine with these times of a memory reference, row by row. */
function machine(matrix: readonly (readonly number[])[], { mode, on = [] }: Policy = { mode: 'local' }, cpus = 8) {
  for (const [at, ns] of matrix.flat().entries()) nodes.setNs(at, BigInt(ns));
  nodes.create(matrix.length, cpus, 2, modeOf(mode), maskOf(on));
}

/** Candidates of a page at a place of its region, touched from a node. */
function plan(home: number, { mode, on = [] }: Policy = { mode: 'default' }, place = 0, process = 0): string {
  const count = nodes.plan(home, process, modeOf(mode), maskOf(on), BigInt(place));
  return Array.from({ length: count }, (_, at) => nodes.candidate(at)).join('');
}

/** Two pairs of nodes: 0–1 and 2–3 are close, 0–3 and 1–2 a little less far than 0–2 and 1–3. */
const SQUARE = [
  [80, 100, 150, 140],
  [100, 80, 140, 150],
  [150, 140, 80, 100],
  [140, 150, 100, 80],
];
const even = (count: number) =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count }, (_, j) => (i === j ? 80 : 140)));

describe('a page goes', () => {
  beforeEach(() => machine(SQUARE));

  test('local: to the node of the cpu, else to the nearest', () => {
    expect([0, 1, 2, 3].map((home) => plan(home, { mode: 'local' }))).toEqual(['0132', '1023', '2310', '3201']);
  });

  test('bind: to these nodes only, the nearest first', () => {
    expect(plan(0, { mode: 'bind', on: [2, 3] })).toBe('32');
    expect(plan(0, { mode: 'bind', on: [1] })).toBe('1');
  });

  test('preferred: to one node, else near to that; of several, to the nearest', () => {
    expect(plan(0, { mode: 'preferred', on: [2] })).toBe('2310');
    expect(plan(0, { mode: 'preferred', on: [2, 3] })).toBe('3201');
  });

  test('interleave: in turn, else near to the one whose turn it is', () => {
    expect([0, 1, 2, 3].map((place) => plan(0, { mode: 'interleave', on: [0, 2, 3] }, place))).toEqual([
      '0132',
      '2310',
      '3201',
      '0132',
    ]);
  });

  test('interleave of 10 pages over 4 nodes: 3, 3, 2, 2', () => {
    const firsts = Array.from(
      { length: 10 },
      (_, place) => plan(1, { mode: 'interleave', on: [0, 1, 2, 3] }, place)[0],
    );
    expect(firsts.join('')).toBe('0123012301');
    expect(['0', '1', '2', '3'].map((node) => firsts.filter((first) => first === node).length)).toEqual([3, 3, 2, 2]);
  });

  test('weighted: three here, one there', () => {
    nodes.setWeight(1, 3n);
    nodes.setWeight(2, 1n);
    const firsts = Array.from({ length: 9 }, (_, place) => plan(0, { mode: 'weighted', on: [1, 2] }, place)[0]);
    expect(firsts.join('')).toBe('111211121');
  });

  test('equally far nodes in the order of their numbers, the own one first even if it is slower', () => {
    machine([
      [90, 80, 80],
      [80, 90, 80],
      [80, 80, 90],
    ]);
    expect([0, 1, 2].map((home) => plan(home))).toEqual(['012', '102', '201']);
  });
});

describe('whose policy', () => {
  test('the region’s, else the process’s, else the machine’s', () => {
    machine(SQUARE, { mode: 'bind', on: [3] });
    expect(plan(0)).toBe('3');
    nodes.setProcess(0, modeOf('bind'), maskOf([2]));
    expect([plan(0), plan(0, undefined, 0, 1)]).toEqual(['2', '3']);
    expect(plan(0, { mode: 'bind', on: [1] })).toBe('1');
    expect(plan(0, { mode: 'local' })).toBe('0132');
    nodes.setProcess(0, modeOf('default'), 0n);
    expect(plan(0)).toBe('3');
  });

  test('a child has its parent’s, and goes on with its turn', () => {
    machine(SQUARE);
    nodes.setProcess(0, modeOf('bind'), maskOf([2]));
    expect([nodes.turnOf(0), nodes.turnOf(0)]).toEqual([0n, 1n]);
    nodes.inherit(0, 1);
    expect([plan(0, undefined, 0, 1), nodes.turnOf(1), nodes.turnOf(0)]).toEqual(['2', 2n, 2n]);
  });
});

test('cpus are dealt to the nodes in order', () => {
  machine(even(3), { mode: 'local' }, 8);
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((cpu) => nodes.nodeOfCpu(cpu)).join('')).toBe('00011122');
});

test('on any machine: no node twice, none but those of a bind, all others somewhere', () => {
  const cases = fc.integer({ min: 1, max: 64 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      matrix: fc.array(fc.integer({ min: 10, max: 30 }), { minLength: count * count, maxLength: count * count }),
      home: fc.nat(count - 1),
      on: fc.uniqueArray(fc.nat(count - 1), { minLength: 1 }),
      mode: fc.constantFrom<MemoryMode>('default', 'local', 'bind', 'preferred', 'interleave', 'weighted'),
      place: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(cases, ({ count, matrix, home, on, mode, place }) => {
      for (const [at, ns] of matrix.entries()) nodes.setNs(at, BigInt(ns));
      nodes.create(count, count, 1, modeOf('local'), 0n);
      const length = nodes.plan(home, 0, modeOf(mode), maskOf(on), BigInt(place));
      const order = Array.from({ length }, (_, at) => nodes.candidate(at));
      const all = mode === 'bind' ? on : Array.from({ length: count }, (_, node) => node);
      expect(order.toSorted((a, b) => a - b)).toEqual(all.toSorted((a, b) => a - b));
      const isGiven = mode === 'bind' || mode === 'preferred' || mode === 'interleave' || mode === 'weighted';
      expect(isGiven ? on : [home]).toContain(order[0]);
      if (mode === 'interleave') expect(order[0]).toBe(on.toSorted((a, b) => a - b)[place % on.length]);
    }),
    effort(100),
  );
});
