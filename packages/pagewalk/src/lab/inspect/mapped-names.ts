/**
 * What the operations of a trace say that is mapped where: the names of files and shared memory objects, and `heap`. A process has what it mapped
 * itself and, below that, what its parent had mapped.
 */
import type { ObjectNames } from '../../trace/operations/names.ts';
import { MMAP, type OperationRecord, objectPlace, operationRow } from '../../trace/operations/operation.ts';

/** Pages `from` … `to` - 1. */
export interface NamedPages {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** More of one process, the first ones are forgotten. */
const MOST = 1024;
const GENERATIONS = 16;
/** What must be kept of the operations for this. */
export const NAMING: ReadonlySet<string> = new Set(['mmap', 'brk', 'fork', 'shm_create', 'shm_attach']);

/** By process; intervals by address, none overlapping another. */
export function mappedNames(
  operations: readonly OperationRecord[],
  names: ObjectNames | undefined,
  pageBytes: number,
): (pid: number) => readonly NamedPages[] {
  const parents = new Map<number, number>();
  const sizes = new Map<bigint, number>();
  const heaps = new Map<number, number>();
  const mapped = new Map<number, NamedPages[]>();
  const put = (pid: number, address: number, length: number, name: string): void => {
    const pages = { from: Math.floor(address / pageBytes), to: Math.ceil((address + length) / pageBytes), name };
    mapped.set(pid, [...(mapped.get(pid) ?? []).slice(1 - MOST), pages]);
  };
  for (const { pid, operation, words } of operations) {
    const place = objectPlace(operationRow(operation)!, words);
    const name = (): string => names?.name(words[place]!) ?? 'object';
    if (operation === 'fork') parents.set(Number(words[0]), pid);
    else if (operation === 'shm_create') sizes.set(words[0]!, Number(words[1]));
    else if (operation === 'shm_attach') put(pid, Number(words[1]), sizes.get(words[0]!) ?? pageBytes, name());
    else if (operation === 'mmap' && place >= 0)
      put(pid, Number(words[MMAP.address]), Number(words[MMAP.length]), name());
    else if (operation === 'brk') {
      const [start, end] = [heaps.get(pid), Number(words[0])];
      if (start === undefined) heaps.set(pid, end);
      else if (end > start) put(pid, start, end - start, 'heap');
    }
  }
  return (pid) => {
    const lines: NamedPages[][] = [];
    for (
      let each: number | undefined = pid;
      each !== undefined && lines.length < GENERATIONS;
      each = parents.get(each)
    ) {
      lines.unshift(mapped.get(each) ?? []);
    }
    return flat(lines.flat().slice(-MOST));
  };
}

/** Of intervals that overlap, the last one holds. */
function flat(mappings: readonly NamedPages[]): NamedPages[] {
  const cuts = [...new Set(mappings.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const found: NamedPages[] = [];
  for (const [index, from] of cuts.entries()) {
    const name = mappings.findLast((each) => each.from <= from && from < each.to)?.name;
    const to = cuts[index + 1];
    if (name === undefined || to === undefined) continue;
    const before = found.at(-1);
    if (before?.name === name && before.to === from) found[found.length - 1] = { ...before, to };
    else found.push({ from, to, name });
  }
  return found;
}
