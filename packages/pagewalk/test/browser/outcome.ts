import type { ConfigInput, Machine, TraceSource } from '../../src/index.ts';

/** Everything a result says of the machine, as plain data; runs on both hosts. */
export async function outcome(
  create: typeof Machine.create,
  trace: TraceSource,
  config: ConfigInput,
): Promise<Outcome> {
  const machine = await create(config);
  const { accesses, records, pages } = await machine.run(trace);
  const { counters, processes, tlbs, pwcs, time } = machine;
  return { accesses, records, pages, counters, processes, tlbs, pwcs, time, violation: machine.check() };
}

export type Outcome = Pick<Machine, 'counters' | 'processes' | 'tlbs' | 'pwcs' | 'time'> & {
  readonly accesses: number;
  readonly records: number;
  readonly pages: number | null;
  readonly violation: ReturnType<Machine['check']>;
};
