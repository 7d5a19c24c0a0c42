import { Generator, OWN, PAGE_SHIFT, PAGES, parameter, perProcess } from './generator';

/**
 * Round and round over `cycle_pages` pages, one access each. With fewer frames than that, LRU, FIFO and CLOCK miss every time.
 */
export class Thrashing extends Generator {
  private cycle: u64 = min(parameter(OWN), parameter(PAGES));
  private cursor: StaticArray<u64> = perProcess();

  next(process: u32): u64 {
    const page = this.cursor[process];
    this.cursor[process] = page + 1 == this.cycle ? 0 : page + 1;
    return page << PAGE_SHIFT;
  }
}
