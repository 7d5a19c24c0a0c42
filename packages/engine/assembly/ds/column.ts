/**
 * One column of a structure of arrays: `length` values of T at consecutive addresses. The object *is* its first element's address,
 * so `get` and `set` are one load and one store without bounds check; indexes come from inside the engine and are checked there.
 */
export class Column<T> {
  get(index: u32): T {
    return load<T>(changetype<usize>(this) + ((<usize>index) << alignof<T>()));
  }

  set(index: u32, value: T): void {
    store<T>(changetype<usize>(this) + ((<usize>index) << alignof<T>()), value);
  }

  /** Zeroes the elements 0 … length-1. */
  clear(length: u32): void {
    memory.fill(changetype<usize>(this), 0, (<usize>length) << alignof<T>());
  }

  /** Address of an element. */
  at(index: u32): usize {
    return changetype<usize>(this) + ((<usize>index) << alignof<T>());
  }
}

/** A new column of zeroes. Only while a machine is constructed: nothing is allocated later. */
export function column<T>(length: u32): Column<T> {
  const bytes = (<usize>length) << alignof<T>();
  const base = heap.alloc(bytes);
  memory.fill(base, 0, bytes);
  return changetype<Column<T>>(base);
}

/** A new column with all bits set, which is NONE in every width. */
export function columnOfNone<T>(length: u32): Column<T> {
  const bytes = (<usize>length) << alignof<T>();
  const base = heap.alloc(bytes);
  memory.fill(base, 0xff, bytes);
  return changetype<Column<T>>(base);
}
