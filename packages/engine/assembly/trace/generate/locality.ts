import { Generator, OWN, PAGE_SHIFT, PAGES, parameter, perProcess } from './generator';
import { Stream } from './stream';

/** Of a hundred accesses, how many stay near. */
const NEAR: u64 = 90;

/** Nine in ten accesses lie at most `reach` bytes from the one before, the tenth jumps anywhere. */
export class Locality extends Generator {
  private stream: Stream;
  private bytes: u64 = parameter(PAGES) << PAGE_SHIFT;
  private reach: u64 = min(parameter(OWN), (parameter(PAGES) << PAGE_SHIFT) - 1);
  private place: StaticArray<u64> = perProcess();

  constructor(stream: Stream) {
    super();
    this.stream = stream;
  }

  next(process: u32): u64 {
    const stream = this.stream;
    let address: u64;
    if (stream.below(100) < NEAR) {
      // From 0 … 2 reach forward of the place `reach` behind, around the ends of the address space.
      address = this.place[process] + (this.bytes - this.reach);
      if (address >= this.bytes) address -= this.bytes;
      address += stream.below(2 * this.reach + 1);
      if (address >= this.bytes) address %= this.bytes;
    } else {
      address = stream.below(this.bytes);
    }
    this.place[process] = address;
    return address;
  }
}
