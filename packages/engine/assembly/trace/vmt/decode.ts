import { RECORD_BYTES } from '../records';
import { decodePages } from './decode-pages';
import { decodeRuns } from './decode-runs';
import { decodeWhole, startWhole } from './decode-whole';
import { OPERATIONS, PAGES, TOKENS, WHOLE } from './layout';
import { startPages } from './pages';
import { areAllRead, at, endOf, isAtEnd, openColumns, setAt, what } from './payload';
import { progress } from './progress';

/** Columns of a block to records, a chunk at a time. */
let kind: u32 = WHOLE;

/** Begins the payload that the host has written. False if its directory is damaged. */
export function beginBlock(which: u32, pageShift: u32, bytes: u32): bool {
  kind = which;
  progress.begin();
  if (!openColumns(bytes)) return false;
  if (kind == PAGES) startPages(pageShift);
  else startWhole();
  return true;
}

/** Records written to RECORDS, with `runs` also groups; 0 at the end of the block, at a fault and when an operation waits for the host. */
export function decode(runs: bool): u32 {
  if (progress.waiting || what.length > 0) return 0;
  if (kind == PAGES && runs) decodeRuns();
  else if (kind == PAGES) decodePages();
  else decodeWhole();
  if (what.length > 0 || progress.waiting) return 0;
  if (isAtEnd(TOKENS)) areAllRead();
  return what.length > 0 ? 0 : progress.flush();
}

/** The operation that waits was so many bytes long, and the host has written its records to `progress.out`. */
export function serve(bytes: u32, records: u32): void {
  setAt(OPERATIONS, at(OPERATIONS) + bytes);
  progress.out += <usize>records * RECORD_BYTES;
  progress.waiting = false;
}

export function operationBytes(): u32 {
  return <u32>(endOf(OPERATIONS) - at(OPERATIONS));
}
