/** Steps through a trace record by record; what was undone is done again from the log before the trace goes on. */

import type { Chunk, TraceSource } from '../trace/source.ts';
import { recordTouches } from '../trace/touches.ts';
import type { Core } from './core.ts';
import { type History, recordAt, type Step } from './history.ts';
import { observe } from './observe.ts';
import type { Outcome } from './outcome.ts';
import { foreseen, nextUsesOf, refuseSmallPages } from './run.ts';

export class Stepper {
  private readonly core: Core;
  private readonly history: History;
  private readonly source: TraceSource;
  private chunk: Chunk | null = null;
  private place = 0;
  private touch = 0;
  private ended = false;

  constructor(core: Core, history: History, source: TraceSource) {
    this.core = core;
    this.history = history;
    this.source = foreseen(source, core.config.policy.id, core.config.page_size);
  }

  async step(): Promise<Outcome | null> {
    const step = this.history.ahead ?? (await this.pull());
    if (!step) return null;
    this.history.advance(step);
    this.core.load(step.record, step.nextUses ?? undefined);
    return observe(this.core);
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.source.close();
  }

  private async pull(): Promise<Step | null> {
    if (this.ended) return null;
    if (!this.chunk || this.place === this.chunk.records) {
      this.chunk = await this.source.next();
      this.place = 0;
      this.touch = 0;
      if (!this.chunk) {
        await this.close();
        return null;
      }
      refuseSmallPages(this.source, this.core.config.page_size);
    }
    const record = recordAt(this.chunk.bytes, this.place++);
    return { record, nextUses: this.nextUses(record) };
  }

  /** With OPT, those of the touches of a record, which are pulled in order. */
  private nextUses(record: Uint8Array): Uint8Array | null {
    const all = this.chunk && nextUsesOf(this.chunk);
    if (!all) return null;
    const words = new Uint32Array(record.buffer, record.byteOffset, record.length / 4);
    const first = this.touch;
    this.touch += recordTouches(words, 0, this.core.config.page_size);
    return all.slice(first * 8, this.touch * 8);
  }
}
