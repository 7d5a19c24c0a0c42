/** Follows scripts in the simulated machine, or in the slow model of it, and tells of each line what the program of `program/` tells. */
import type { OperationErrorName } from '@pagewalk/engine/catalog';
import { ObjectNames } from '../../src/trace/operations/names.ts';
import { isMisreading, readOperation } from '../../src/trace/operations/read.ts';
import { access, operation, type Step } from '../oracle/space/step.ts';
import type { Op } from '../oracle/trace.ts';
import type { Shown, Subject } from '../support/scene.ts';
import type { Outcome } from './outcome.ts';
import type { Script } from './script.ts';

const PAGE = 4096;

export function follow({ lines }: Script, subject: Subject): Map<number, Outcome> {
  const names = new ObjectNames();
  const steps = lines.map(({ number, body }) => ({ number, step: stepOf(body, names) }));
  const pages = new Set(steps.flatMap(({ step }) => (step.kind === 'access' ? [pageOf(step.address)] : [])));
  return new Map(steps.map(({ number, step }) => [number, take(subject, step, pages)]));
}

export function stepOf(line: string, names: ObjectNames): Step {
  const [, pid, op, address] = /^(\d+) ([RWI]) (\S+)$/.exec(line) ?? [];
  if (op !== undefined) return access(Number(pid), op as Op, Number(address));
  const read = readOperation(line, names);
  if (isMisreading(read)) throw new Error(`${line}: ${read.what}, expected ${read.expected}`);
  return operation(read.pid, read.operation, ...read.words.map(Number));
}

const pageOf = (address: number) => Math.floor(address / PAGE);

/** Frames are known by what the subject calls them. */
function take(subject: Subject, step: Step, pages: ReadonlySet<number>): Outcome {
  const place = (): Shown | undefined =>
    shown(subject, step.pid)?.get(step.kind === 'access' ? pageOf(step.address) : -1);
  const before = place();
  const counts = countsOf(subject);
  const error = subject.step(step);
  const [minor, major, segfaults, busErrors] = countsOf(subject).map((count, at) => count - (counts[at] ?? 0));
  const faults = { minor: minor ?? 0, major: major ?? 0 };
  if (step.kind === 'operation') return { ...faults, error: error ?? ('' satisfies OperationErrorName | '') };
  const after = place();
  const frame = frameOf(before, after);
  const signal = segfaults ? 'SIGSEGV' : busErrors ? 'SIGBUS' : '';
  return { ...faults, access: { signal, frame, shares: sharers(subject, step.pid, pageOf(step.address), pages) } };
}

function countsOf(subject: Subject): number[] {
  const count = (...names: string[]) => names.reduce((sum, name) => sum + subject.count(name), 0);
  return [
    count('minor_faults'),
    count('major_faults'),
    count('segfaults', 'region_segfaults', 'protection_failures'),
    count('bus_errors'),
  ];
}

function frameOf(before: Shown | undefined, after: Shown | undefined): NonNullable<Outcome['access']>['frame'] {
  if (after?.zero) return 'zero';
  if (after === undefined || after.frame === null) return 'none';
  if (before === undefined || (before.frame === null && !before.zero)) return 'new';
  return before.frame === after.frame ? 'same' : 'other';
}

function sharers(subject: Subject, pid: number, page: number, pages: ReadonlySet<number>): string[] {
  const frame = shown(subject, pid)?.get(page)?.frame ?? null;
  if (frame === null) return [];
  return subject
    .processes()
    .flatMap((process) =>
      [...(process.pages ?? [])]
        .filter(([at, { frame: other }]) => other === frame && pages.has(at) && (process.pid !== pid || at !== page))
        .map(([at]) => `${process.pid}:0x${(at * PAGE).toString(16)}`),
    );
}

const shown = (subject: Subject, pid: number) => subject.processes().find((process) => process.pid === pid)?.pages;
