/** A machine, described with plain values: what the oracle builds and what the raw engine driver lowers to configuration words. */
import type { ConfigField, PolicyId, TlbPolicy } from '@pagewalk/engine/catalog';

export interface TlbShape {
  readonly entries: number;
  readonly ways: number;
  readonly policy: TlbPolicy;
}

export interface Latencies {
  readonly tlb: number;
  readonly stlb: number;
  readonly memory: number;
  readonly fault: number;
  readonly zero: number;
  readonly swapRead: number;
  readonly swapWrite: number;
}

/** How many frames a process may have: 0 any number. With an interval the limit follows the distance of its faults. */
export interface FrameLimit {
  readonly frames: number | 'equal';
  /** Touches of the process between two faults at which the limit stays; 0: it always does. */
  readonly interval: number;
}

export interface MachineConfig {
  readonly pageShift: number;
  readonly frames: number;
  readonly swapSlots: number;
  readonly vaBits: number;
  /** Addresses below this are valid; 0: the canonical addresses of `vaBits`. */
  readonly vspace: bigint;
  readonly levels: number;
  /** Entries of the page-walk cache of each inner level, root first. */
  readonly pwc: readonly number[];
  /** First level: one shape is unified, two are instructions and data. */
  readonly tlbs: readonly [TlbShape] | readonly [TlbShape, TlbShape];
  readonly stlb: TlbShape | null;
  readonly tagged: boolean;
  readonly policy: PolicyId;
  readonly params: readonly number[];
  readonly seed: bigint;
  readonly maxProcesses: number;
  readonly verify: boolean;
  readonly ns: Latencies;
  readonly swapChannels: number;
  readonly writeQueue: number;
  /** Pages of the faulting process go, not of others. */
  readonly local: boolean;
  readonly limit: FrameLimit;
  /** Words of the configuration block that this oracle knows nothing of. */
  readonly words?: Partial<Record<ConfigField, number>>;
}

export const NO_TLB: TlbShape = { entries: 0, ways: 1, policy: 'lru' };

/** A small plain machine: 4 KiB pages, four levels, no caches. Tests name only what they are about. */
export function machine(parts: Partial<MachineConfig> = {}): MachineConfig {
  return {
    pageShift: 12,
    frames: 4,
    swapSlots: 64,
    vaBits: 48,
    vspace: 0n,
    levels: 4,
    pwc: [],
    tlbs: [NO_TLB],
    stlb: null,
    tagged: true,
    policy: 'lru',
    params: [],
    seed: 1n,
    maxProcesses: 16,
    verify: false,
    ns: { tlb: 1, stlb: 7, memory: 100, fault: 1000, zero: 250, swapRead: 50_000, swapWrite: 80_000 },
    swapChannels: 1,
    writeQueue: 2,
    local: false,
    limit: { frames: 0, interval: 0 },
    ...parts,
  };
}

/** Width of an address that reaches every byte below `vspace`, and no narrower than one index bit a level. */
export function widthOf(vspace: bigint, pageShift: number, levels: number): number {
  let bits = 0;
  while (1n << BigInt(bits) < vspace) bits++;
  return Math.max(bits, pageShift + levels);
}
