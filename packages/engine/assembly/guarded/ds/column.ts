import { RULE_INDEX, RULE_MEMORY } from '../../gen/policy-rules';
import { refuse, spendMany } from '../guard';

/** Bytes in front of the elements. */
const HEAD: usize = 16;

/**
 * A column as ds/column.ts has it, for policies that somebody brought along: every index is checked. The object is the address of its first
 * element here too, so that the engine can take the one for the other. In front of the elements:
 *
 *     -16 … -13   length
 *      -8 …  -1   nothing; the engine keeps `recency` without checks, and the links of an item that is in no list end here
 */
export class Column<T> {
  private constructor() {}

  @inline
  get length(): u32 {
    return load<u32>(changetype<usize>(this) - HEAD);
  }

  @inline
  get(index: u32): T {
    if (index >= this.length) refuse(RULE_INDEX, index, this.length);
    return load<T>(changetype<usize>(this) + ((<usize>index) << alignof<T>()));
  }

  @inline
  set(index: u32, value: T): void {
    if (index >= this.length) refuse(RULE_INDEX, index, this.length);
    store<T>(changetype<usize>(this) + ((<usize>index) << alignof<T>()), value);
  }

  /** Zeroes the elements 0 … length-1. */
  clear(length: u32): void {
    if (length > this.length) refuse(RULE_INDEX, length, this.length);
    const bytes = (<usize>length) << alignof<T>();
    spendMany(bytes >> 4);
    memory.fill(changetype<usize>(this), 0, bytes);
  }
}

/** A new column of zeroes. Only in the constructor of a policy: nothing is allocated later. */
export function column<T>(length: u32): Column<T> {
  return filled<T>(length, 0);
}

/** A new column with all bits set, which is NONE in every width. */
export function columnOfNone<T>(length: u32): Column<T> {
  return filled<T>(length, 0xff);
}

function filled<T>(length: u32, byte: u8): Column<T> {
  const bytes = ((<u64>length) << alignof<T>()) + HEAD;
  if (bytes > u32.MAX_VALUE) refuse(RULE_MEMORY, bytes, u32.MAX_VALUE);
  const base = heap.alloc(<usize>bytes);
  store<u32>(base, length);
  memory.fill(base + HEAD, byte, <usize>bytes - HEAD);
  return changetype<Column<T>>(base + HEAD);
}
