/** Touches and their next uses, written out one by one with BigInt. */
import type { FullRecord } from './arbitrary.ts';

export interface SlowTouch {
  readonly key: string;
  readonly op: string;
}

/** The key of a touch past the last address. */
export const NOWHERE = 'nowhere';

/** One for each page of an access; of a folded record one in all. A page past the last address is no page of anybody. */
export function recordTouches(records: readonly FullRecord[], shift: number): SlowTouch[] {
  const pages = 2n ** BigInt(64 - shift);
  return records.flatMap(({ pid, op, address, extent, folded }) => {
    const first = address >> BigInt(shift);
    const last = folded ? first : (address + BigInt(extent) - 1n) >> BigInt(shift);
    const touches: SlowTouch[] = [];
    for (let page = first; page <= last; page++) {
      touches.push({ key: page < pages ? `${pid}:${page}` : NOWHERE, op });
    }
    return touches;
  });
}

/** As a machine sees them: a folded record is a touch for each of its accesses. */
export function everyTouch(records: readonly FullRecord[], shift: number): SlowTouch[] {
  return records.flatMap((record) => {
    const touches = recordTouches([record], shift);
    return record.folded ? Array.from({ length: record.extent }, () => touches[0]!) : touches;
  });
}

/** The number of each record touch among all touches as a machine sees them, from 1; of a folded record that of its first. */
export function touchNumbers(records: readonly FullRecord[], shift: number): number[] {
  let number = 1;
  return records.flatMap((record) =>
    recordTouches([record], shift).map(() => {
      const own = number;
      number += record.folded ? record.extent : 1;
      return own;
    }),
  );
}

/** For each record touch the number of the next with the same page, or -1: for each one a search through all that follow. */
export function nextUses(records: readonly FullRecord[], shift: number): number[] {
  const touches = recordTouches(records, shift);
  const numbers = touchNumbers(records, shift);
  return touches.map(({ key }, index) => {
    const next = touches.findIndex((other, place) => key !== NOWHERE && place > index && other.key === key);
    return numbers[next] ?? -1;
  });
}
