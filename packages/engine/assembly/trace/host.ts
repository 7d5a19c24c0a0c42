import { fault } from './fault';
import { input } from './input';
import { skipLine } from './lines';
import { RECORD_BYTES, RECORDS, RECORDS_END } from './records';

/** The door to the host, which reads the lines that are too rare and too rich for the reader: operations, system calls. */

/** So many records may come of one pass through the door. */
export const DOOR_RECORDS: u32 = 64;

class Host {
  /** The line at `input.at` … `input.lineEnd` is for the host. Its records go to `out`, behind those of the lines before. */
  waiting: bool = false;
  out: usize = RECORDS;

  /** Is there room for what comes of a line? */
  hasRoom(): bool {
    return this.out + <usize>DOOR_RECORDS * RECORD_BYTES <= RECORDS_END;
  }

  /** Asks the host to read the line; the records before it end at `out`. */
  ask(out: usize): void {
    this.waiting = true;
    this.out = out;
  }

  /** The records so far, which are handed out. */
  flush(): u32 {
    const records = <u32>((this.out - RECORDS) / RECORD_BYTES);
    this.out = RECORDS;
    return records;
  }

  /** The host has written so many records to `out`; `more` of the same line will follow. */
  served(records: u32, more: bool): void {
    this.out += <usize>records * RECORD_BYTES;
    this.waiting = more;
    if (!more) input.pass();
  }

  /** The host found the bytes from … to of the line bad, and knows why. */
  refuse(from: usize, to: usize): void {
    this.waiting = false;
    fault.at(from, to, '', '');
    skipLine();
  }
}

export const host = new Host();
