// What both sides report, in one shape, so that it can be compared to the last digit.

export interface Result {
  counters: Record<string, number>;
  processes: Record<string, number>[];
  tlbs: Record<'tlb' | 'stlb', Record<string, number>>;
  clock_ns: number;
}

/** The lines in which two results differ; none when they are equal. The engine also counts what the C program has not. */
export function differences(reference: Result, engine: Result): string[] {
  const left = flatten(reference);
  const right = flatten(engine);
  return [...left.keys()]
    .filter((name) => left.get(name) !== right.get(name))
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
