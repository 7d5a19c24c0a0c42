/** A recording of one process: its log comes through a pipe and is read while it runs. */
import { fold, SystemCallDoor, traceFromBytes } from 'pagewalk/node';
import { LiveFacts } from './live-facts.ts';
import { type LoadedProgram, loadedProgram } from './loaded-program.ts';
import { LogPipe } from './log-pipe.ts';
import { PassedOn } from './passed-on.ts';
import { FunctionCall } from './roi.ts';
import type { RecordOptions, Running } from './running.ts';
import { LOG_FD, lackeyOptions, TracedProgram } from './traced-program.ts';

export async function runOne(valgrind: string, options: RecordOptions): Promise<Running> {
  const { command, modify, operations, threads, roi } = options;
  const log = new LogPipe();
  let traced: TracedProgram | null = null;
  try {
    const words = [
      valgrind,
      ...lackeyOptions({ operations, threads, children: false }),
      `--log-fd=${LOG_FD}`,
      '--',
      ...command,
    ];
    traced = await TracedProgram.start(words, { logEnd: log.writeEnd, started: () => log.started() });
    const { pid } = traced;
    const ended = traced.ended.then((code) => {
      log.finish();
      return code;
    });
    let loaded: LoadedProgram | null | undefined;
    const program = (): LoadedProgram | null => {
      loaded ??= loadedProgram(command[0] ?? '', pid);
      return loaded;
    };
    const facts = new LiveFacts(pid, process.cwd(), () => program()?.parts ?? []);
    // Lenient, because lackey's lines may have others of valgrind among them.
    const read = await traceFromBytes(log.stream(), {
      format: 'lackey',
      modify,
      lenient: true,
      name: 'lackey',
      ...(operations ? { door: new SystemCallDoor(facts) } : {}),
    });
    const raw = new PassedOn(read);
    const whole = roi === undefined ? raw : new FunctionCall(raw, roi, program);
    const source = options.fold === null ? whole : await fold(whole, options.fold);
    const running = traced;
    return {
      source,
      hasEnded: () => raw.hasEnded,
      ended,
      kill: () => running.kill(),
      close: () => {
        log.close();
        running.release();
      },
    };
  } catch (error) {
    traced?.kill();
    log.close();
    traced?.release();
    throw error;
  }
}
