/** Every format that has a slow reader. */
import { slowMsr, slowTencent } from '../slow/block-csv.ts';
import { slowChampsim, slowCloudsuite } from '../slow/champsim.ts';
import { slowCsv } from '../slow/csv.ts';
import { slowDamon } from '../slow/damon.ts';
import { slowDinero, slowDineroExtended } from '../slow/dinero.ts';
import { slowDrmemtrace } from '../slow/drmemtrace.ts';
import { slowGem5 } from '../slow/gem5.ts';
import { slowGem5Text } from '../slow/gem5-text.ts';
import { slowLcs, slowOracleGeneral, slowOracleGeneralOpns, slowVscsi } from '../slow/libcachesim.ts';
import { slowPerfMem, slowPerfScript } from '../slow/perf.ts';
import { slowView } from '../slow/view.ts';
import * as binary from './binary-traces.ts';
import type { FormatCase } from './case.ts';
import * as traces from './line-traces.ts';

const OBJECTS = [{}, { split: true }, { idIs: 'byte' }, { idIs: 'lbn512', split: true }] as const;
const REQUEST_FACTS = ['first_time', 'last_time', 'times_backwards', 'next'];

export const BINARY: readonly FormatCase[] = [
  { format: 'gem5', unit: 'record', slow: slowGem5, traces: binary.gem5, facts: ['object'] },

  { format: 'drmemtrace', unit: 'record', slow: slowDrmemtrace, traces: binary.drmemtrace },
  {
    format: 'champsim',
    unit: 'record',
    slow: slowChampsim,
    traces: binary.champsim,
    facts: ['instructions', 'branches'],
  },
  {
    format: 'cloudsuite',
    unit: 'record',
    slow: slowCloudsuite,
    traces: binary.cloudsuite,
    facts: ['instructions', 'branches'],
  },
  {
    format: 'oracle_general',
    unit: 'record',
    slow: slowOracleGeneral,
    traces: binary.oracleGeneral,
    options: OBJECTS,
    facts: REQUEST_FACTS,
  },
  {
    format: 'oracle_general_opns',
    unit: 'record',
    slow: slowOracleGeneralOpns,
    traces: binary.oracleGeneralOpns,
    options: OBJECTS,
    facts: REQUEST_FACTS,
  },
  { format: 'lcs', unit: 'record', slow: slowLcs, traces: binary.lcs, options: OBJECTS, facts: REQUEST_FACTS },
  { format: 'vscsi', unit: 'record', slow: [slowVscsi(1), slowVscsi(2)], traces: binary.vscsi, options: OBJECTS },
];

const SPLIT = [{}, { split: true }] as const;
const IDS = [{}, { split: true }, { idIs: 'lbn512' }] as const;
const COLUMNS = [{ columns: 'addr=1' }, { columns: 'addr=1:hex,op=2' }, { columns: 'addr=addr,size=3,pid=4' }] as const;

const lines = (
  format: string,
  slow: FormatCase['slow'],
  traces: FormatCase['traces'],
  more: Partial<FormatCase> = {},
): FormatCase => {
  return { format, unit: 'line', slow, traces, hasMessages: true, ...more };
};
export const LINES: readonly FormatCase[] = [
  lines('dinero', slowDinero, traces.dinero),
  lines('dinero_extended', slowDineroExtended, traces.dineroExtended),
  lines('msr', slowMsr, traces.msr, { options: SPLIT }),
  lines('tencent', slowTencent, traces.tencent, { options: SPLIT }),
  lines('gem5_text', slowGem5Text, traces.gem5Text),
  lines('drmemtrace_view', slowView, traces.view),
  lines('csv', slowCsv, traces.csv(',', 'addr,op,size,pid'), { options: SPLIT }),
  lines('csv', slowCsv, traces.csv(';', 'LBA,RW,Length,Process'), { options: IDS }),
  lines('csv', slowCsv, traces.csv(',', 'addr,x,y,z'), { options: COLUMNS }),
  lines('perf_script', slowPerfScript, traces.perfScript),
  lines('perf_mem', slowPerfMem, traces.perfMem),
  lines('damon', slowDamon, traces.damon),
];
