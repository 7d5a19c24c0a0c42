/**
 * The first call of a function: from the fetch of its first instruction on, up to and with the instruction that returns from it. That one is known
 * by what it reads: the place on the stack where the call put the address to return to.
 */
import {
  CHUNK_RECORDS,
  type Chunk,
  isOperation,
  OP_IFETCH,
  OP_MASK,
  OP_READ,
  OP_WRITE,
  RECORD_BYTES,
  recordWords,
  type TraceInfo,
  type TraceSource,
} from 'pagewalk/node';
import { WorkError } from '../exit.ts';
import type { LoadedProgram } from './loaded-program.ts';

/** A call through a table has a jump or two between it and the function. */
const JUMPS = 4;
/** `ret` has one byte, with a prefix two, with a number three. */
const RETURN_BYTES = 3;
const ADDRESS_BYTES = 8;
const WORDS = RECORD_BYTES / 4;

export class FunctionCall implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint = null;
  /** The function has returned. */
  private isOver = false;
  private readonly source: TraceSource;
  private readonly symbol: string;
  private readonly program: () => LoadedProgram | null;
  private address: bigint | null = null;
  private isIn = false;
  /** Where the address to return to is: of the last push before the function began; null if there was none. */
  private slot: bigint | null = null;
  private fetchesSincePush = 0;
  private fetchBytes = 0;
  private isReturning = false;
  private accesses = 0;
  private records = 0;

  constructor(source: TraceSource, symbol: string, program: () => LoadedProgram | null) {
    this.source = source;
    this.name = source.name;
    this.format = source.format;
    this.symbol = symbol;
    this.program = program;
  }

  get foldedPage(): number | null {
    return this.source.foldedPage;
  }

  get operations(): TraceSource['operations'] {
    return this.source.operations;
  }

  async next(): Promise<Chunk | null> {
    while (!this.isOver) {
      const chunk = await this.source.next();
      if (chunk === null) {
        if (!this.isIn) throw new WorkError(`--roi ${this.symbol}: the program did not call it`);
        return null;
      }
      this.address ??= addressOf(this.symbol, this.program());
      const bytes = this.take(recordWords(chunk));
      if (bytes.length === 0) continue;
      this.records += bytes.length / RECORD_BYTES;
      return { bytes, records: bytes.length / RECORD_BYTES };
    }
    return null;
  }

  info(): TraceInfo {
    const info = this.source.info();
    const settings = { ...info.settings, roi: this.symbol };
    return { ...info, accesses: this.accesses, records: this.records, settings };
  }

  position(): number {
    return this.source.position();
  }

  close(): Promise<void> {
    return this.source.close();
  }

  /** The records of the call, and operations before it. */
  private take(words: Uint32Array): Uint8Array {
    const out = new Uint32Array(Math.min(words.length, CHUNK_RECORDS * WORDS));
    let to = 0;
    for (let at = 0; at < words.length && !this.isOver; at += WORDS) {
      const meta = words[at + 3]!;
      if (!isOperation(meta)) {
        this.follow(meta & OP_MASK, words[at]!, words[at + 1]!, words[at + 2]!);
        if (!this.isIn || this.isOver) continue;
        this.accesses++;
      }
      out.set(words.subarray(at, at + WORDS), to);
      to += WORDS;
    }
    return new Uint8Array(out.buffer, 0, to * 4);
  }

  private follow(op: number, low: number, high: number, size: number): void {
    if (op === OP_IFETCH) {
      if (this.isReturning) this.isOver = true;
      this.fetchBytes = size;
      if (this.isIn) return;
      this.isIn = wordOf(low, high) === this.address;
      if (++this.fetchesSincePush > JUMPS) this.slot = null;
    } else if (op === OP_WRITE && !this.isIn && size === ADDRESS_BYTES) {
      this.slot = wordOf(low, high);
      this.fetchesSincePush = 0;
    } else if (op === OP_READ && this.isIn && size === ADDRESS_BYTES && this.fetchBytes <= RETURN_BYTES) {
      this.isReturning = wordOf(low, high) === this.slot;
    }
  }
}

const wordOf = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low);

function addressOf(symbol: string, program: LoadedProgram | null): bigint {
  if (program === null)
    throw new WorkError(`--roi ${symbol}: the program is no ELF file of 64 bits, so its symbols are not known`);
  const symbols = program.elf.symbols();
  const found = symbols.find(({ name }) => name === symbol || name.replace(/@.*/, '') === symbol);
  if (found) return BigInt(program.base + found.address);
  const alike = symbols
    .filter(({ name }) => name.includes(symbol))
    .slice(0, 3)
    .map(({ name }) => name);
  const hint =
    symbols.length === 0 ? 'it has no symbols' : alike.length > 0 ? `there are ${alike.join(', ')}` : 'nm lists them';
  throw new WorkError(`--roi ${symbol}: no function of ${program.elf.path} has this name; ${hint}`);
}
