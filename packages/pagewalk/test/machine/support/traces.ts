/** Small traces in words: `1R1000 1W2000:8 2I30 1R1000x5` is pid, op, address in hex, then :size or x and a count of folded accesses. */
import { type AccessRecord, type TraceSource, traceFromRecords } from '../../../src/node/index.ts';

const OPS = { R: 'read', W: 'write', I: 'ifetch' } as const;
const WORD = /^(\d+)([RWI])([0-9a-f]+)(?::(\d+)|x(\d+))?$/;

export function records(text: string): AccessRecord[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, pid, op, address, size, count] = WORD.exec(word) ?? [];
      if (pid === undefined) throw new Error(`no access: ${word}`);
      return {
        pid: Number(pid),
        op: OPS[op as keyof typeof OPS],
        address: BigInt(`0x${address}`),
        extent: Number(size ?? count ?? 1),
        folded: count !== undefined,
      };
    });
}

export const trace = (text: string): TraceSource => traceFromRecords(records(text), { foldedPage: 4096 });

/** A repeatable jumble of accesses of three processes, some over page borders, some folded. */
export function jumble(count: number, seed = 1, pages = 64): AccessRecord[] {
  let state = seed;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return ((state >>> 8) * bound) >>> 24;
  };
  return Array.from({ length: count }, () => {
    const folded = next(5) === 0;
    const offset = folded ? 0 : next(4096);
    return {
      pid: 1 + next(3),
      op: (['read', 'read', 'write', 'ifetch'] as const)[next(4)] ?? 'read',
      address: BigInt(next(pages) * 4096 + offset),
      extent: folded ? 1 + next(6) : 1 + next(16),
      folded,
    };
  });
}

export const jumbled = (count: number, seed = 1, pages = 64): TraceSource =>
  traceFromRecords(jumble(count, seed, pages), { foldedPage: 4096 });
