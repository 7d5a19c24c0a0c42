/** The whole engine, and where its heap ends. */
export * from '../index';

/** Address of the next allocation: the same as before if nothing was allocated in between. */
export function heapEnd(): usize {
  const next = heap.alloc(0);
  heap.free(next);
  return next;
}
