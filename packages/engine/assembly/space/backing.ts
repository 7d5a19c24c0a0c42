import { Frames } from '../frame/frames';
import {
  C_ANON_COW_FAULTS,
  C_ANON_MAJOR_FAULTS,
  C_ANON_MINOR_FAULTS,
  C_ANON_PROTECTION_FAILURES,
  C_COW_FAULTS,
  C_FILE_PRIVATE_COW_FAULTS,
  C_FILE_PRIVATE_MAJOR_FAULTS,
  C_FILE_PRIVATE_MINOR_FAULTS,
  C_FILE_PRIVATE_PROTECTION_FAILURES,
  C_FILE_READ_FAULTS,
  C_FILE_SHARED_COW_FAULTS,
  C_FILE_SHARED_MAJOR_FAULTS,
  C_FILE_SHARED_MINOR_FAULTS,
  C_FILE_SHARED_PROTECTION_FAILURES,
  C_PROTECTION_FAILURES,
  C_SHM_COW_FAULTS,
  C_SHM_MAJOR_FAULTS,
  C_SHM_MINOR_FAULTS,
  C_SHM_PROTECTION_FAILURES,
  C_SWAP_IN_FAULTS,
} from '../gen/counters';
import { Processes } from '../space/processes';
import { Asid, Frame, NONE64 } from '../types';
import { REGION_FILE, REGION_SHM, Region } from './regions';

/** What is behind a page. */
export const BACKING_ANON: u32 = 0;
export const BACKING_FILE_PRIVATE: u32 = 1;
export const BACKING_FILE_SHARED: u32 = 2;
export const BACKING_SHM: u32 = 3;

/** What is behind the pages of a region (0: implicit memory). */
export function backingOf(region: usize): u32 {
  if (region == 0) return BACKING_ANON;
  const r = changetype<Region>(region);
  if (r.has(REGION_SHM)) return BACKING_SHM;
  if (!r.has(REGION_FILE)) return BACKING_ANON;
  return r.isPrivate ? BACKING_FILE_PRIVATE : BACKING_FILE_SHARED;
}

/** What is behind a page that a frame holds: one's own copy of a page of a file is anonymous. */
export function backingOfFrame(frames: Frames, frame: Frame, region: usize): u32 {
  return frame == frames.count || frames.object.get(frame) == NONE64 ? BACKING_ANON : backingOf(region);
}

/** Counts a served fault by its kind (one of the counters of a class) and by what is behind the page; anonymous ones are what is left. */
export function countFault(processes: Processes, process: Asid, kind: u32, backing: u32): void {
  processes.inc(process, kind);
  if (backing == BACKING_ANON) return;
  const isMajor = kind == C_SWAP_IN_FAULTS || kind == C_FILE_READ_FAULTS;
  if (isMajor) processes.inc(process, majorOf(backing));
  else processes.inc(process, kind == C_COW_FAULTS ? cowOf(backing) : minorOf(backing));
}

export function countProtection(processes: Processes, process: Asid, backing: u32): void {
  processes.inc(process, C_PROTECTION_FAILURES);
  processes.inc(process, protectionOf(backing));
}

function majorOf(backing: u32): u32 {
  if (backing == BACKING_SHM) return C_SHM_MAJOR_FAULTS;
  if (backing == BACKING_ANON) return C_ANON_MAJOR_FAULTS;
  return backing == BACKING_FILE_SHARED ? C_FILE_SHARED_MAJOR_FAULTS : C_FILE_PRIVATE_MAJOR_FAULTS;
}

function minorOf(backing: u32): u32 {
  if (backing == BACKING_SHM) return C_SHM_MINOR_FAULTS;
  if (backing == BACKING_ANON) return C_ANON_MINOR_FAULTS;
  return backing == BACKING_FILE_SHARED ? C_FILE_SHARED_MINOR_FAULTS : C_FILE_PRIVATE_MINOR_FAULTS;
}

function cowOf(backing: u32): u32 {
  if (backing == BACKING_SHM) return C_SHM_COW_FAULTS;
  if (backing == BACKING_ANON) return C_ANON_COW_FAULTS;
  return backing == BACKING_FILE_SHARED ? C_FILE_SHARED_COW_FAULTS : C_FILE_PRIVATE_COW_FAULTS;
}

function protectionOf(backing: u32): u32 {
  if (backing == BACKING_SHM) return C_SHM_PROTECTION_FAILURES;
  if (backing == BACKING_ANON) return C_ANON_PROTECTION_FAILURES;
  return backing == BACKING_FILE_SHARED ? C_FILE_SHARED_PROTECTION_FAILURES : C_FILE_PRIVATE_PROTECTION_FAILURES;
}
