/**
 * One instance of engine.wasm and its memory. Numbers cross as small integers and pointers; everything wider is read from memory.
 * The memory may grow while a trace runs, which detaches every array over it: ask for `bytes` and `words` anew after each call.
 */
import type { OwnPolicy } from './own/own-policy.ts';
import { Script } from './own/script.ts';
import { Thrown } from './own/traps.ts';

export interface EngineExports {
  readonly memory: WebAssembly.Memory;
  configure(): number;
  /** Between these two: a matrix of ns, nodes × nodes words, and 64 words of weights. */
  nodeNs(): number;
  nodeWeights(): number;
  create(): number;
  chunk(): number;
  nextUses(): number;
  run(first: number, records: number): number;
  beginFuture(): void;
  stopReason(): number;
  stopDetail(): number;
  clock(): number;
  processes(): number;
  pidOf(process: number): number;
  slotOf(pid: number): number;
  cpuOf(process: number): number;
  counters(process: number): number;
  cacheCounters(index: number): number;
  setEvents(on: number): void;
  eventRing(): number;
  eventsUsed(): number;
  drainEvents(): void;
  check(): number;
  checkDetail(): number;
  view(kind: number, index: number): number;
  viewLength(kind: number, index: number): number;
  viewStride(kind: number): number;
  cacheStride(index: number): number;
  nextPte(process: number, pageLow: number, pageHigh: number): number;
  policyHand(): number;
  /** What these five give is drawn in assembly/abi/space-views.ts. */
  firstRegion(process: number): number;
  region(at: number): number;
  memoryUse(): number;
  node(index: number): number;
  object(id: number): number;
  /** 0: a radix table. */
  tableStats(): number;
}

/** Of an engine with a policy that somebody brought along (assembly/guarded). */
interface GuardedEngineExports extends EngineExports {
  /** Address of {rule, hook, a, b}. */
  policyGuard(): number;
}

export class Engine {
  readonly exports: EngineExports;
  private all: Uint8Array<ArrayBuffer>;

  /** The policy, if it is a JavaScript object, in this engine. */
  readonly script: Script | null;

  constructor(exports: EngineExports, script: Script | null = null) {
    this.exports = exports;
    this.script = script;
    this.all = new Uint8Array(exports.memory.buffer as ArrayBuffer);
  }

  static async start(module: WebAssembly.Module): Promise<Engine> {
    const abort = (_message: number, _file: number, line: number, column: number): never => {
      throw new WebAssembly.RuntimeError(`engine aborted at ${line}:${column}`);
    };
    const instance = await WebAssembly.instantiate(module, { env: { abort } });
    return new Engine(instance.exports as unknown as EngineExports);
  }

  /** With a policy that somebody brought along: what it breaks is a PolicyError. */
  static async startWith({ facts, traps, script: policy }: OwnPolicy): Promise<Engine> {
    const abort = (message: number, _file: number, line: number, column: number): never => {
      throw new Thrown(textAt(memory(), message), line, column);
    };
    const names = facts.row.params.map(({ name }) => name);
    const script: Script | null = policy && new Script(policy, names, () => instance.exports);
    const instance: WebAssembly.Instance = await WebAssembly.instantiate(facts.module, {
      env: { abort },
      host: script?.imports ?? {},
    });
    const exports = instance.exports as unknown as GuardedEngineExports;
    const memory = (): ArrayBuffer => exports.memory.buffer as ArrayBuffer;
    return new Engine(traps.guard(exports), script);
  }

  /** The whole memory. */
  get memory(): Uint8Array<ArrayBuffer> {
    const { buffer } = this.exports.memory;
    if (this.all.buffer !== buffer) this.all = new Uint8Array(buffer as ArrayBuffer);
    return this.all;
  }

  bytes(pointer: number, length: number): Uint8Array<ArrayBuffer> {
    return this.memory.subarray(pointer >>> 0, (pointer >>> 0) + length);
  }

  words(pointer: number, length: number): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.memory.buffer, pointer >>> 0, length);
  }
}

/** A text of the engine: UTF-16, its length in bytes in front of it. */
function textAt(buffer: ArrayBuffer, pointer: number): string {
  const at = pointer >>> 0;
  const [bytes = 0] = at === 0 ? [] : new Uint32Array(buffer, at - 4, 1);
  return String.fromCharCode(...new Uint16Array(buffer, at, bytes >>> 1));
}
