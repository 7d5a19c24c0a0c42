import fc from 'fast-check';
import { describe, test } from 'vitest';
import { slowMsr, slowTencent } from '../slow/block-csv.ts';
import { slowCsv } from '../slow/csv.ts';
import { slowDamon } from '../slow/damon.ts';
import { slowDinero, slowDineroExtended } from '../slow/dinero.ts';
import { slowGem5 } from '../slow/gem5.ts';
import { slowGem5Text } from '../slow/gem5-text.ts';
import { slowPerfScript } from '../slow/perf.ts';
import { slowView } from '../slow/view.ts';
import { gem5 } from './binary-traces.ts';
import { compare, damaged, type FormatCase, PIECES, RUNS } from './case.ts';
import * as traces from './line-traces.ts';

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
const CASES: readonly FormatCase[] = [
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
  lines('damon', slowDamon, traces.damon),
  { format: 'gem5', unit: 'record', slow: slowGem5, traces: gem5, facts: ['object'] },
];

describe.each(CASES)('$format', (one) => {
  const options = fc.constantFrom(...(one.options ?? [{}]));

  test('whole traces, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(one.traces, PIECES, options, fc.boolean(), (trace, pieces, chosen, lenient) =>
        compare(one, trace, lenient, chosen, pieces),
      ),
      { numRuns: RUNS },
    );
  });

  test('damaged ones', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(one.traces), PIECES, options, fc.boolean(), (trace, pieces, chosen, lenient) =>
        compare(one, trace, lenient, chosen, pieces),
      ),
      { numRuns: RUNS },
    );
  });
});
