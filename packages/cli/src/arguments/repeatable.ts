/** A trace that is read several times: standard input and pipes, which come only once, are put aside. */
import { statSync } from 'node:fs';
import { openTrace, type SpooledTrace, spooled, type TraceSource } from 'pagewalk/node';

/** The flags that say how a trace is read. */
export interface TraceFlags {
  readonly format?: string;
  readonly modify?: 'write' | 'both';
  readonly lenient?: boolean;
}

export interface RepeatableTrace extends Pick<SpooledTrace, 'close'> {
  readonly open: () => Promise<TraceSource> | TraceSource;
}

export async function repeatable(path: string, flags: TraceFlags, pageSize: number): Promise<RepeatableTrace> {
  const open = (): Promise<TraceSource> =>
    openTrace(path, {
      referencePage: pageSize,
      ...(flags.format === undefined ? {} : { format: flags.format }),
      ...(flags.modify === undefined ? {} : { modify: flags.modify }),
      lenient: flags.lenient === true,
    });
  return isFile(path) ? { open, close: async () => {} } : spooled(await open());
}

function isFile(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true);
}
