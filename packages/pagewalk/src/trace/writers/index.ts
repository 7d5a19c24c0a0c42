import type { TraceSource } from '../source.ts';
import { champsim } from './champsim.ts';
import { csv } from './csv.ts';
import { drmemtrace } from './drmemtrace.ts';
import { type Loss, Losses } from './losses.ts';
import { oracleGeneral } from './oracle-general.ts';
import { text } from './text.ts';
import { vmt } from './vmt.ts';
import type { TraceWriterRow, WriteOptions } from './writer.ts';

export { LOSSES, type Loss, LossError } from './losses.ts';
export type { TraceWriterRow, WriteOptions } from './writer.ts';

export const WRITERS: readonly TraceWriterRow[] = [vmt, text, drmemtrace, champsim, oracleGeneral, csv];

export interface Written {
  /** All of the output, piece by piece, each valid until the next. The source stays open. */
  readonly pieces: AsyncGenerator<Uint8Array, void, void>;
  /** What was lost, so far. */
  readonly lost: Readonly<Partial<Record<Loss, number>>>;
  /** What one must know of the output; complete with the last piece. */
  readonly notes: readonly string[];
}

/** @throws RangeError at an unknown format. The pieces throw a LossError where something would be lost that may not. */
export function write(source: TraceSource, format: string, options: WriteOptions = {}): Written {
  const row = WRITERS.find(({ name }) => name === format);
  if (!row) throw new RangeError(`format '${format}': expected ${WRITERS.map(({ name }) => name).join(', ')}`);
  const losses = new Losses(format, options.lossy === true);
  const notes: string[] = [];
  return { pieces: row.write({ source, options, losses, notes }), lost: losses.counts, notes };
}
