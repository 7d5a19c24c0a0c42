import { fault } from './fault';
import { Known } from './known';
import { PID_SHIFT, put, RECORD_BYTES } from './records';

/** Virtual to physical addresses: by a table that the host gives, or by what the trace itself says, which then holds for one process. */

export const NOT_MAPPED: u32 = 0;
export const MAPPED_BY_HOST: u32 = 1;
export const MAPPED_BY_TRACE: u32 = 2;

const LEAST_SHIFT: u64 = 10;
const MOST_SHIFT: u64 = 30;

class PageFrames {
  mode: u32 = NOT_MAPPED;
  shift: u64 = 12;
  private frames: Known = new Known(256);

  /** The page of the virtual address lies where the physical one does. */
  map(virtual: u64, physical: u64, pid: u32): void {
    const place = this.frames.add(virtual >> this.shift, this.mode == MAPPED_BY_HOST ? 0 : pid);
    store<u64>(place, physical >> this.shift, 16);
  }

  /** The host gives the table: its pages have 2^`shift` bytes. */
  beginMapping(shift: u32): void {
    this.mode = MAPPED_BY_HOST;
    this.shift = shift;
  }

  /** False if pages cannot have so many bytes. */
  setPageSize(bytes: u64): bool {
    const shift = ctz(bytes);
    if (popcnt(bytes) != 1 || shift < LEAST_SHIFT || shift > MOST_SHIFT) return false;
    if (this.frames.size == 0) this.shift = shift;
    return true;
  }

  /** Writes a record for each page of the access, at most 65 for 65 535 bytes; where the next goes, or 0 after a fault at the `place` of the address. */
  translate(out: usize, address: u64, extent: u32, meta: u32, place: usize): usize {
    const pageBytes = (<u64>1) << this.shift;
    const tag: u64 = this.mode == MAPPED_BY_HOST ? 0 : meta >> PID_SHIFT;
    let rest: u64 = extent;
    let virtual = address;
    let next = out;
    while (rest > 0) {
      const offset = virtual & (pageBytes - 1);
      const part = min(rest, pageBytes - offset);
      const frame = this.frames.find(virtual >> this.shift, tag);
      if (frame == 0) {
        fault.hex(place, place + 8, 'address', 'one of a page that has a physical address');
        return 0;
      }
      put(next, (load<u64>(frame, 16) << this.shift) | offset, <u32>part, meta);
      next += RECORD_BYTES;
      virtual += part;
      rest -= part;
    }
    return next;
  }
}

export const pageFrames = new PageFrames();
