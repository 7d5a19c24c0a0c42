/** The records of a made trace as they are written: accesses, up to a number of them, and operations. */
import type { OperationName } from '@pagewalk/engine/catalog';
import { ObjectNames } from '../../operations/names.ts';
import { OperatingSystem } from '../../operations/operating-system.ts';
import { MAX_RECORDS, writeOperation } from '../../operations/operation.ts';
import {
  isOperation,
  OP_IFETCH,
  OP_MASK,
  OP_OPERAND,
  OP_READ,
  OP_WRITE,
  PID_SHIFT,
  RECORD_BYTES,
} from '../../record.ts';
import { Random } from './random.ts';

export const PAGE = 4096;
const WORD = 8;

export interface ScenarioSettings {
  readonly accesses: number;
  readonly processes: number;
  /** Pages of an address space. */
  readonly pages: number;
  readonly seed: bigint;
  readonly writeRatio: number;
  readonly parameters: Readonly<Record<string, number>>;
}

export class Script extends OperatingSystem {
  override readonly objectNames = new ObjectNames();
  readonly random: Random;
  readonly settings: ScenarioSettings;
  /** Accesses still to be made; those beyond are left out. */
  left: number;
  operations = 0;
  private bytes = new Uint8Array(1024 * RECORD_BYTES);
  private view = new DataView(this.bytes.buffer);
  private records = 0;

  constructor(settings: ScenarioSettings) {
    super();
    this.settings = settings;
    this.random = new Random(settings.seed);
    this.left = settings.accesses;
  }

  /** Of the generator itself, by its name. */
  parameter(name: string): number {
    return this.settings.parameters[name] ?? 0;
  }

  get written(): number {
    return this.records;
  }

  /** An aligned word of a page is read. */
  read(pid: number, page: number, place = this.random.below(PAGE / WORD)): void {
    this.access(pid, OP_READ, page * PAGE + place * WORD, WORD);
  }

  write(pid: number, page: number, place = this.random.below(PAGE / WORD)): void {
    this.access(pid, OP_WRITE, page * PAGE + place * WORD, WORD);
  }

  /** Written as often as the write ratio says, else read. */
  use(pid: number, page: number): void {
    if (this.random.chance(this.settings.writeRatio)) this.write(pid, page);
    else this.read(pid, page);
  }

  fetch(pid: number, page: number): void {
    this.access(pid, OP_IFETCH, page * PAGE + this.random.below(PAGE / WORD) * WORD, WORD);
  }

  private access(pid: number, op: number, address: number, size: number): void {
    if (this.left === 0) return;
    this.left--;
    this.makeRoom(1);
    const at = this.records * RECORD_BYTES;
    this.view.setBigUint64(at, BigInt(address), true);
    this.view.setUint32(at + 8, size, true);
    this.view.setUint32(at + 12, op | (pid << PID_SHIFT), true);
    this.records++;
  }

  protected operate(pid: number, operation: OperationName, words: readonly bigint[]): void {
    this.makeRoom(MAX_RECORDS);
    this.records += writeOperation(this.view, this.records * RECORD_BYTES, { pid, operation, words });
    this.operations++;
  }

  /** The first records, at most `most`, without the beginning of an operation; they stay until `drop`. */
  head(most: number): Uint8Array {
    let count = Math.min(most, this.records);
    const meta = (record: number): number => this.view.getUint32(record * RECORD_BYTES + 12, true);
    while (count > 0 && isOperation(meta(count - 1)) && (meta(count - 1) & OP_MASK) === OP_OPERAND) count--;
    return this.bytes.subarray(0, count * RECORD_BYTES);
  }

  drop(records: number): void {
    this.bytes.copyWithin(0, records * RECORD_BYTES, this.records * RECORD_BYTES);
    this.records -= records;
  }

  private makeRoom(records: number): void {
    if ((this.records + records) * RECORD_BYTES <= this.bytes.length) return;
    const longer = new Uint8Array(this.bytes.length * 2);
    longer.set(this.bytes);
    this.bytes = longer;
    this.view = new DataView(longer.buffer);
  }
}

/** A program, or several that work together. */
export interface Scenario {
  /** Goes on for a while: at least one access, at most a few thousand records. */
  step(): void;
  /** Puts everything back. */
  finish(): void;
}
