/**
 * System calls in the log of one process, as operations. Its children have logs of their own, which are not read here: a child that is forked
 * shares its memory until it is waited for, and does nothing.
 */
import type { DoorInfo, LineDoor } from '../line-door.ts';
import type { ObjectNames } from '../operations/names.ts';
import type { OperationRecord } from '../operations/operation.ts';
import type { FileFacts } from './file-calls.ts';
import { infoOf } from './info.ts';
import { TracedProcess } from './process.ts';
import { loadProgram, type ProgramPart } from './program.ts';
import { World } from './world.ts';

/** What is known besides the log, while its process runs. */
export interface LogFacts {
  /** Of the file that the line says was opened. */
  file(line: string): FileFacts | undefined;
  /** What was mapped before the first access, asked for once. */
  program(): readonly ProgramPart[];
  /** The folder it was started in. */
  readonly folder: string;
}

export class SystemCallDoor implements LineDoor {
  private readonly facts: LogFacts | null;
  private process: TracedProcess | null = null;
  private readonly children = new Map<number, TracedProcess>();

  constructor(facts: LogFacts | null = null) {
    this.facts = facts;
  }

  read(line: string, names: ObjectNames): readonly OperationRecord[] {
    const process = this.process ?? this.begin(names);
    const event = process.line(line, this.facts?.file(line));
    if (event?.kind === 'fork' && !event.sharesMemory) this.children.set(event.child, process.fork());
    if (event?.kind === 'waited') {
      this.children.get(event.child)?.exit();
      this.children.delete(event.child);
    }
    return process.world.take();
  }

  info(): Partial<DoorInfo> {
    return this.process === null ? {} : infoOf(this.process.world);
  }

  private begin(names: ObjectNames): TracedProcess {
    const process = TracedProcess.first(new World(names), this.facts?.folder ?? '/');
    this.process = process;
    if (this.facts) loadProgram(process.memory, this.facts.program());
    return process;
  }
}
