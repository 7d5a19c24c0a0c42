import { Generator, PAGE_SHIFT, PAGES, parameter, perProcess } from './generator';

/** Page after page through the whole address space, then from its start again. */
export class Sequential extends Generator {
  private pages: u64 = parameter(PAGES);
  private cursor: StaticArray<u64> = perProcess();

  next(process: u32): u64 {
    const page = this.cursor[process];
    this.cursor[process] = page + 1 == this.pages ? 0 : page + 1;
    return page << PAGE_SHIFT;
  }
}
