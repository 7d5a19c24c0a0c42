/** Requests of objects: oracleGeneral, oracleGeneralOpNS, lcs. */

import { joined } from '../halves.ts';
import { beginsWith, type Head } from '../head.ts';
import { ID_OPTIONS, idOptions, idSettings } from '../object-ids.ts';
import { byRecords } from '../record-likeness.ts';
import type { TraceFormat, WasmReading } from './format.ts';

/** Its number is the reader's option 0. */
const LAYOUTS = ['oracle_general', 'oracle_general_opns', 'lcs'] as const;
const USUAL = 'page';

function reading(layout: (typeof LAYOUTS)[number]): WasmReading {
  return {
    reader: 'requests',
    options: (options) => [LAYOUTS.indexOf(layout), ...idOptions(options, USUAL)],
    leftOut: ['deletes', 'invalid_ops'],
    facts: [
      'first_low',
      'last_low',
      'times_backwards',
      'checked',
      'notIndex',
      'notDistance',
      'version',
      'declared_requests',
      'declared_objects',
      'first_high',
      'last_high',
    ],
    tell: ({
      first_low,
      first_high = 0,
      last_low,
      last_high = 0,
      checked = 0,
      notIndex = 0,
      notDistance = 0,
      ...told
    }) => ({
      ...(first_low === undefined ? {} : { first_time: joined(first_low, first_high) }),
      ...(last_low === undefined ? {} : { last_time: joined(last_low, last_high) }),
      ...told,
      ...(checked === 0 ? {} : { next: nextText(checked, notIndex, notDistance) }),
    }),
  };
}

function nextText(checked: number, notIndex: number, notDistance: number): string {
  if (notIndex === 0) return 'index';
  if (notDistance === 0) return 'distance';
  return `wrong in ${Math.min(notIndex, notDistance)} of ${checked}`;
}

const common = {
  unit: 'record',
  uses: ID_OPTIONS,
  settings: (options) => idSettings(options, USUAL),
  notes: ['requests of objects in a cache, not accesses of a program'],
} satisfies Partial<TraceFormat>;

export const oracleGeneral: TraceFormat = {
  ...common,
  name: 'oracle_general',
  shape: "libCacheSim's records of 24 bytes: time, id, size, next",
  likeness: (head) => requestLikeness(head, 24, 16),
  wasm: reading('oracle_general'),
};

export const oracleGeneralOpns: TraceFormat = {
  ...common,
  name: 'oracle_general_opns',
  shape: "libCacheSim's records of 27 bytes: time, id, size, op, name space, next",
  likeness: (head) => requestLikeness(head, 27, 19, 16),
  wasm: reading('oracle_general_opns'),
};

const MAGIC = [0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12];

export const lcs: TraceFormat = {
  ...common,
  name: 'lcs',
  shape: "libCacheSim's lcs: a header, then requests",
  likeness: (head) => (beginsWith(head, MAGIC) ? 1 : 0),
  wasm: reading('lcs'),
};

const LARGEST = 2 ** 31;
const LAST_OP = 14;
const INVALID_OP = 255;
/** A trace has fewer requests. */
const MOST_REQUESTS_HIGH = 2 ** 4;

/** Times that do not fall, sizes that are some, a known op, and a next request that is none or lies ahead. */
function requestLikeness(head: Head, bytes: number, nextAt: number, opAt?: number): number {
  return byRecords(head, bytes, (view, at, before) => {
    const size = view.getUint32(at + 12, true);
    if (size >= LARGEST || !isAhead(view, at + nextAt)) return 0;
    const op = opAt === undefined ? 0 : view.getUint8(at + opAt);
    if (op > LAST_OP && op !== INVALID_OP) return 0;
    const falls = before >= 0 && view.getUint32(at, true) < view.getUint32(before, true);
    return 1 - (size === 0 ? 0.3 : 0) - (falls ? 0.6 : 0);
  });
}

function isAhead(view: DataView, at: number): boolean {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  if (low === 0xffff_ffff && (high === 0xffff_ffff || high === 0x7fff_ffff)) return true;
  return high < MOST_REQUESTS_HIGH && (low > 0 || high > 0);
}
