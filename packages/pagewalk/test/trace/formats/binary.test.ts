import fc from 'fast-check';
import { describe, test } from 'vitest';
import { slowChampsim, slowCloudsuite } from '../slow/champsim.ts';
import { slowDrmemtrace } from '../slow/drmemtrace.ts';
import { slowLcs, slowOracleGeneral, slowOracleGeneralOpns, slowVscsi } from '../slow/libcachesim.ts';
import * as traces from './binary-traces.ts';
import { compare, damaged, type FormatCase, PIECES, RUNS } from './case.ts';

const OBJECTS = [{}, { split: true }, { idIs: 'byte' }, { idIs: 'lbn512', split: true }] as const;
const REQUEST_FACTS = ['first_time', 'last_time', 'times_backwards', 'next'];

const CASES: readonly FormatCase[] = [
  { format: 'drmemtrace', unit: 'record', slow: slowDrmemtrace, traces: traces.drmemtrace },
  {
    format: 'champsim',
    unit: 'record',
    slow: slowChampsim,
    traces: traces.champsim,
    facts: ['instructions', 'branches'],
  },
  {
    format: 'cloudsuite',
    unit: 'record',
    slow: slowCloudsuite,
    traces: traces.cloudsuite,
    facts: ['instructions', 'branches'],
  },
  {
    format: 'oracle_general',
    unit: 'record',
    slow: slowOracleGeneral,
    traces: traces.oracleGeneral,
    options: OBJECTS,
    facts: REQUEST_FACTS,
  },
  {
    format: 'oracle_general_opns',
    unit: 'record',
    slow: slowOracleGeneralOpns,
    traces: traces.oracleGeneralOpns,
    options: OBJECTS,
    facts: REQUEST_FACTS,
  },
  { format: 'lcs', unit: 'record', slow: slowLcs, traces: traces.lcs, options: OBJECTS, facts: REQUEST_FACTS },
  { format: 'vscsi', unit: 'record', slow: [slowVscsi(1), slowVscsi(2)], traces: traces.vscsi, options: OBJECTS },
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

  test('cut off at every byte, and every bit turned over', async () => {
    const [trace = new Uint8Array()] = fc.sample(
      one.traces.filter(({ length }) => length > 60),
      { numRuns: 1, seed: 7 },
    );
    const header = one.format === 'lcs' ? 8192 : 0;
    const end = Math.min(trace.length, header + 50);
    const lenient = [false, true];
    // A reader that keeps a table takes its time to open.
    const step = one.facts?.includes('next') ? 7 : 1;
    for (let length = header; length <= end; length += step) {
      for (const mode of lenient) await compare(one, trace.subarray(0, length), mode);
    }
    for (let bit = header * 8; bit < end * 8; bit += step) {
      const turned = trace.slice(0, end);
      turned[bit >> 3]! ^= 1 << (bit & 7);
      for (const mode of lenient) await compare(one, turned, mode);
    }
  });
});
