/** What the model counts, for the machine and for each process, under the names of the catalog. */

export const MACHINE = -1;

/** What a served fault is counted as. */
export type FaultClass = 'demand_zero' | 'zero_page' | 'swap_in' | 'map' | 'file_read' | 'cow' | 'write_notify';

export type FaultBacking = 'anon' | 'file_private' | 'file_shared' | 'shm';

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

  served(pid: number, backing: FaultBacking, kind: FaultClass): void {
    const isMajor = kind === 'swap_in' || kind === 'file_read';
    this.add(pid, 'page_faults');
    this.add(pid, isMajor ? 'major_faults' : 'minor_faults');
    this.add(pid, `${kind}_faults`);
    if (kind === 'swap_in') this.add(pid, 'swap_ins');
    this.add(pid, `${backing}_${isMajor ? 'major' : kind === 'cow' ? 'cow' : 'minor'}_faults`);
  }

  refused(pid: number, backing: FaultBacking): void {
    this.add(pid, 'protection_failures');
    this.add(pid, `${backing}_protection_failures`);
  }

  evicted(pid: number, how: 'swap_outs' | 'file_write_backs' | `${string}_drops`): void {
    const isWritten = how === 'swap_outs' || how === 'file_write_backs';
    this.add(pid, how);
    this.add(pid, 'evictions');
    this.add(pid, isWritten ? 'dirty_evictions' : 'clean_evictions');
  }
}
