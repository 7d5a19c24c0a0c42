/** An operation that the machine refused, or an access of a process that has ended; the machine is as it was before. */
import { OPERATION_ERRORS, type OperationErrorName, type OperationErrorRow } from '@pagewalk/engine/catalog';
import type { ObjectNames } from '../../trace/operations/names.ts';
import { type OperationRecord, operationRow, wordNames } from '../../trace/operations/operation.ts';
import { operationText } from '../../trace/operations/write.ts';
import { MachineError } from '../errors.ts';

export type OperationFailure = Exclude<OperationErrorName, 'none'>;

interface Facts {
  readonly pid: number;
  /** Null: it was an access. */
  readonly operation: OperationRecord['operation'] | null;
  readonly error: OperationFailure;
  /** Words that belong to the error. */
  readonly details: readonly bigint[];
  /** Where in the trace, as a message says it: `FILE:LINE`; null outside of a trace. */
  readonly place: string | null;
}

export class OperationError extends MachineError implements Facts {
  override readonly name = 'OperationError';
  readonly pid: number;
  readonly operation: Facts['operation'];
  readonly error: OperationFailure;
  readonly details: readonly bigint[];
  readonly place: string | null;
  /** The message without the place. */
  readonly reason: string;

  constructor(facts: Facts, reason: string) {
    super(facts.place === null ? reason : `${facts.place}: ${reason}`);
    this.pid = facts.pid;
    this.operation = facts.operation;
    this.error = facts.error;
    this.details = facts.details;
    this.place = facts.place;
    this.reason = reason;
  }

  /** The same with its place in a trace. */
  at(place: string): OperationError {
    return new OperationError({ ...this.facts(), place }, this.reason);
  }

  private facts(): Facts {
    const { pid, operation, error, details, place } = this;
    return { pid, operation, error, details, place };
  }
}

/** `record` is null for an access, or if its operands are not at hand; `row` is the place in OPERATION_ERRORS. */
export function operationError(
  pid: number,
  record: OperationRecord | null,
  row: number,
  details: readonly bigint[],
  names: ObjectNames,
): OperationError {
  const { name, meaning, remedy }: OperationErrorRow = OPERATION_ERRORS[row] ?? OPERATION_ERRORS[0];
  const what = record ? operationText(record, names) : 'an access';
  const reason = `${what} of process ${pid}: ${filled(meaning, details, (form, word) => said(form, word, record, names))}; ${remedy}`;
  const error = name as OperationFailure;
  return new OperationError({ pid, operation: record?.operation ?? null, error, details, place: null }, reason);
}

function filled(
  text: string,
  details: readonly bigint[],
  say: (form: string | undefined, word: bigint) => string,
): string {
  return text.replace(/\{([abc])(?::(\w+))?\}/g, (_, letter: string, form?: string) =>
    say(form, details['abc'.indexOf(letter)] ?? 0n),
  );
}

function said(form: string | undefined, word: bigint, record: OperationRecord | null, names: ObjectNames): string {
  if (form === 'x') return `0x${word.toString(16)}`;
  if (form === 'object') return names.name(word);
  if (form !== 'word') return String(word);
  const row = record ? operationRow(record.operation) : undefined;
  return (row && wordNames(row)[Number(word) - 1]) ?? `argument ${word}`;
}
