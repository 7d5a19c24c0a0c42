import { RECORD_BYTES, RECORDS, RECORDS_END } from '../records';

/** An operation takes no more records than this. */
const MAX_OPERATION: usize = 16 * RECORD_BYTES;

/** How far a block is decoded. */
class Progress {
  /** Where the next record goes. */
  out: usize = RECORDS;
  events: u32 = 0;
  accesses: u64 = 0;
  /** The next event is an operation, which the host reads. */
  waiting: bool = false;

  begin(): void {
    this.out = RECORDS;
    this.events = 0;
    this.accesses = 0;
    this.waiting = false;
  }

  /** The records so far, which are handed out. */
  flush(): u32 {
    const records = <u32>((this.out - RECORDS) / RECORD_BYTES);
    this.out = RECORDS;
    return records;
  }

  /** Is there room for an operation behind the record at `out`? */
  hasRoom(out: usize): bool {
    return out + MAX_OPERATION <= RECORDS_END;
  }
}

export const progress = new Progress();
