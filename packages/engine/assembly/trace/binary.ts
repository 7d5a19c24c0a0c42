import { fault } from './fault';
import { input } from './input';

/** What every reader of records of a fixed size does with them; `input.line` is the number of the record at `input.at`. */

/** Is there a whole record of so many bytes? False if reading must stop: for more bytes, at the end, or at a record that is cut off. */
export function nextRecord(bytes: u32, expected: string): bool {
  const rest = input.end - input.at;
  if (rest >= bytes) return true;
  if (!input.last || rest == 0) return false;
  fault.plain(input.at, 'truncated record', expected);
  if (fault.skip()) {
    fault.tail = rest;
    input.at = input.end;
  }
  return false;
}

export function passRecord(bytes: u32): void {
  input.at += bytes;
  input.line++;
}

/** Leaves a bad record behind if reading is lenient; false stops. */
export function skipRecord(bytes: u32): bool {
  if (!fault.skip()) return false;
  passRecord(bytes);
  return true;
}
