/**
 * What the processes of a recording have in common: the files, the shared memory objects, the numbers that processes get in the trace,
 * and the operations that the calls so far have become.
 */
import { MAP_FLAGS, type OperationName } from '@pagewalk/engine/catalog';
import type { ObjectNames } from '../operations/names.ts';
import type { OperationRecord } from '../operations/operation.ts';
import { type File, Files } from './files.ts';

/** Shared memory objects have no end in a trace: programs that go on do not touch what is behind it. */
const OBJECT_BYTES = 1n << 40n;
/** As good as no end: a file whose size was known once, and is not any more. */
const ENDLESS = 1n << 62n;

export interface SharedSegment {
  readonly name: string;
  readonly size: number;
  removed: boolean;
}

export class World {
  readonly names: ObjectNames;
  readonly files = new Files();
  readonly segments = new Map<number, SharedSegment>();
  /** Calls and parts of calls that no operation stands for, counted. */
  readonly leftOut = new Map<string, number>();
  /** Other calls, which change no memory, by name. */
  readonly others = new Map<string, number>();
  threads = 0;
  /** Threads that were told apart, of the process that had most; 0 if they are not. */
  cpus = 0;
  private processes = 0;
  private segmentsMade = 0;
  private operations: OperationRecord[] = [];

  constructor(names: ObjectNames) {
    this.names = names;
  }

  /** Numbers are given from 1 in the order of asking. */
  newProcess(): number {
    return ++this.processes;
  }

  get processCount(): number {
    return this.processes;
  }

  /** Numbers that a damaged line may tell become no operation. */
  emit(pid: number, operation: OperationName, ...words: (bigint | number)[]): void {
    if (words.some((word) => typeof word === 'number' && !(Number.isInteger(word) && word >= 0 && word < 2 ** 63))) {
      this.leaveOut('calls with numbers that cannot be');
      return;
    }
    this.operations.push({ pid, operation, words: words.map(BigInt) });
  }

  /** The operations since the last asking, in order. */
  take(): OperationRecord[] {
    const taken = this.operations;
    this.operations = [];
    return taken;
  }

  leaveOut(what: string): void {
    this.leftOut.set(what, (this.leftOut.get(what) ?? 0) + 1);
  }

  object(name: string): bigint {
    return BigInt(this.names.number(name));
  }

  /** Sees to it that the trace knows the file before it is mapped. */
  tell(pid: number, file: File): void {
    if (file.told) return;
    file.told = true;
    if (file.inMemory) this.emit(pid, 'shm_create', this.object(file.name), OBJECT_BYTES);
    else if (file.size !== null) this.emit(pid, 'ftruncate', this.object(file.name), file.size);
  }

  /** The file has this size from now on; null: nobody knows. */
  resize(pid: number, file: File, size: number | null): void {
    const before = file.size;
    file.size = size;
    if (!file.told || file.inMemory || before === size) return;
    this.emit(pid, 'ftruncate', this.object(file.name), size ?? ENDLESS);
  }

  /** Nobody can open or map the file any more: a memory file goes with its last mapping. */
  release(pid: number, file: File | null): void {
    if (file === null || !file.inMemory || !file.removed || file.users > 0 || !file.told) return;
    file.told = false;
    this.emit(pid, 'shm_remove', this.object(file.name));
  }

  /** A segment of System V that shmget has just made or found; null if it was there before and its size is not told. */
  segment(pid: number, id: number, size: number): SharedSegment | null {
    const known = this.segments.get(id);
    if (known !== undefined || size === 0) return known ?? null;
    const segment = { name: `sysv-${++this.segmentsMade}`, size, removed: false };
    this.segments.set(id, segment);
    this.emit(pid, 'shm_create', this.object(segment.name), size);
    return segment;
  }
}

/** Flags of an `mmap` operation. */
export function mapFlags(protection: bigint, shared: boolean, huge = 0): bigint {
  return protection | (shared ? BigInt(MAP_FLAGS.shared) : 0n) | BigInt(huge);
}
