import { nextRecord, passRecord, skipRecord } from './binary';
import { fault } from './fault';
import { input } from './input';
import { objects } from './objects';
import { option } from './options';
import { READ, RECORD_BYTES, RECORDS, RECORDS_END, tally, WRITE } from './records';
import { leaveOut, tellFact } from './told';

/**
 * SCSI commands as vscsiStats records them. Version 1: u32 sn, len, nSG, u16 cmd @12, u16 ver, u64 lbn @16, u64 ts @24. Version 2: u16 cmd, u16 ver, u32 sn,
 * len @8, nSG, u64 lbn @16, u64 ts @24, u64 rt. Options: 0 and 1 those of `objects`, 2 the version.
 */
const NEITHER: u32 = 0xff;
const LEFT_COMMANDS: u32 = 0;
const FACT_VERSION: u32 = 0;
/** Times as two halves each. */
const FACT_FIRST: u32 = 1;
const FACT_LAST: u32 = 3;

class Vscsi {
  version: u32 = 1;
  bytes: u32 = 32;
  hasTime: bool = false;
}

const state = new Vscsi();

export function begin(): void {
  objects.begin(option(0), option(1));
  state.version = option(2);
  state.bytes = state.version == 1 ? 32 : 40;
}

/** Records written to RECORDS; 0 when more bytes are needed, at the end and at a fault. */
export function read(): u32 {
  const bytes = state.bytes;
  let out = RECORDS;
  while (out < RECORDS_END && nextRecord(bytes, state.version == 1 ? 'records of 32 bytes' : 'records of 40 bytes')) {
    const next = command(input.at, out);
    if (next != 0) {
      passRecord(bytes);
      out = next;
    } else if (!skipRecord(bytes)) break;
  }
  const records = <u32>((out - RECORDS) / RECORD_BYTES);
  tally.accesses += records;
  return records;
}

/** Where the next record goes, or 0 after a fault. */
function command(p: usize, out: usize): usize {
  const isFirst = state.version == 1;
  const cmd = p + (isFirst ? 12 : 0);
  const len = p + (isFirst ? 4 : 8);
  if (<u32>load<u8>(cmd, 3) != state.version) {
    fault.number(
      cmd + 3,
      cmd + 4,
      'version',
      isFirst ? '1, as that of the first records' : '2, as that of the first records',
    );
    return 0;
  }
  const op = opOf(load<u16>(cmd));
  let next = out;
  if (op == NEITHER) leaveOut(LEFT_COMMANDS);
  else next = objects.put(out, load<u64>(p, 16), p + 16, 8, load<u32>(len), len, 4, op);
  if (next != 0) timed(load<u64>(p, 24));
  return next;
}

/** READ and WRITE of 6, 10, 16 and 12 bytes. */
function opOf(cmd: u16): u32 {
  switch (cmd) {
    case 0x08:
    case 0x28:
    case 0x88:
    case 0xa8:
      return READ;
    case 0x0a:
    case 0x2a:
    case 0x8a:
    case 0xaa:
      return WRITE;
    default:
      return NEITHER;
  }
}

function timed(time: u64): void {
  tellFact(FACT_VERSION, state.version);
  if (!state.hasTime) tellHalves(FACT_FIRST, time);
  state.hasTime = true;
  tellHalves(FACT_LAST, time);
}

function tellHalves(fact: u32, value: u64): void {
  tellFact(fact, value & 0xffff_ffff);
  tellFact(fact + 1, value >> 32);
}
