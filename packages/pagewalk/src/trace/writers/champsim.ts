/**
 * ChampSim: 64 bytes an instruction. A fetch opens a record, the reads and writes behind it fill its slots: 4 and 2. A reader takes the reads before the writes, so a
 * read behind a write changes places with it; data without an instruction, or more than there are slots for, need a record whose fetch is not in the
 * trace: of the instruction before once more. An instruction counts as a taken branch if the next is not within 15 bytes behind it.
 */
import {
  FOLDED,
  isOperation,
  OP_IFETCH,
  OP_MASK,
  OP_OPERATION,
  OP_WRITE,
  PID_SHIFT,
  recordWords,
} from '../record-layout.ts';
import { noteFolds, pageStart, type TraceWriterRow, Words, type WriterParts } from './writer.ts';

const WORDS = 16;
const WRITES = 2;
const READS = 4;
/** Words of the record where the slots begin. */
const WRITE_SLOTS = 4;
const READ_SLOTS = 8;
/** is_branch and branch_taken, in the word at byte 8. */
const TAKEN_BRANCH = 0x0101;
const LONGEST = 15;

export const champsim: TraceWriterRow = {
  name: 'champsim',
  suffixes: ['.champsim', '.champsimtrace'],
  summary: 'ChampSim’s records of 64 bytes; one process, no sizes',
  loses: ['operations', 'processes', 'sizes', 'order', 'fetches_added', 'zero_addresses'],
  folds: false,
  write,
};

async function* write(parts: WriterParts): AsyncGenerator<Uint8Array, void, void> {
  const { source, losses } = parts;
  const instruction = new Instruction();
  const out = new Words();
  let folds = 0;
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    const words = recordWords(chunk);
    for (let at = 0; at < words.length; at += 4) {
      const meta = words[at + 3]!;
      const op = meta & OP_MASK;
      if (isOperation(meta)) {
        if (op === OP_OPERATION) losses.add('operations');
        continue;
      }
      const isFolded = (meta & FOLDED) !== 0;
      const low = isFolded ? pageStart(words[at]!, source) : words[at]!;
      const high = words[at + 1]!;
      const count = isFolded ? words[at + 2]! : 1;
      if (isFolded) folds += count;
      else if (words[at + 2] !== 1) losses.add('sizes');
      if (meta >>> PID_SHIFT !== 1) losses.add('processes', count);
      if (op !== OP_IFETCH && low === 0 && high === 0) {
        losses.add('zero_addresses', count);
        continue;
      }
      for (let done = 0; done < count; done++) {
        if (out.full(WORDS)) yield out.take();
        if (op === OP_IFETCH) instruction.open(out, low, high);
        else {
          if (!instruction.takes(op)) {
            losses.add('fetches_added');
            instruction.again(out);
          }
          if (op !== OP_WRITE && instruction.writes > 0) losses.add('order');
          instruction.add(op, low, high);
        }
      }
    }
  }
  if (out.full(WORDS)) yield out.take();
  instruction.close(out, null);
  yield out.take();
  noteFolds(parts, folds);
}

/** The record that is being filled. */
class Instruction {
  writes = 0;
  private reads = 0;
  private isOpen = false;
  private readonly words = new Uint32Array(WORDS);

  /** Closes the one before. */
  open(out: Words, low: number, high: number): void {
    this.close(out, [low, high]);
    this.words.fill(0);
    this.words[0] = low;
    this.words[1] = high;
    this.reads = 0;
    this.writes = 0;
    this.isOpen = true;
  }

  again(out: Words): void {
    this.open(out, this.words[0]!, this.words[1]!);
  }

  takes(op: number): boolean {
    return this.isOpen && (op === OP_WRITE ? this.writes < WRITES : this.reads < READS);
  }

  add(op: number, low: number, high: number): void {
    const slot = op === OP_WRITE ? WRITE_SLOTS + 2 * this.writes++ : READ_SLOTS + 2 * this.reads++;
    this.words[slot] = low;
    this.words[slot + 1] = high;
  }

  /** `next`: the instruction behind it. */
  close(out: Words, next: readonly [number, number] | null): void {
    if (!this.isOpen) return;
    const { words } = this;
    if (next !== null) {
      const ahead = (next[1] - words[1]!) * 2 ** 32 + (next[0] - words[0]!);
      if (ahead <= 0 || ahead > LONGEST) words[2] = TAKEN_BRANCH;
    }
    out.words.set(words, out.at);
    out.at += WORDS;
    this.isOpen = false;
  }
}
