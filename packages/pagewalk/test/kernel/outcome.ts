/**
 * What one line of a script did, told alike by the kernel and by the machine, and written behind the line as a comment:
 *
 *   1 W 0x10000000        # minor other               a minor fault; the page is in another frame than before
 *   2 R 0x20000000        # minor new 1:0x10000000    it had none; process 1 has the frame at 0x10000000
 *   2 W 0x20000000        # SIGSEGV same 1:0x10000000
 *   1 R 0x10000000        # - same                    no fault
 *   1 mlock 0x10000 8192  # minor 2                   an operation that faulted twice; one that did not has no comment
 */
export interface Outcome {
  minor: number;
  major: number;
  /** An access: what became of it and of its page's frame. */
  access?: {
    signal: '' | 'SIGSEGV' | 'SIGBUS';
    /** none: not present afterwards; zero: the frame of zeroes; new: it was not present before; same and other: as before, or not. */
    frame: 'none' | 'zero' | 'new' | 'same' | 'other';
    /** `pid:address` of the other pages of the script in the same frame, in ascending order of process and address. */
    shares: readonly string[];
  };
  /** An operation that was refused: why. */
  error?: string;
}

export function said({ minor, major, access, error }: Outcome): string {
  if (access === undefined) return [counted(minor, major), error ?? ''].filter((word) => word !== '').join(' ');
  const { signal, frame, shares } = access;
  const faults = minor + major === 1 ? (major === 1 ? 'major' : 'minor') : counted(minor, major);
  return [signal || faults || '-', frame, ...[...shares].sort(byPlace)].join(' ');
}

const counted = (minor: number, major: number) =>
  [minor > 0 ? `minor ${minor}` : '', major > 0 ? `major ${major}` : ''].filter((word) => word !== '').join(' ');

function byPlace(a: string, b: string): number {
  const [pid, address] = a.split(':').map(Number) as [number, number];
  const [otherPid, otherAddress] = b.split(':').map(Number) as [number, number];
  return pid - otherPid || address - otherAddress;
}
