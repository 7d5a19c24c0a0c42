/**
 * LRU stack distances: how many distinct pages were used since the last use of this one, itself included. A memory of k frames misses exactly
 * the references whose distance is above k. Mattson, Gecsei, Slutz, Traiger 1970, doi 10.1147/sj.92.0078.
 */
export const COLD = Number.POSITIVE_INFINITY;

/** One distance for each reference; COLD at the first use of a page. */
export function stackDistances<P>(references: readonly P[]): number[] {
  const stack: P[] = [];
  return references.map((page) => {
    const depth = stack.indexOf(page);
    if (depth !== -1) stack.splice(depth, 1);
    stack.unshift(page);
    return depth === -1 ? COLD : depth + 1;
  });
}

export function lruFaults(distances: readonly number[], frames: number): number {
  return distances.filter((distance) => distance > frames).length;
}

/** How often each distance occurs, the cold references apart. */
export function histogram(distances: readonly number[]): { cold: number; at: Record<number, number> } {
  const at: Record<number, number> = {};
  for (const distance of distances) if (distance !== COLD) at[distance] = (at[distance] ?? 0) + 1;
  return { cold: distances.filter((distance) => distance === COLD).length, at };
}
