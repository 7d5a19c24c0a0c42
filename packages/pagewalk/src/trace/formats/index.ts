import { champsim, cloudsuite } from './champsim.ts';
import { csv } from './csv.ts';
import { damon } from './damon.ts';
import { dinero } from './dinero.ts';
import { dineroExtended } from './dinero-extended.ts';
import { drmemtrace } from './drmemtrace.ts';
import { drmemtraceView } from './drmemtrace-view.ts';
import type { TraceFormat } from './format.ts';
import { gem5 } from './gem5.ts';
import { gem5Text } from './gem5-text.ts';
import { lackey } from './lackey.ts';
import { lcs, oracleGeneral, oracleGeneralOpns } from './libcachesim.ts';
import { msr } from './msr.ts';
import { perfMem } from './perf-mem.ts';
import { perfScript } from './perf-script.ts';
import { reference } from './reference.ts';
import { tencent } from './tencent.ts';
import { text } from './text.ts';
import { vmt } from './vmt.ts';
import { vscsi } from './vscsi.ts';

export type { ReaderParts, ReadOption, ReadOptions, TraceFormat, WasmReading } from './format.ts';

/** One line for each format that can be read. */
export const FORMATS: readonly TraceFormat[] = [
  text,
  vmt,
  reference,
  lackey,
  dinero,
  dineroExtended,
  drmemtraceView,
  csv,
  msr,
  tencent,
  gem5,
  gem5Text,
  perfScript,
  perfMem,
  damon,
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
