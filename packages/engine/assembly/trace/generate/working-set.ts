import { Generator, OWN, PAGES, parameter, perProcess, within } from './generator';
import { Stream } from './stream';

/** Of a hundred accesses, how many stay in the set. */
const INSIDE: u64 = 95;

/**
 * A set of `hot_pages` neighbouring pages takes nearly all accesses; after every `phase` accesses of a process its set moves to another
 * place. The phases and transitions of Denning, Working sets past and present, 1980 (doi 10.1109/TSE.1980.230464).
 */
export class WorkingSet extends Generator {
  private stream: Stream;
  private pages: u64 = parameter(PAGES);
  private hotPages: u64 = min(parameter(OWN), parameter(PAGES));
  private phase: u64 = parameter(OWN + 1);
  private base: StaticArray<u64> = perProcess();
  private left: StaticArray<u64> = perProcess();

  constructor(stream: Stream) {
    super();
    this.stream = stream;
  }

  next(process: u32): u64 {
    const stream = this.stream;
    if (this.left[process] == 0) {
      this.base[process] = stream.below(this.pages - this.hotPages + 1);
      this.left[process] = this.phase;
    }
    this.left[process] -= 1;
    const inside = stream.below(100) < INSIDE;
    return within(inside ? this.base[process] + stream.below(this.hotPages) : stream.below(this.pages), stream);
  }
}
