/**
 * A policy that is a plain JavaScript object: the engine calls it at each hook, and it asks the engine back. Slower than one that is compiled,
 * and for teaching. An endless loop in it cannot be stopped from the same thread.
 */
import type { PolicyRow } from '@pagewalk/engine/catalog';
import { MachineError } from '../errors.ts';
import { NONE } from '../types.ts';

/** What the object is made from. Frames are numbers, pages bigints; a process is a number of its own, its pid is not told. */
export interface ScriptContext {
  readonly frames: {
    readonly count: number;
    /** Whether the frame holds a page that may be taken from it. */
    isEvictable(frame: number): boolean;
    isReferenced(frame: number): boolean;
    clearReference(frame: number): void;
    setReference(frame: number): void;
    /** Whether taking the frame costs a write. */
    isDirty(frame: number): boolean;
    /** The process whose page the frame holds, the first of several; null if nobody maps it. */
    ownerOf(frame: number): number | null;
  };
  /** By the names in the row. */
  readonly params: Readonly<Record<string, number>>;
  readonly seed: bigint;
  readonly time: {
    /** Number of the touch that is being served; the first is 1. */
    readonly now: number;
    readonly running: number | null;
    /** Touches of a process so far. */
    of(process: number): number;
  };
  readonly writer: {
    /** Has the page of a frame written back; false if it is not dirty or cannot be written now. */
    schedule(frame: number): boolean;
    isWriting(frame: number): boolean;
    pending(): number;
  };
  readonly future: {
    /** Number of the touch at which the page being touched is touched next; null: never. Only if the row says `future`. */
    readonly next: number | null;
  };
}

/** The hooks of a policy (docs/own-policies.md); only `victim` must be there. */
export interface PolicyObject {
  /** Whether the access that loads a page sets its ref bit; by default it does. */
  refOnLoad?: boolean;
  /** Touches between two calls of `onTick`. */
  tick?: number;
  /** `surplus` is asked after each touch from this one on. */
  releaseAt?: number;
  /** Position of a scan, for views. */
  hand?: number | null;
  /** Frames looked at so far. */
  steps?: number;
  /** Victims that the policy's rule did not want. */
  fallbacks?: number;
  onLoad?(frame: number, page: bigint): void;
  onHit?(frame: number): void;
  onEvict?(frame: number): void;
  onDiscard?(frame: number): void;
  onSplit?(head: number, part: number, page: bigint): void;
  onMove?(from: number, to: number, page: bigint): void;
  onCold?(frame: number): void;
  /** A frame that may be taken, or null if there is none. */
  victim(page: bigint | null): number | null;
  surplus?(): number | null;
  onTick?(): void;
  state?(frame: number): number;
  agrees?(frame: number, resident: boolean): boolean;
  /** What it takes to come back to this moment, as plain data; without it there are no snapshots and no steps back. */
  save?(): unknown;
  restore?(saved: unknown): void;
}

/** A row of the catalog, as far as it matters, with the function that makes the policy. */
export interface ScriptPolicy extends Partial<Pick<PolicyRow, 'params' | 'repeats' | 'summary' | 'source'>> {
  readonly id?: string;
  readonly observes: PolicyRow['observes'];
  readonly future?: boolean;
  readonly releases?: boolean;
  readonly writes?: boolean;
  create(context: ScriptContext): PolicyObject;
}

/** What the engine exports for scripts (assembly/guarded/script.ts). */
interface Asked {
  scriptSet(refOnLoad: number, tick: number, releaseAt: number, hand: number, steps: number, fallbacks: number): void;
  scriptFrames(): number;
  scriptParam(place: number): bigint;
  scriptSeed(): bigint;
  scriptNextUse(): bigint;
  scriptIsEvictable(frame: number): number;
  scriptIsReferenced(frame: number): number;
  scriptSetReference(frame: number, value: number): void;
  scriptIsDirty(frame: number): number;
  scriptOwnerOf(frame: number): number;
  scriptNow(): bigint;
  scriptTimeOf(process: number): bigint;
  scriptRunning(): number;
  scriptSchedule(frame: number): number;
  scriptIsWriting(frame: number): number;
  scriptPending(): number;
}

const NEVER = 2n ** 64n - 1n;
/** A number of touches that never comes, exactly a float. */
const NEVER_SOON = 2 ** 63;

/** One policy object in one machine. */
export class Script {
  private object: PolicyObject | null = null;
  private readonly policy: ScriptPolicy;
  private readonly names: readonly string[];
  /** The engine's exports, which are there only when it is instantiated. */
  private readonly engine: () => Asked;

  constructor(policy: ScriptPolicy, names: readonly string[], engine: () => WebAssembly.Exports) {
    this.policy = policy;
    this.names = names;
    this.engine = engine as unknown as () => Asked;
  }

  /** @throws MachineError if the object cannot do that. */
  save(): unknown {
    const { save } = this.made;
    if (!save) throw new MachineError(`${this.noSnapshots}: give it save() and restore(saved)`);
    return structuredClone(save.call(this.made));
  }

