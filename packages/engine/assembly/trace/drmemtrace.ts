import { nextRecord, passRecord, skipRecord } from './binary';
import { fault } from './fault';
import { input } from './input';
import { Known } from './known';
import { option } from './options';
import { MAPPED_BY_TRACE, NOT_MAPPED, pageFrames } from './page-frames';
import { IFETCH, MAX_PID, PID_SHIFT, put, RECORD_BYTES, RECORDS, RECORDS_END, tally } from './records';
import { leaveOut, tellFact } from './told';

/**
 * DynamoRIO's traces, as docs/formats/drmemtrace.md has them: records of 12 bytes, u16 type, u16 size, u64 value. Options: 0 whether type
 * 0xffff switches the thread (files of threads that the host has merged), 1 how addresses become physical.
 */
const BYTES: u32 = 12;
/** Room for what comes of one record: a bundle, or an access whose pages are translated one by one. */
const LAST: usize = RECORDS_END - 80 * RECORD_BYTES;
const SWITCH: u32 = 0xffff;

/** What becomes of a type: 0 … 2 an access with this op, from LEFT_OUT on nothing, counted. */
const BUNDLE: u32 = 3;
const NO_FETCH: u32 = 4;
const MAYBE_FETCH: u32 = 5;
const THREAD: u32 = 6;
const THREAD_EXIT: u32 = 7;
const PID: u32 = 8;
const HEADER: u32 = 9;
const FOOTER: u32 = 10;
const MARKER: u32 = 11;
const LEFT_OUT: u32 = 16;
const UNKNOWN: u32 = 0xff;

const TYPES: u32 = 50;
const ACTIONS: usize = memory.data<u8>([
  0, 1, 16, 16, 16, 16, 16, 16, 16, 16, 2, 2, 2, 2, 2, 2, 2, 3, 18, 18, 18, 18, 6, 7, 8, 9, 10, 17, 11, 4, 5, 2, 16, 16,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 19, 2, 2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255,
]);

/** Kinds of what is left out; the first four are those of LEFT_OUT. */
const UNFETCHED: u32 = 4;
const BARE: u32 = 5;
const THREAD_RECORDS: u32 = 6;
const ENDS: u32 = 7;
const OTHER_MARKERS: u32 = 17;

/** The kind of each subtype of marker. */
const GROUPED: u32 = 36;
const GROUPS: usize = memory.data<u8>([
  8, 8, 9, 10, 11, 11, 11, 11, 17, 12, 12, 17, 12, 8, 13, 14, 14, 14, 12, 15, 12, 16, 16, 17, 8, 15, 15, 8, 8, 17, 15,
  15, 17, 17, 8, 8,
]);

const TIMESTAMP: u32 = 2;
const FILE_TYPE: u32 = 9;
const CACHE_LINE: u32 = 10;
const VERSION: u32 = 12;
const PHYSICAL: u32 = 15;
const VIRTUAL: u32 = 17;
const PAGE_SIZE: u32 = 18;

const FACT_VERSION: u32 = 0;
const FACT_FILE_TYPE: u32 = 1;
const FACT_CACHE_LINE: u32 = 2;
const FACT_PAGE: u32 = 3;
const FACT_THREADS: u32 = 4;
const FACT_PROCESSES: u32 = 5;
/** Times as two halves each: a fact is exact up to 2^53. */
const FACT_FIRST: u32 = 6;
const FACT_LAST: u32 = 8;
const FACT_FOOTER: u32 = 10;

class Drmemtrace {
  isMerged: bool = false;
  /** Of the current thread, where a record has it. */
  pid: u32 = 1 << PID_SHIFT;
  thread: u64 = 0;
  hasThread: bool = false;
  /** Tids: first is the pid's bits and 1. */
  threads: Known = new Known(64);
  pids: Known = new Known(64);
  /** An instruction was read; where the one behind it is; the address of the last record of one. */
  hasInstruction: bool = false;
  behind: u64 = 0;
  lastAddress: u64 = 0;
  firstTime: u64 = u64.MAX_VALUE;
  lastTime: u64 = 0;
  hasPhysical: bool = false;
  physical: u64 = 0;
}

