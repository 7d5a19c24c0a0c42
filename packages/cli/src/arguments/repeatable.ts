/** A trace that is read several times: standard input and pipes, which come only once, are put aside. */
import { statSync } from 'node:fs';
import { openTrace, type SpooledTrace, spooled, type TraceSource } from 'pagewalk/node';

type OpenOptions = Parameters<typeof openTrace>[1];

export interface RepeatableTrace extends Pick<SpooledTrace, 'close'> {
  readonly open: () => Promise<TraceSource> | TraceSource;
}

export async function repeatable(path: string, options: OpenOptions): Promise<RepeatableTrace> {
  const open = (): Promise<TraceSource> => openTrace(path, options);
  return isFile(path) ? { open, close: async () => {} } : spooled(await open());
}

function isFile(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true);
}
