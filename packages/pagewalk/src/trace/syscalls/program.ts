/**
 * What a process has before it does anything: its program, the program's loader and the stack. The kernel, or valgrind in its place, maps them without
 * a system call.
 */
import type { PieceBacking } from './known-space.ts';
import type { Memory } from './memory-calls.ts';

/** A part of a file, or of nothing, in memory. Addresses are of whole pages. */
export interface ProgramPart {
  readonly start: number;
  readonly end: number;
  /** R 1, W 2, X 4. */
  readonly protection: number;
  /** Absent: anonymous. The path has a character for each byte; the size is null if it does not matter. */
  readonly file?: { readonly path: string; readonly size: number | null; readonly offset: number } | undefined;
}

export function loadProgram(memory: Memory, parts: readonly ProgramPart[]): void {
  const { world, pid } = memory;
  for (const { start, end, protection, file } of parts) {
    const backing: PieceBacking = { protection: BigInt(protection), shared: false, kind: 'anon', name: '', offset: 0 };
    if (file === undefined) memory.map(start, end, backing);
    else {
      const known = world.files.at(file.path, file.size);
      world.tell(pid, known);
      memory.map(start, end, { ...backing, kind: 'file', name: known.name, offset: file.offset });
    }
  }
}