const state = new Drmemtrace();

export function begin(): void {
  state.isMerged = option(0) != 0;
  pageFrames.mode = option(1);
}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  let out = RECORDS;
  while (out < LAST) {
    if (pageFrames.mode == NOT_MAPPED) out = plainRecords(out);
    if (out >= LAST || !nextRecord(BYTES, 'records of 12 bytes')) break;
    const next = record(input.at, out);
    if (next != 0) {
      passRecord(BYTES);
      out = next;
    } else if (!skipRecord(BYTES)) break;
  }
  const records = <u32>((out - RECORDS) / RECORD_BYTES);
  tally.accesses += records;
  return records;
}

/** Reads accesses and what is left out until there is another record; returns where the next record goes. */
function plainRecords(first: usize): usize {
  const start = input.at;
  const end = input.end;
  const pid = state.pid;
  let behind = state.behind;
  let last = state.lastAddress;
  let has = state.hasInstruction;
  let out = first;
  let p = start;
  for (; out < LAST && p + BYTES <= end; p += BYTES) {
    const head = load<u32>(p);
    const size = head >> 16;
    const action = <u32>load<u8>(ACTIONS + min(head & 0xffff, 63));
    if (action > IFETCH) {
      if (action < LEFT_OUT || action == UNKNOWN) break;
      leaveOut(action - LEFT_OUT);
      continue;
    }
    const isFetch = action == IFETCH;
    if (isFetch && size == 0) break;
    const address = load<u64>(p, 4);
    put(out, address, size + u32(size == 0), action | pid);
    behind = select<u64>(address + size, behind, isFetch);
    last = select<u64>(address, last, isFetch);
    has = has || isFetch;
    out += RECORD_BYTES;
  }
  state.behind = behind;
  state.lastAddress = last;
  state.hasInstruction = has;
  input.at = p;
  input.line += (p - start) / BYTES;
  return out;
}

/** Where the next record goes, or 0 after a fault. */
function record(p: usize, out: usize): usize {
  const type = <u32>load<u16>(p);
  const size = <u32>load<u16>(p, 2);
  const value = load<u64>(p, 4);
  const action = type < TYPES ? <u32>load<u8>(ACTIONS + type) : UNKNOWN;
  if (action < IFETCH) return emit(out, value, max<u32>(size, 1), action, p + 4);
  switch (action) {
    case IFETCH:
    case NO_FETCH:
    case MAYBE_FETCH:
      return instruction(p, out, action, size, value);
    case BUNDLE:
      return bundle(p, out, size);
    case THREAD:
    case THREAD_EXIT:
      leaveOut(THREAD_RECORDS);
      if (action == THREAD) switchThread(value);
      return out;
    case PID:
      return setPid(p, out, value);
    case HEADER:
      tellFact(FACT_VERSION, value);
      leaveOut(ENDS);
      return out;
    case FOOTER:
      tellFact(FACT_FOOTER, 1);
      leaveOut(ENDS);
      return out;
    case MARKER:
      return marker(p, out, size, value);
    case UNKNOWN:
      if (type == SWITCH && state.isMerged) {
        switchThread(value);
        return out;
      }
      fault.number(p, p + 2, 'type', '0 to 49');
      return 0;
    default:
      leaveOut(action - LEFT_OUT);
      return out;
  }
}

function emit(out: usize, address: u64, extent: u32, op: u32, place: usize): usize {
  if (pageFrames.mode != NOT_MAPPED) return pageFrames.translate(out, address, extent, op | state.pid, place);
  put(out, address, extent, op | state.pid);
  return out + RECORD_BYTES;
}

