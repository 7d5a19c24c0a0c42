import { Writer as Engine } from '../../swap/writer';
import { Frame } from '../../types';
import { checkFrame } from '../guard';

/** Write-backs ahead of eviction, as a policy may ask for them: swap/writer.ts, each frame number checked. */
export class Writer {
  private engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Has the page of a frame written back; false if it is not dirty or cannot be written now. */
  schedule(frame: Frame): bool {
    checkFrame(frame);
    return this.engine.schedule(frame);
  }

  isWriting(frame: Frame): bool {
    checkFrame(frame);
    return this.engine.isWriting(frame);
  }

  /** Writes that are not done. */
  pending(): u32 {
    return this.engine.pending();
  }
}
