// The workloads of the benches, in memory.
import { fileURLToPath } from 'node:url';
import { type Chunks, generated, recorded, unfolded } from './records.ts';

export interface Workload {
  readonly name: string;
  /** Three quarters of the pages. */
  readonly frames: number;
  readonly chunks: (records: number) => Promise<Chunks>;
}

const RECORDED = fileURLToPath(new URL('../../traces/sqlite3.trace.zst', import.meta.url));

export const WORKLOADS: readonly Workload[] = [
  { name: 'zipf', frames: 49_152, chunks: (records) => generated('zipf', records) },
  { name: 'uniform', frames: 49_152, chunks: (records) => generated('random', records) },
  { name: 'sqlite3', frames: 462, chunks: (records) => recorded(RECORDED, records) },
  { name: 'sqlite3, unfolded', frames: 462, chunks: (records) => unfolded(RECORDED, records) },
];

export async function workload(name: string, records: number): Promise<{ frames: number; chunks: Chunks }> {
  const found = WORKLOADS.find((each) => each.name === name);
  if (!found) throw new Error(`no workload ${name}`);
  return { frames: found.frames, chunks: await found.chunks(records) };
}
