import { champsim, cloudsuite } from './champsim.ts';
import { drmemtrace } from './drmemtrace.ts';
import type { TraceFormat } from './format.ts';
import { lackey } from './lackey.ts';
import { lcs, oracleGeneral, oracleGeneralOpns } from './libcachesim.ts';
import { reference } from './reference.ts';
import { text } from './text.ts';
import { vscsi } from './vscsi.ts';

export type { ReaderParts, ReadOption, ReadOptions, TraceFormat, WasmReading } from './format.ts';

/** One line for each format that can be read. */
export const FORMATS: readonly TraceFormat[] = [
  text,
  reference,
  lackey,
  drmemtrace,
  champsim,
  cloudsuite,
  oracleGeneral,
  oracleGeneralOpns,
  lcs,
  vscsi,
];

/** @throws RangeError naming the formats there are. */
export function formatOf(name: string): TraceFormat {
  const format = FORMATS.find((row) => row.name === name);
  if (format === undefined) {
    throw new RangeError(`unknown format '${name}': expected ${FORMATS.map((row) => row.name).join(', ')}`);
  }
  return format;
}
