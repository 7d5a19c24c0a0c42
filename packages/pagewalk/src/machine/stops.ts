/** Why the engine stopped inside a chunk, as the error to throw; `events_full` is no error. */
import { STOPS, type StopName } from '@pagewalk/engine/catalog';
import type { MachineConfig } from './config/schema.ts';
import { BrokenMachineError, MachineError } from './errors.ts';

export const stopName = (place: number): StopName => STOPS[place]?.name ?? 'none';

/**
 * What the engine's run threw, as the error to throw. An `unreachable` is its way to say that the host gives it no more memory in the middle of
 * a change; such a machine cannot go on.
 */
export function trapError(error: unknown): unknown {
  const isOutOfMemory = error instanceof WebAssembly.RuntimeError && /unreachable/i.test(error.message);
  return isOutOfMemory ? new MachineError(EXHAUSTED, { cause: error }) : error;
}

const EXHAUSTED =
  'page tables, regions and mappings of this trace outgrew the 4 GiB that the engine can address; give a larger page_size, fewer levels or a part of the trace';

/** `detail` as stopDetail gives it; `pid` of the record at which the engine stopped. */
export function stopError(name: StopName, detail: BigUint64Array, pid: number, config: MachineConfig): Error {
  const [first = 0n, page = 0n, expected = 0n, found = 0n] = detail;
  switch (name) {
    case 'too_many_processes':
      return new MachineError(
        `pid ${first} is one process more than max_processes ${config.max_processes} allows; give a larger max_processes, at most 32767`,
      );
    case 'memory_exhausted':
      return new MachineError(EXHAUSTED);
    case 'verify_failed':
      return new BrokenMachineError(
        `verify: touch ${first}: process ${pid} read page 0x${page.toString(16)} and found write ${found} in it instead of write ${expected}; this is a bug in the machine`,
      );
    case 'bad_record':
      return new MachineError(`a record of the trace has op ${first}; expected 0 (read), 1 (write) or 2 (ifetch)`);
    default:
      return new MachineError(`the engine stopped: ${name}`);
  }
}
