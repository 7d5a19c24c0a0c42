/** What a reader tells besides accesses; the names of the places are in the row of its format. */
const PLACES: u32 = 32;
const COUNTS: usize = memory.data(32 * 8);
const FACTS: usize = memory.data(32 * 8);
const KNOWN: usize = memory.data(32);

/** Things that are no accesses and were skipped by design, counted by kind. */
export function leaveOut(kind: u32, count: u64 = 1): void {
  const place = COUNTS + ((<usize>kind) << 3);
  store<u64>(place, load<u64>(place) + count);
}

export function leftOutCount(kind: u32): u64 {
  return kind < PLACES ? load<u64>(COUNTS + ((<usize>kind) << 3)) : 0;
}

/** What the trace says of itself. */
export function tellFact(fact: u32, value: u64): void {
  store<u64>(FACTS + ((<usize>fact) << 3), value);
  store<u8>(KNOWN + fact, 1);
}

export function isFactKnown(fact: u32): bool {
  return fact < PLACES && load<u8>(KNOWN + fact) != 0;
}

export function factOf(fact: u32): u64 {
  return load<u64>(FACTS + ((<usize>fact) << 3));
}
