/** What the model counts, for the machine and for each process, under the names of the catalog. */
import type { CounterName } from '@pagewalk/engine/catalog';
import type { FaultClass } from './model.ts';
import type { Region } from './region.ts';

export const MACHINE = -1;

export class Counts {
  private readonly of = new Map<number, Map<string, number>>([[MACHINE, new Map()]]);

  add(pid: number, name: string, by = 1): void {
    for (const whose of [MACHINE, pid]) {
      const counts = this.of.get(whose) ?? new Map<string, number>();
      this.of.set(whose, counts.set(name, (counts.get(name) ?? 0) + by));
    }
  }

  get(pid: number, name: string): number {
    return this.of.get(pid)?.get(name) ?? 0;
  }

  /** Of all names that were ever counted. */
  names(): Set<string> {
    return new Set(this.of.get(MACHINE)?.keys());
  }

  served(pid: number, region: Region, kind: FaultClass): void {
    const isMajor = kind === 'swap_in' || kind === 'file_read';
    this.add(pid, 'page_faults');
    this.add(pid, isMajor ? 'major_faults' : 'minor_faults');
    this.add(pid, `${kind}_faults`);
    this.add(pid, `${classOf(region)}_${isMajor ? 'major' : kind === 'cow' ? 'cow' : 'minor'}_faults`);
  }

  failed(pid: number, region: Region, what: 'protection'): void {
    this.add(pid, `${what}_faults`);
    this.add(pid, `${classOf(region)}_${what}_faults`);
  }
}

/** By what the region was made of. */
export function classOf({ backing, shared }: Region): 'anon' | 'file_private' | 'file_shared' | 'shm' {
  if (backing !== 'file') return backing;
  return shared ? 'file_shared' : 'file_private';
}

export type Counted = CounterName;