  restore(saved: unknown): void {
    this.made.restore?.(structuredClone(saved));
  }

  get isSaved(): boolean {
    return this.made.save !== undefined && this.made.restore !== undefined;
  }

  private get noSnapshots(): string {
    return `policy ${this.policy.id ?? ''} keeps its state in JavaScript, of which there is no snapshot`;
  }

  private get made(): PolicyObject {
    return this.object as PolicyObject;
  }

  /** What the engine imports. */
  get imports(): WebAssembly.ModuleImports {
    const told =
      <A extends unknown[]>(call: (object: PolicyObject, ...args: A) => void) =>
      (...args: A): void => {
        call(this.made, ...args);
        this.adopt();
      };
    return {
      create: () => {
        this.object = this.policy.create(this.context());
        if (typeof this.object?.victim !== 'function') throw new TypeError('create() gave no object with victim(page)');
        this.adopt();
      },
      onLoad: told((object, frame: number, page: bigint) => object.onLoad?.(frame, unsigned(page))),
      onHit: told((object, frame: number) => object.onHit?.(frame)),
      onEvict: told((object, frame: number) => object.onEvict?.(frame)),
      onDiscard: told(discard),
      onSplit: told((object, head: number, part: number, page: bigint) => split(object, head, part, unsigned(page))),
      onMove: told((object, from: number, to: number, page: bigint) => {
        if (object.onMove) object.onMove(from, to, unsigned(page));
        else {
          split(object, from, to, unsigned(page));
          discard(object, from);
        }
      }),
      onCold: told((object, frame: number) => object.onCold?.(frame)),
      onTick: told((object) => object.onTick?.()),
      victim: (page: bigint) =>
        this.chosen('victim', this.made.victim(unsigned(page) === NEVER ? null : unsigned(page))),
      surplus: () => this.chosen('surplus', this.made.surplus?.()),
      state: (frame: number) => this.made.state?.(frame) ?? 0,
      agrees: (frame: number, resident: number) => Number(this.made.agrees?.(frame, resident !== 0) ?? true),
    };
  }

  private chosen(call: string, frame: number | null | undefined): number {
    this.adopt();
    if (frame === null || frame === undefined || frame === -1) return NONE;
    if (Number.isInteger(frame) && frame >= 0 && frame < NONE) return frame;
    throw new TypeError(`${call}() gave ${String(frame)}, which is neither a frame nor null`);
  }

  /** The fields that the object may set. */
  private adopt(): void {
    const { refOnLoad = true, tick = 0, releaseAt, hand, steps = 0, fallbacks = 0 } = this.made;
    this.engine().scriptSet(Number(refOnLoad), tick, releaseAt ?? NEVER_SOON, hand ?? NONE, steps, fallbacks);
  }

  private context(): ScriptContext {
    const { engine } = this;
    const asked = engine();
    const orNull = (number: number): number | null => (number >>> 0 === NONE ? null : number);
    return {
      frames: {
        count: asked.scriptFrames(),
        isEvictable: (frame) => engine().scriptIsEvictable(frame) !== 0,
        isReferenced: (frame) => engine().scriptIsReferenced(frame) !== 0,
        clearReference: (frame) => engine().scriptSetReference(frame, 0),
        setReference: (frame) => engine().scriptSetReference(frame, 1),
        isDirty: (frame) => engine().scriptIsDirty(frame) !== 0,
        ownerOf: (frame) => orNull(engine().scriptOwnerOf(frame)),
      },
      params: Object.fromEntries(this.names.map((name, place) => [name, Number(asked.scriptParam(place))])),
      seed: unsigned(asked.scriptSeed()),
      time: {
        get now() {
          return Number(engine().scriptNow());
        },
        get running() {
          return orNull(engine().scriptRunning());
        },
        of: (process) => Number(engine().scriptTimeOf(process)),
      },
      writer: {
        schedule: (frame) => engine().scriptSchedule(frame) !== 0,
        isWriting: (frame) => engine().scriptIsWriting(frame) !== 0,
        pending: () => engine().scriptPending(),
      },
      future: {
        get next() {
          const next = unsigned(engine().scriptNextUse());
          return next === NEVER ? null : Number(next);
        },
      },
    };
  }
}

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);

function discard(object: PolicyObject, frame: number): void {
  if (object.onDiscard) object.onDiscard(frame);
  else object.onEvict?.(frame);
}

function split(object: PolicyObject, head: number, part: number, page: bigint): void {
  if (object.onSplit) object.onSplit(head, part, page);
  else object.onLoad?.(part, page);
}

/** The number of the policy in the configuration: a bit for each fact of the row, as assembly/guarded/own.ts has it. */
export function scriptNumber(
  row: Pick<PolicyRow, 'observes' | 'repeats'> & Record<'future' | 'releases' | 'writes', boolean>,
): number {
  const facts = [
    row.observes === 'every-access',
    row.repeats === 'once',
    row.repeats === 'always',
    row.future,
    row.releases,
    row.writes,
  ];
  return facts.reduce((bits, fact, place) => bits | (Number(fact) << place), 0);
}
