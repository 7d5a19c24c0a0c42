/** The counts of an inspection, the slow way: every touch of every access in one list. */
import type { FullRecord } from '../../trace/arbitrary.ts';

interface Touch {
  readonly key: string;
  readonly pid: number;
  readonly page: bigint;
  readonly op: string;
  /** Number of its access, from 1. */
  readonly access: number;
}

const NAMES = { read: 'reads', write: 'writes', ifetch: 'fetches' } as const;

export function slowInspection(records: readonly FullRecord[], shift: number) {
  const touches: Touch[] = [];
  let accesses = 0;
  let crossings = 0;
  const ops = { reads: 0, writes: 0, fetches: 0 };
  for (const { pid, op, address, extent, folded } of records) {
    for (let each = 0; each < (folded ? extent : 1); each++) {
      accesses++;
      ops[NAMES[op]]++;
      const first = address >> BigInt(shift);
      const last = folded ? first : (address + BigInt(extent) - 1n) >> BigInt(shift);
      if (last > first) crossings++;
      for (let page = first; page <= last; page++)
        touches.push({ key: `${pid}:${page}`, pid, page, op, access: accesses });
    }
  }
  const pages = Map.groupBy(touches, ({ key }) => key);
  const of = (list: readonly Touch[], op: string): number => list.filter((touch) => touch.op === op).length;
  const runs: number[] = [];
  touches.forEach(({ key }, index) => {
    if (index > 0 && touches[index - 1]!.key === key) runs[runs.length - 1]!++;
    else runs.push(1);
  });
  runs.sort((a, b) => a - b);
  const sorted = [...pages.values()].map(({ length }) => length).sort((a, b) => b - a);
  const share = (part: number): number => {
    let seen = 0;
    return (
      sorted.findIndex((each) => {
        seen += each;
        return seen >= part * touches.length;
      }) + 1
    );
  };
  return {
    accesses,
    touches: touches.length,
    ...ops,
    cross_page_accesses: crossings,
    pages: {
      distinct: pages.size,
      exact: true,
      bytes: pages.size * 2 ** shift,
      code: [...pages.values()].filter((list) => of(list, 'ifetch') === list.length).length,
      data: [...pages.values()].filter((list) => of(list, 'ifetch') === 0).length,
      code_and_data: [...pages.values()].filter((list) => of(list, 'ifetch') > 0 && of(list, 'ifetch') < list.length)
        .length,
      written: [...pages.values()].filter((list) => of(list, 'write') > 0).length,
      half: share(0.5),
      nine_tenths: share(0.9),
      ninety_nine_hundredths: share(0.99),
    },
    runs: {
      count: runs.length,
      mean: touches.length / runs.length,
      p50: runs[Math.ceil(runs.length * 0.5) - 1],
      p90: runs[Math.ceil(runs.length * 0.9) - 1],
      p99: runs[Math.ceil(runs.length * 0.99) - 1],
      longest: runs.at(-1),
    },
    /** Touches, reads, writes and fetches by page. */
    byPage: new Map(
      [...pages].map(([key, list]) => [key, [list.length, of(list, 'read'), of(list, 'write'), of(list, 'ifetch')]]),
    ),
    /** Number of the access that touches a page first. */
    firsts: [...pages.values()].map((list) => list[0]!.access),
  };
}