function instruction(p: usize, out: usize, action: u32, size: u32, address: u64): usize {
  if (size == 0) {
    leaveOut(BARE);
    return out;
  }
  const again = action == MAYBE_FETCH && state.hasInstruction && state.lastAddress == address;
  let next = out;
  if (action == NO_FETCH || again) leaveOut(UNFETCHED);
  else next = emit(out, address, size, IFETCH, p + 4);
  state.hasInstruction = true;
  state.lastAddress = address;
  state.behind = address + size;
  return next;
}

/** Checked as a whole before anything is written: a bad bundle leaves nothing. */
function bundle(p: usize, out: usize, count: u32): usize {
  if (count == 0 || count > 8) {
    fault.number(p + 2, p + 4, 'number of instructions in a bundle', '1 to 8');
    return 0;
  }
  if (!state.hasInstruction) {
    fault.plain(
      p,
      'a bundle without an instruction before it',
      'an instruction, whose end is the address of the bundle',
    );
    return 0;
  }
  for (let i: u32 = 0; i < count; i++) {
    if (load<u8>(p + i, 4) != 0) continue;
    fault.number(p + 4 + i, p + 5 + i, 'length of an instruction in a bundle', '1 to 255');
    return 0;
  }
  let next = out;
  let address = state.behind;
  for (let i: u32 = 0; i < count; i++) {
    const size = <u32>load<u8>(p + i, 4);
    next = emit(next, address, size, IFETCH, p + 4);
    if (next == 0) return 0;
    address += size;
  }
  state.behind = address;
  return next;
}

function switchThread(thread: u64): void {
  state.thread = thread;
  state.hasThread = true;
  const place = state.threads.add(thread, 0);
  tellFact(FACT_THREADS, state.threads.size);
  const pid = load<u64>(place, 16);
  if (pid != 0) state.pid = <u32>(pid - 1);
  else store<u64>(place, <u64>state.pid + 1, 16);
}

function setPid(p: usize, out: usize, pid: u64): usize {
  if (pid > MAX_PID) {
    fault.number(p + 4, p + 12, 'pid', '0 to 16777215');
    return 0;
  }
  leaveOut(THREAD_RECORDS);
  state.pid = (<u32>pid) << PID_SHIFT;
  if (state.hasThread) store<u64>(state.threads.add(state.thread, 0), <u64>state.pid + 1, 16);
  state.pids.add(pid, 0);
  tellFact(FACT_PROCESSES, state.pids.size);
  return out;
}

function marker(p: usize, out: usize, subtype: u32, value: u64): usize {
  if (subtype == TIMESTAMP) {
    timestamp(value);
  } else if (subtype == FILE_TYPE) tellFact(FACT_FILE_TYPE, value);
  else if (subtype == CACHE_LINE) tellFact(FACT_CACHE_LINE, value);
  else if (subtype == VERSION) tellFact(FACT_VERSION, value);
  else if (subtype == PAGE_SIZE) {
    tellFact(FACT_PAGE, value);
    if (pageFrames.mode == MAPPED_BY_TRACE && !pageFrames.setPageSize(value)) {
      fault.number(p + 4, p + 12, 'page size', 'a power of two from 1024 to 1073741824');
      return 0;
    }
  } else if (subtype == PHYSICAL) {
    state.physical = value;
    state.hasPhysical = true;
  } else if (subtype == VIRTUAL) {
    if (state.hasPhysical && pageFrames.mode == MAPPED_BY_TRACE) {
      pageFrames.map(value, state.physical, state.pid >> PID_SHIFT);
    }
    state.hasPhysical = false;
  }
  leaveOut(subtype < GROUPED ? <u32>load<u8>(GROUPS + subtype) : OTHER_MARKERS);
  return out;
}

function timestamp(time: u64): void {
  if (time < state.firstTime) tellTime(FACT_FIRST, time);
  if (time >= state.lastTime) tellTime(FACT_LAST, time);
  state.firstTime = min(state.firstTime, time);
  state.lastTime = max(state.lastTime, time);
}

function tellTime(fact: u32, time: u64): void {
  tellFact(fact, time & 0xffff_ffff);
  tellFact(fact + 1, time >> 32);
}
