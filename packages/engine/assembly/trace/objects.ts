import { fault } from './fault';
import { PID_SHIFT, put, RECORD_BYTES } from './records';

/** Numbers of objects or blocks as addresses. */

const META: u32 = 1 << PID_SHIFT;

class Objects {
  /** log2 of the bytes between two numbers. */
  private shift: u64 = 0;
  /** An access has the object's size, else 1 byte. */
  private isSplit: bool = false;

  begin(shift: u32, split: u32): void {
    this.shift = shift;
    this.isSplit = split != 0;
  }

  /**
   * Writes the access to object `id`, which was read at `place`, its size at `sizePlace`; where the next record goes, or 0 after a
   * fault. Negative sizes come as numbers from 2^63 on.
   */
  put(out: usize, id: u64, place: usize, idBytes: u32, size: u64, sizePlace: usize, sizeBytes: u32, op: u32): usize {
    if (id > u64.MAX_VALUE >> this.shift) {
      if (this.shift == 12)
        fault.number(place, place + idBytes, 'id', 'the number of a page, below 2^52; --id-is byte takes any');
      else fault.number(place, place + idBytes, 'id', 'the number of a sector, below 2^55; --id-is byte takes any');
      return 0;
    }
    if (<i64>size < 0 || (this.isSplit && size > u32.MAX_VALUE)) {
      fault.number(sizePlace, sizePlace + sizeBytes, 'size', '0 to 4294967295');
      return 0;
    }
    put(out, id << this.shift, this.isSplit ? max<u32>(<u32>size, 1) : 1, op | META);
    return out + RECORD_BYTES;
  }
}

export const objects = new Objects();
