import { Generator, PAGES, parameter, within } from './generator';
import { Stream } from './stream';

/** Every page equally likely. */
export class Random extends Generator {
  private stream: Stream;
  private pages: u64 = parameter(PAGES);

  constructor(stream: Stream) {
    super();
    this.stream = stream;
  }

  next(_process: u32): u64 {
    return within(this.stream.below(this.pages), this.stream);
  }
}
