import type { ObjectNames } from './operations/names.ts';
import type { OperationRecord } from './operations/operation.ts';
import type { Misreading } from './operations/read.ts';
import { readOperation } from './operations/read.ts';

/** Reads the lines that a reader in trace.wasm leaves to the host; one per trace, so it may remember. */
export interface LineDoor {
  /** The operations that a line stands for, none or many; `line` has a character for each byte. */
  read(line: string, names: ObjectNames): readonly OperationRecord[] | Misreading;
  /** What it tells of the trace so far. */
  info?(): Partial<DoorInfo>;
}

export interface DoorInfo {
  readonly leftOut: Readonly<Record<string, number>>;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly notes: readonly string[];
}

export const isMisreading = (read: readonly OperationRecord[] | Misreading): read is Misreading => 'expected' in read;

/** Lines of the text format that are operations. */
export const operationDoor: LineDoor = {
  read(line, names) {
    const read = readOperation(line, names);
    return 'expected' in read ? read : [read];
  },
};
