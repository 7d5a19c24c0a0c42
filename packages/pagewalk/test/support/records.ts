/** A trace of the tests as records of 16 bytes, and the next uses of their touches that OPT wants. */
import { type Access, touchesOf } from '../oracle/trace.ts';

export const CHUNK_RECORDS = 65_536;
export const CHUNK_TOUCHES = 131_072;
export const RECORD_BYTES = 16;
/** No next use. */
const NEVER = (1n << 64n) - 1n;
const OPS = { R: 0, W: 1, I: 2 } as const;
const FOLDED = 0x10;
const PID_SHIFT = 8;

export function pack(view: DataView, at: number, access: Access): void {
  view.setBigUint64(at, access.address, true);
  view.setUint32(at + 8, access.extent, true);
  view.setUint32(at + 12, OPS[access.op] | (access.folded ? FOLDED : 0) | (access.pid << PID_SHIFT), true);
}

/** For each record the next uses of its touches, by the number of the touch; the repeats of a folded record are one of them. */
export function recordUses(trace: readonly Access[], pageShift: number): bigint[][] {
  const seen = new Map<string, bigint>();
  const once = (access: Access) => touchesOf(access.folded ? { ...access, extent: 1 } : access, pageShift);
  let time = trace.reduce((sum, access) => sum + BigInt(access.folded ? access.extent : once(access).length), 0n);
  return trace
    .toReversed()
    .map((access) =>
      once(access)
        .toReversed()
        .map(({ pid, page }) => {
          const next = seen.get(`${pid}:${page}`) ?? NEVER;
          time -= BigInt(access.folded ? access.extent : 1);
          seen.set(`${pid}:${page}`, time + 1n);
          return next;
        })
        .toReversed(),
    )
    .toReversed();
}
