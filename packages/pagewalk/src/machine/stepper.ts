/** Steps through a trace record by record; what was undone is done again from the log before the trace goes on. */

import { OP_MASK, OP_OPERAND, RECORD_BYTES } from '../trace/record.ts';
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
    this.source = foreseen(source, core.config.policy, core.config.page_size);
  }

  async step(): Promise<Outcome | null> {
    const step = this.history.ahead ?? (await this.pull());
    if (!step) return null;
    this.history.advance(step);
    this.core.load(step.record, step.nextUses ?? undefined);
    this.core.adopt(this.source);
    return observe(this.core, step.record.length / RECORD_BYTES);
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.source.close();
  }

  private async pull(): Promise<Step | null> {
    const first = await this.pullRecord();
    if (!first) return null;
    // An operation is one step with its operands, which may be in the chunk before.
    const records = [first];
    while (isOperand(records.at(-1) as Uint8Array)) {
      const next = await this.pullRecord();
      if (!next) return null;
      records.push(next);
    }
    if (records.length === 1) return { record: first, nextUses: this.nextUses(first) };
    return { record: Uint8Array.from(records.flatMap((each) => [...each])), nextUses: null };
  }

  private async pullRecord(): Promise<Uint8Array | null> {
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
    return recordAt(this.chunk.bytes, this.place++);
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

const isOperand = (record: Uint8Array): boolean => ((record[12] ?? 0) & OP_MASK) === OP_OPERAND;
