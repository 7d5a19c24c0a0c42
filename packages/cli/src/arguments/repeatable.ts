/** A trace that is read several times: standard input and pipes, which come only once, are put aside. */
import { statSync } from 'node:fs';
import { type SpooledTrace, spooled, type TraceSource } from 'pagewalk/node';
import { openedTrace, type TraceFlags } from './opened-trace.ts';

export interface RepeatableTrace extends Pick<SpooledTrace, 'close'> {
  readonly open: () => Promise<TraceSource> | TraceSource;
}

export async function repeatable(path: string, flags: TraceFlags, pageSize: number): Promise<RepeatableTrace> {
  const open = (): Promise<TraceSource> => openedTrace(path, flags, pageSize);
  return isFile(path) ? { open, close: async () => {} } : spooled(await open());
}

function isFile(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? true);
}
