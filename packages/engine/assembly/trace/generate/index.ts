import { CHUNK_RECORDS, PID_SHIFT, put, READ, RECORD_BYTES, RECORDS, WRITE } from '../records';
import { ACCESSES, Generator, PROCESSES, parameter, SEED, WRITES } from './generator';
import { Locality } from './locality';
import { Loop } from './loop';
import { Random } from './random';
import { Sequential } from './sequential';
import { Stream } from './stream';
import { Thrashing } from './thrashing';
import { WorkingSet } from './working-set';
import { Zipf } from './zipf';

/** The patterns, by their place in the library's list of generators. */
function create(pattern: u32, stream: Stream): Generator {
  switch (pattern) {
    case 0:
      return new Sequential();
    case 1:
      return new Random(stream);
    case 2:
      return new WorkingSet(stream);
    case 3:
      return new Locality(stream);
    case 4:
      return new Thrashing();
    case 5:
      return new Zipf(stream);
    default:
      return new Loop();
  }
}

let generator: Generator | null = null;
let stream: Stream | null = null;
let left: u64 = 0;

/** Starts anew with what is in PARAMETERS. */
export function beginGenerating(pattern: u32): void {
  const draws = new Stream(parameter(SEED));
  stream = draws;
  generator = create(pattern, draws);
  left = parameter(ACCESSES);
}

/** Records written to RECORDS: byte accesses, each of a process (pid 1, 2, …) drawn by lot. 0 after the last. */
export function generate(): u32 {
  const pattern = generator;
  const draws = stream;
  if (pattern === null || draws === null) return 0;
  const records = <u32>min<u64>(left, CHUNK_RECORDS);
  left -= records;
  const processes = parameter(PROCESSES);
  const writes = parameter(WRITES);
  const end = RECORDS + <usize>records * RECORD_BYTES;
  for (let out = RECORDS; out < end; out += RECORD_BYTES) {
    const process = processes == 1 ? 0 : <u32>draws.below(processes);
    const address = pattern.next(process);
    const op = draws.bits() < writes ? WRITE : READ;
    put(out, address, 1, op | ((process + 1) << PID_SHIFT));
  }
  return records;
}
