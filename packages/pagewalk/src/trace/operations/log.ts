/** What a source tells of the operations that it has handed out so far. */
import type { ObjectNames } from './names.ts';

export interface Operations {
  readonly count: number;
  /** Names of the numbers in them. */
  readonly names: ObjectNames;
  /** Line of the input of operation `index`, from 0; null if that is not known. */
  lineOf(index: number): number | null;
}

const MOST_LINES = 2 ** 22;

/** Of a trace that is read: keeps the lines of the first four million operations. */
export class OperationLog implements Operations {
  readonly names: ObjectNames;
  count = 0;
  private lines = new Float64Array(64);

  constructor(names: ObjectNames) {
    this.names = names;
  }

  add(line: number): void {
    const index = this.count++;
    if (index >= MOST_LINES) return;
    if (index === this.lines.length) {
      const longer = new Float64Array(index * 2);
      longer.set(this.lines);
      this.lines = longer;
    }
    this.lines[index] = line;
  }

  lineOf(index: number): number | null {
    return index < this.count ? (this.lines[index] ?? null) : null;
  }
}
