/** Random machines and random traces for them. Everything is drawn at once and then bent to fit, so that fast-check can shrink it. */
import { POLICIES, type PolicyId, type PolicyParameter, TLB_POLICIES } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { vi } from 'vitest';
import { type MachineConfig, machine, NO_TLB, type TlbShape, widthOf } from '../oracle/config.ts';
import { COMPARED } from '../oracle/policies/index.ts';
import type { Access } from '../oracle/trace.ts';

const SOAK = process.env['SOAK'] === '1';

/** How often something is tried on an ordinary day; SOAK=1 tries more. */
export const runs = (everyday: number): number => everyday * (SOAK ? 25 : 1);

/** The same for a property, with an end to it: a failing case is made smaller for as long as the time lasts. */
export function effort(everyday: number): { numRuns: number; interruptAfterTimeLimit: number } {
  return { numRuns: runs(everyday), interruptAfterTimeLimit: SOAK ? 100_000 : 10_000 };
}

if (SOAK) vi.setConfig({ testTimeout: 120_000 });

const PIDS = [1, 0, 0xffffff, 42, 7, 100_000];

/** Any policy; any that there is a slow one of. */
export const ALL_POLICIES: readonly PolicyId[] = POLICIES.map(({ id }) => id);
export const MODELLED_POLICIES: readonly PolicyId[] = COMPARED.map(({ id }) => id as PolicyId);

/** A wide range is mostly tried at its small end, where a short trace sees the difference. */
function parameter({ name, min, max, default: usual }: PolicyParameter): fc.Arbitrary<number> {
  if (name === 'tick') return fc.integer({ min, max: 40 });
  if (max - min <= 10) return fc.integer({ min, max });
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min, max: min + 3 }) },
    { weight: 4, arbitrary: fc.integer({ min, max: Math.min(max, min + 60) }) },
    { weight: 1, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.integer({ min, max }) },
  );
}

const paramsOf = (id: PolicyId): fc.Arbitrary<number[]> =>
  fc.tuple(...(POLICIES.find((row) => row.id === id)?.params ?? []).map(parameter));

const tlbShape: fc.Arbitrary<TlbShape> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(NO_TLB) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        sets: fc.constantFrom(1, 1, 2, 3, 4, 5, 7),
        ways: fc.constantFrom(1, 2, 3, 4, 8, 12, 16, 17, 32),
        policy: fc.constantFrom(...TLB_POLICIES),
      })
      .map(({ sets, ways, policy }) => {
        const tree = policy === 'plru' ? 2 ** Math.floor(Math.log2(ways)) : ways;
        return { entries: sets * tree, ways: tree, policy };
      }),
  },
);

const latency = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 100_000 }));

/** Any machine with one of these policies, small enough to reach all its corners in a few hundred accesses. */
export const machines = (policies: readonly PolicyId[] = ALL_POLICIES): fc.Arbitrary<MachineConfig> =>
  fc
    .record({
      pageShift: fc.constantFrom(12, 8, 9, 16, 21, 30),
      frames: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 64 })),
      swapSlots: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 64 })),
      wide: fc.integer({ min: 0, max: 57 }),
      pages: fc.option(fc.integer({ min: 1, max: 200 })),
      levels: fc.integer({ min: 1, max: 5 }),
      pwc: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 }),
      tlbs: fc.oneof(fc.tuple(tlbShape), fc.tuple(tlbShape, tlbShape)),
      stlb: fc.option(tlbShape),
      tagged: fc.boolean(),
      choice: fc.constantFrom(...policies).chain((policy) => paramsOf(policy).map((params) => ({ policy, params }))),
      seed: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      verify: fc.boolean(),
      ns: fc.record({
        tlb: latency,
        stlb: latency,
        memory: latency,
        fault: latency,
        zero: latency,
        swapRead: latency,
        swapWrite: latency,
      }),
      swapChannels: fc.integer({ min: 1, max: 4 }),
      writeQueue: fc.integer({ min: 1, max: 4 }),
      local: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      limit: fc.oneof(
        { weight: 4, arbitrary: fc.constant({ frames: 0, interval: 0 }) },
        {
          weight: 1,
          arbitrary: fc.record({
            frames: fc.oneof(fc.constant<'equal'>('equal'), fc.integer({ min: 1, max: 20 })),
            interval: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 })),
          }),
        },
      ),
    })
    .map(({ wide, pages, choice, ...parts }) => {
      const vspace = pages === null ? 0n : BigInt(pages) << BigInt(parts.pageShift);
      const narrowest = parts.pageShift + parts.levels;
      const vaBits =
        pages === null ? Math.min(57, Math.max(narrowest, wide)) : widthOf(vspace, parts.pageShift, parts.levels);
      return machine({ ...parts, ...choice, vspace, vaBits, maxProcesses: PIDS.length });
    });

