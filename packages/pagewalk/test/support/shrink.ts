/** The shortest list of steps that still fails, as far as leaving steps out can find it. */
export function shortest<T>(
  steps: readonly T[],
  fails: (steps: readonly T[]) => boolean,
  patienceMs = 8000,
): readonly T[] {
  const end = performance.now() + patienceMs;
  let kept = steps;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let again = true; again; ) {
      again = false;
      for (let from = kept.length - size; from > -size && performance.now() < end; from -= size) {
        const without = [...kept.slice(0, Math.max(0, from)), ...kept.slice(from + size)];
        if (without.length === kept.length || !fails(without)) continue;
        kept = without;
        again = size === 1;
      }
    }
  }
  return kept;
}
