import { nextRecord, passRecord, skipRecord } from './binary';
import { fault } from './fault';
import { input } from './input';
import { lcsHeader } from './lcs-header';
import { nextCheck } from './next-check';
import { objects } from './objects';
import { option } from './options';
import { READ, RECORD_BYTES, RECORDS, RECORDS_END, tally, WRITE } from './records';
import { field, RequestLayout } from './request-layout';
import { leaveOut, tellFact } from './told';

/**
 * libCacheSim's requests of objects: oracleGeneral, oracleGeneralOpNS and lcs, which differ in where the fields lie. Options: 0 which of them (0, 1, 2), 1 and 2
 * those of `objects`.
 */
const LCS: u32 = 2;

/** What becomes of ops 0 … 14; 2 is left out. */
const DELETE: u32 = 2;
const OPS: usize = memory.data<u8>([0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 1, 1, 0, 1, 1]);
const INVALID: u64 = 255;

const LEFT_DELETES: u32 = 0;
const LEFT_INVALID: u32 = 1;
/** The lower halves of times; the upper ones are at + FACT_HIGH. */
const FACT_FIRST: u32 = 0;
const FACT_LAST: u32 = 1;
const FACT_HIGH: u32 = 9;
const FACT_BACKWARDS: u32 = 2;

class Requests {
  layout: RequestLayout = new RequestLayout();
  needsHeader: bool = false;
  hasTime: bool = false;
  time: u64 = 0;
  backwards: u64 = 0;
}

const state = new Requests();

export function begin(): void {
  const which = option(0);
  if (which == LCS) state.needsHeader = true;
  else if (which == 1) state.layout.asOracleGeneralOpNs();
  else state.layout.asOracleGeneral();
  objects.begin(option(1), option(2));
  nextCheck.begin();
}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  const layout = state.layout;
  if (state.needsHeader) {
    if (!lcsHeader(layout)) return 0;
    state.needsHeader = false;
  }
  const bytes = layout.bytes;
  let out = RECORDS;
  while (out < RECORDS_END && nextRecord(bytes, 'whole requests')) {
    const next = request(input.at, layout, out);
    if (next != 0) {
      passRecord(bytes);
      out = next;
    } else if (!skipRecord(bytes)) break;
  }
  nextCheck.tell();
  const records = <u32>((out - RECORDS) / RECORD_BYTES);
  tally.accesses += records;
  return records;
}

/** Where the next record goes, or 0 after a fault. */
function request(p: usize, layout: RequestLayout, out: usize): usize {
  let op: u32 = READ;
  if (layout.opKind != 0) {
    const code = field(p + layout.op, layout.opKind);
    if (code == INVALID || code == u64.MAX_VALUE) op = DELETE + 1;
    else if (code < 15) op = load<u8>(OPS + <usize>code);
    else {
      fault.number(p + layout.op, p + layout.op + (layout.opKind & 0xf), 'op', '0 to 14, or 255');
      return 0;
    }
  }
  const id = field(p + layout.id, layout.idKind);
  let next = out;
  if (op <= WRITE) {
    const size = layout.sizeKind == 0 ? 1 : field(p + layout.size, layout.sizeKind);
    next = objects.put(out, id, p + layout.id, layout.idKind & 0xf, size, p + layout.size, layout.sizeKind & 0xf, op);
    if (next == 0) return 0;
  } else leaveOut(op == DELETE ? LEFT_DELETES : LEFT_INVALID);
  if (layout.timeKind != 0) timed(field(p + layout.time, layout.timeKind));
  if (layout.nextKind != 0) nextCheck.take(id, field(p + layout.next, layout.nextKind));
  return next;
}

function timed(time: u64): void {
  if (!state.hasTime) tellHalves(FACT_FIRST, time);
  else if (time < state.time) tellFact(FACT_BACKWARDS, ++state.backwards);
  if (!state.hasTime || time != state.time) tellHalves(FACT_LAST, time);
  state.hasTime = true;
  state.time = time;
}

function tellHalves(fact: u32, value: u64): void {
  tellFact(fact, value & 0xffff_ffff);
  tellFact(fact + FACT_HIGH, value >> 32);
}