/** One access, still without a machine to fit. */
interface Move {
  readonly kind: number;
  readonly page: number;
  readonly process: number;
  readonly op: 'R' | 'W' | 'I';
  readonly offset: number;
  readonly extent: number;
  readonly wild: bigint;
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.nat(99),
  page: fc.nat(1000),
  process: fc.nat(1000),
  op: fc.constantFrom('R', 'W', 'I', 'R', 'W'),
  offset: fc.nat(255),
  extent: fc.integer({ min: 1, max: 12 }),
  wild: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
});

/** How the pages of a trace lie in the address space. */
interface Layout {
  readonly stride: number;
  readonly upper: boolean;
  readonly pages: number;
  readonly processes: number;
}

const layout: fc.Arbitrary<Layout> = fc.record({
  stride: fc.constantFrom(0, 0, 1, 4, 9, 10, 18, 27),
  upper: fc.boolean(),
  pages: fc.integer({ min: 1, max: 30 }),
  processes: fc.integer({ min: 1, max: 5 }),
});

export interface Case {
  readonly config: MachineConfig;
  readonly trace: readonly Access[];
}

export function caseOf(config: fc.Arbitrary<MachineConfig>, length: number): fc.Arbitrary<Case> {
  return fc
    .record({ config, layout, moves: fc.array(move, { maxLength: length, size: 'max' }) })
    .map(({ config, layout, moves }) => ({ config, trace: traceFor(config, layout, moves) }));
}

function traceFor(config: MachineConfig, layout: Layout, moves: readonly Move[]): Access[] {
  const trace: Access[] = [];
  for (const move of moves) trace.push(accessFor(config, layout, move, trace.at(-1)));
  return trace;
}

/** Of a hundred accesses 60 are plain, 10 touch the last page again, 13 are folded, 12 may cross a page boundary, 5 go anywhere. */
function accessFor(config: MachineConfig, layout: Layout, move: Move, last: Access | undefined): Access {
  const { kind, op, offset } = move;
  const pageSize = 2 ** config.pageShift;
  const pid = PIDS[move.process % layout.processes] as number;
  const address = pageAddress(config, layout, move.page) + BigInt(offset);
  if (kind < 60) return { pid, op, address, extent: 1, folded: false };
  if (kind < 70) return { ...(last ?? { pid, address }), op, extent: 1, folded: false };
  if (kind < 83) return { pid, op, address, extent: move.extent, folded: true };
  const size = Math.min((move.extent % 4) * pageSize + offset + 1, 2 ** 32 - 1);
  if (kind < 95) return { pid, op, address: address + BigInt(pageSize - 256), extent: size, folded: false };
  const folded = kind === 99;
  return { pid, op, address: wildAddress(config, move), extent: folded ? move.extent : size, folded };
}

/** Start of one of the pages of the layout; every other one from the top of the address space when it has an upper half. */
function pageAddress(config: MachineConfig, layout: Layout, choice: number): bigint {
  const place = BigInt(choice % layout.pages);
  const pages =
    config.vspace > 0n ? config.vspace >> BigInt(config.pageShift) : 1n << BigInt(config.vaBits - config.pageShift);
  const number = (place << BigInt(layout.stride)) % pages;
  const address = number << BigInt(config.pageShift);
  if (config.vspace > 0n) return address;
  const mirrored = layout.upper && place % 2n === 1n ? -1n - address : address;
  const canonical = BigInt.asUintN(64, BigInt.asIntN(config.vaBits, mirrored));
  return (canonical >> BigInt(config.pageShift)) << BigInt(config.pageShift);
}

/** Next to an edge of what is valid, or anywhere. */
function wildAddress(config: MachineConfig, { wild, offset }: Move): bigint {
  const half = 1n << BigInt(config.vaBits - 1);
  const edges = [config.vspace, half, -half, 0n, 1n << BigInt(config.vaBits)];
  const edge = edges[Number(wild % 7n)];
  return BigInt.asUintN(64, edge === undefined ? wild : edge + BigInt(offset) - 128n);
}
