/** The engine, step by step: accesses and operations in, what became of each step and of memory out. */
import {
  COUNTERS,
  type CounterName,
  OPERATION_ERRORS,
  OPERATIONS,
  type OperationErrorName,
  PTE,
  STOPS,
  VIEWS,
} from '@pagewalk/engine/catalog';
import type { MachineConfig } from '../oracle/config.ts';
import { isForeseeing } from '../oracle/future.ts';
import type { Step } from '../oracle/space/step.ts';
import type { Access } from '../oracle/trace.ts';
import { type Abi, RawEngine, Stopped } from './raw-engine.ts';
import { RECORD_BYTES, recordUses } from './records.ts';

const OPS = { R: 0, W: 1, I: 2 } as const;
const OPERATION = 3;
const OPERAND = 4;
const FOLDED = 0x10;
const PID_SHIFT = 8;
const CODES = new Map(OPERATIONS.map(({ name }, place) => [name, place + 1]));

/** Where a page of a process is. */
export interface Place {
  readonly frame: number | null;
  readonly slot: number | null;
  readonly zero: boolean;
  readonly writable: boolean;
  /** Part of a large page. */
  readonly huge: boolean;
}

export class SpaceEngine extends RawEngine {
  readonly config: MachineConfig;
  private readonly future: ReadonlyMap<Step, bigint[]>;

  /** `steps` is what will be asked of it, for those who must know the future; `trace`, what `advance` runs. */
  constructor(
    config: MachineConfig,
    steps: readonly Step[] = [],
    trace: readonly Access[] = [],
    instantiate?: () => Abi,
  ) {
    super(config, trace, instantiate);
    this.config = config;
    this.future = isForeseeing(config.policy) ? futureOf(steps, config.pageShift) : new Map();
  }

  /** Why it was refused; null: it was done. Throws when the machine stops for another reason. */
  step(step: Step): OperationErrorName | null {
    const records = this.pack(step);
    for (let done = 0; done < records; ) {
      done += this.abi.run(done, records - done);
      const stop = STOPS[this.abi.stopReason()]?.name as string;
      if (stop === 'none') continue;
      if (stop === 'events_full') this.onEventsFull();
      else if (stop === 'too_many_processes') return stop;
      else if (stop === 'bad_operation') return OPERATION_ERRORS[this.detail(0)]?.name as OperationErrorName;
      else throw new Stopped(`${stop}: ${this.words(this.abi.stopDetail(), 4).join(' ')}`);
    }
    return null;
  }

  /** One counter of the whole machine. */
  count(name: CounterName): number {
    return Number(this.words(this.abi.counters(WHOLE) + 8 * (PLACES.get(name) as number), 1)[0]);
  }

  private detail(place: number): number {
    return Number(this.words(this.abi.stopDetail(), 4)[place]);
  }

  private pack(step: Step): number {
    const view = new DataView(this.abi.memory.buffer, this.abi.chunk());
    if (step.kind === 'access') {
      const uses = this.future.get(step);
      if (uses !== undefined) this.words(this.abi.nextUses(), uses.length).set(uses);
      this.record(view, 0, step.pid, step.address, step.extent, OPS[step.op] | (step.folded ? FOLDED : 0));
      return 1;
    }
    const [first = 0, ...operands] = step.words;
    for (const [place, word] of operands.entries()) this.record(view, place, step.pid, word, 0, OPERAND);
    this.record(view, operands.length, step.pid, first, CODES.get(step.name) as number, OPERATION);
    return step.words.length === 0 ? 1 : step.words.length;
  }

  private record(view: DataView, place: number, pid: number, word: number, extent: number, kind: number): void {
    const at = place * RECORD_BYTES;
    view.setUint32(at, word % 2 ** 32, true);
    view.setUint32(at + 4, Math.floor(word / 2 ** 32), true);
    view.setUint32(at + 8, extent, true);
    view.setUint32(at + 12, kind | (pid << PID_SHIFT), true);
  }

  /** Every page of a process that is somewhere. */
  places(slot: number): Map<number, Place> {
    const found = new Map<number, Place>();
    const end = 2 ** (64 - this.config.pageShift);
    for (let from = 0; from < end; ) {
      const [page = 0n, pte = 0n] = this.words(this.abi.nextPte(slot, from >>> 0, Math.floor(from / 2 ** 32)), 2);
      if (Number(page) < from || Number(page) >= end) return found;
      const has = (bit: number) => ((pte >> BigInt(bit)) & 1n) === 1n;
      const target = targetOf(pte);
      const isMapped = has(PTE.present) || has(HINT);
      const isZero = isMapped && target === this.config.frames;
      const isFrame = isMapped && !isZero;
      found.set(Number(page), {
        frame: isFrame ? target : null,
        slot: has(PTE.swap) ? target : null,
        zero: isZero,
        writable: has(PTE.writable),
        huge: has(PTE.huge),
      });
      from = Number(page) + 1;
    }
    return found;
  }

  /** The stamp of what a page holds; null where it is in no frame. */
  stampAt(pid: number, page: number): number | null {
    const [found = 0n, pte = 0n] = this.words(
      this.abi.nextPte(this.abi.slotOf(pid), page >>> 0, Math.floor(page / 2 ** 32)),
      2,
    );
    if (Number(found) !== page || (pte & IN_FRAME) === 0n) return null;
    const frame = targetOf(pte);
    if (frame === this.config.frames) return 0;
    return Number(this.words(this.abi.view(STAMPS, 0) + frame * 8, 1)[0]);
  }

  /** Frames that hold a page or are part of a large one. */
  framesInUse(): number {
    return this.view('frame_state').filter((state) => state !== 0).length;
  }
}

const WHOLE = 0xffffffff;
const PLACES = new Map(COUNTERS.map(({ name }, place) => [name, place]));
const HINT = 11;
/** Present, or protected for a while. */
const IN_FRAME = 1n | (1n << BigInt(HINT));
const STAMPS = VIEWS.findIndex(({ name }) => name === 'frame_stamp');

/** Bits 12 to 51. */
const targetOf = (pte: bigint) => Number(BigInt.asUintN(40, pte >> BigInt(PTE.target)));

function futureOf(steps: readonly Step[], pageShift: number): Map<Step, bigint[]> {
  const accesses = steps.filter((step) => step.kind === 'access');
  const trace = accesses.map((step): Access => ({ ...step, address: BigInt(step.address) }));
  const uses = recordUses(trace, pageShift);
  return new Map(accesses.map((step, at) => [step, uses[at] as bigint[]]));
}
