// What both sides report, in one shape, so that it can be compared to the last digit.

export interface Result {
  counters: Record<string, number>;
  processes: Record<string, number>[];
  tlbs: Record<'tlb' | 'stlb', Record<string, number>>;
  clock_ns: number;
}

/** The lines in which two results differ; none when they are equal. What the C program has no counter for must be 0. */
export function differences(reference: Result, engine: Result): string[] {
  const left = flatten(reference);
  const right = flatten(engine);
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((name) => (left.get(name) ?? 0) !== right.get(name))
    .map((name) => `${name}: C ${left.get(name)}, engine ${right.get(name)}`);
}

function flatten({ counters, processes, tlbs, clock_ns }: Result): Map<string, number> {
  const flat = new Map<string, number>([['clock_ns', clock_ns]]);
  const put = (prefix: string, row: Record<string, number>) => {
    for (const [name, value] of Object.entries(row)) flat.set(`${prefix}${name}`, value);
  };
  put('', counters);
  processes.forEach((row, slot) => {
    put(`process ${slot} `, row);
  });
  put('tlb ', tlbs.tlb);
  put('stlb ', tlbs.stlb);
  return flat;
}
