/** A recording of a program and all that it forks and executes: a log for each, put together when all have ended. */
import { fold, merged, ObjectNames, type TraceInfo, type TraceSource } from 'pagewalk/node';
import { PassedOn } from '../passed-on.ts';
import type { RecordOptions, Running } from '../running.ts';
import { lackeyOptions, TracedProgram } from '../traced-program.ts';
import { Collector } from './collector.ts';
import { LogFolder } from './launcher.ts';
import { signal } from './log-stream.ts';

export async function runAll(valgrind: string, options: RecordOptions): Promise<Running> {
  const { command, modify, fold: page, progress } = options;
  const folder = new LogFolder(valgrind);
  const collector = new Collector({
    folder: folder.path,
    modify,
    fold: page,
    progress: (accesses, processes) => progress?.({ accesses, processes, bytes: 0 }),
  });
  const killAll = (): void => {
    for (const pid of collector.running) signal(pid, 'SIGKILL');
  };
  let traced: TracedProgram | null = null;
  try {
    const { words, env } = folder.command(
      lackeyOptions({ operations: true, children: true, threads: options.threads }),
      command,
    );
    const program = await TracedProgram.start(words, { env, insist: killAll });
    traced = program;
    const logs = await collector.collect(() => program.hasEnded);
    const source = merged({
      name: 'lackey',
      logs,
      foldedPage: page,
      names: new ObjectNames(),
      folder: process.cwd(),
      others: collector.others,
    });
    const told = new WithSkipped(page === null ? source : await fold(source, page), collector);
    return {
      source: told,
      hasEnded: () => true,
      ended: program.ended,
      kill: killAll,
      close: () => {
        program.release();
        folder.close();
      },
    };
  } catch (error) {
    killAll();
    traced?.kill();
    traced?.release();
    folder.close();
    throw error;
  }
}

/** The trace, with what reading the logs left out. */
class WithSkipped extends PassedOn {
  private readonly collector: Collector;

  constructor(source: TraceSource, collector: Collector) {
    super(source);
    this.collector = collector;
  }

  override info(): TraceInfo {
    const { skipped, firstSkipped } = this.collector;
    return { ...super.info(), skipped, firstSkipped };
  }
}
