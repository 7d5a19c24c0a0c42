import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CallLines, type FileFacts, type LogFacts, type ProgramPart } from 'pagewalk/node';

const OPENING = /^(?:open|openat|openat2|creat)$/;
const AT_FDCWD = -100;

/**
 * What is to be known of a process besides its log, asked while it runs: the files that it opens, how long they are then, and the program it
 * began with. `folder` is where it was started.
 */
export class LiveFacts implements LogFacts {
  readonly folder: string;
  private readonly process: number;
  private readonly parts: () => readonly ProgramPart[];
  private readonly lines = new CallLines();

  constructor(process: number, folder: string, parts: () => readonly ProgramPart[]) {
    this.process = process;
    this.folder = folder;
    this.parts = parts;
  }

  program(): readonly ProgramPart[] {
    return this.parts();
  }

  file(line: string): FileFacts | undefined {
    const call = this.lines.read(line);
    if (call === null || !call.succeeded || !OPENING.test(call.name)) return undefined;
    const at = call.name.startsWith('openat') ? 1 : 0;
    const path = Buffer.from(call.words[at]?.string ?? '', 'latin1').toString();
    if (path === '') return undefined;
    const folder = at === 0 || (Number(call.words[0]?.text) | 0) === AT_FDCWD ? 'cwd' : `fd/${call.words[0]?.text}`;
    try {
      const real = realpathSync(path.startsWith('/') ? path : resolve(this.place(folder), path));
      const stat = statSync(real);
      const size = stat.isFile() && stat.size > 0 ? stat.size : undefined;
      return { path: Buffer.from(real).toString('latin1'), size };
    } catch {
      // Gone already: what the log says of it must do.
      return undefined;
    }
  }

  private place(what: string): string {
    try {
      return readlinkSync(`/proc/${this.process}/${what}`);
    } catch {
      return this.folder;
    }
  }
}
