import type { DoorInfo } from '../line-door.ts';
import type { World } from './world.ts';

/** What the system calls of a recording tell besides operations. */
export function infoOf({ leftOut, others, threads, cpus, processCount }: World): DoorInfo {
  const calls = [...others].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = calls.reduce((sum, [, count]) => sum + count, 0);
  return {
    leftOut: { ...Object.fromEntries(leftOut), ...(total === 0 ? {} : { 'other system calls': total }) },
    facts: {
      ...(processCount > 1 ? { processes: processCount } : {}),
      ...(threads > 0 ? { threads: threads + 1 } : {}),
      ...(cpus > 0 ? { cpus } : {}),
      ...(total === 0 ? {} : { other_calls: calls.map(([name, count]) => `${name} ${count}`).join(', ') }),
    },
    notes:
      threads === 0 || cpus > 0
        ? []
        : ['threads: valgrind ran them one at a time, and their accesses are not told apart'],
  };
}
