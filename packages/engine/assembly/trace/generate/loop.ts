import { Generator, OWN, PAGE_SHIFT, PAGES, parameter, perProcess } from './generator';

/** Bytes between neighbouring accesses: 64 of them to a page. */
const STRIDE_SHIFT: u64 = 6;

/** A program that goes through an array of `loop_pages` pages again and again, cache line by cache line. */
export class Loop extends Generator {
  private strides: u64 = min(parameter(OWN), parameter(PAGES)) << (PAGE_SHIFT - STRIDE_SHIFT);
  private cursor: StaticArray<u64> = perProcess();

  next(process: u32): u64 {
    const stride = this.cursor[process];
    this.cursor[process] = stride + 1 == this.strides ? 0 : stride + 1;
    return stride << STRIDE_SHIFT;
  }
}
