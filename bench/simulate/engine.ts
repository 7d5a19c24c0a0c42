// The engine without the library around it: the calls of its ABI that a run needs. One round is what the pipeline does with a trace that
// is already in memory: copy a chunk into the record buffer, run it.
import { readFile } from 'node:fs/promises';
import { CACHE_COUNTERS, COUNTERS, CREATE_ERRORS, STOPS } from '@pagewalk/engine/catalog';
import { RECORD_BYTES } from 'pagewalk';
import { configWords, type Setup } from './machine.ts';
import type { Chunks } from './records.ts';
import type { Result } from './result.ts';

interface Abi {
  memory: WebAssembly.Memory;
  configure(): number;
  create(): number;
  chunk(): number;
  nextUses(): number;
  run(first: number, records: number): number;
  stopReason(): number;
  clock(): number;
  processes(): number;
  pidOf(slot: number): number;
  counters(slot: number): number;
  cacheCounters(index: number): number;
}

const WHOLE_MACHINE = 0xffffffff;
const STLB = 2;
const WASM = new URL('../../packages/engine/dist/engine.wasm', import.meta.url);

export class Engine {
  readonly #abi: Abi;
  readonly #fresh: Uint8Array;

  private constructor(abi: Abi) {
    this.#abi = abi;
    this.#fresh = new Uint8Array(abi.memory.buffer).slice();
  }

  /** `wasm`: another build of the engine. */
  static create(setup: Setup, wasm: URL | string = WASM): Promise<Engine> {
    return Engine.of(configWords(setup), wasm);
  }

  /** From a configuration block, and a module or the file of one. */
  static async of(words: readonly bigint[], wasm: URL | string | WebAssembly.Module = WASM): Promise<Engine> {
    const abort = () => {
      throw new Error('the engine aborted');
    };
    const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(await readFile(wasm));
    const instance = await WebAssembly.instantiate(module, { env: { abort } });
    const abi = instance.exports as unknown as Abi;
    new BigUint64Array(abi.memory.buffer, abi.configure() >>> 0, words.length).set(words);
    const error = abi.create();
    if (error !== 0) throw new Error(`engine.create: ${CREATE_ERRORS[error]?.meaning ?? error}`);
    return new Engine(abi);
  }

  get memoryBytes(): number {
    return this.#abi.memory.buffer.byteLength;
  }

  /** Puts the machine back to its beginning; memory that it has grown stays, zeroed. */
  reset(): void {
    const memory = new Uint8Array(this.#abi.memory.buffer);
    memory.set(this.#fresh);
    memory.fill(0, this.#fresh.length);
  }

  /** Runs all chunks, with the next uses of their touches if the policy needs them; returns seconds. */
  run(chunks: Chunks, uses: readonly BigUint64Array[] = []): number {
    const abi = this.#abi;
    const start = performance.now();
    for (const [place, chunk] of chunks.entries()) {
      const records = chunk.length / RECORD_BYTES;
      new Uint8Array(abi.memory.buffer, abi.chunk() >>> 0, chunk.length).set(chunk);
      const next = uses[place];
      if (next) new BigUint64Array(abi.memory.buffer, abi.nextUses() >>> 0, next.length).set(next);
      if (abi.run(0, records) !== records) throw new Error(`engine.run: ${STOPS[abi.stopReason()]?.meaning}`);
    }
    return (performance.now() - start) / 1000;
  }

  result(): Result {
    const abi = this.#abi;
    const names = COUNTERS.map(({ name }) => name);
    const cacheNames = CACHE_COUNTERS.map(({ name }) => name);
    const processes = Array.from({ length: abi.processes() }, (_, slot) => ({
      ...ofProcess(this.#block(abi.counters(slot), names)),
      pid: abi.pidOf(slot),
    }));
    return {
      counters: this.#block(abi.counters(WHOLE_MACHINE), names),
      processes,
      tlbs: {
        tlb: this.#block(abi.cacheCounters(0), cacheNames),
        stlb: this.#block(abi.cacheCounters(STLB), cacheNames),
      },
      clock_ns: this.#block(abi.clock(), ['touches', 'ns'])['ns']!,
    };
  }

  #block(pointer: number, names: readonly string[]): Record<string, number> {
    const words = new BigUint64Array(this.#abi.memory.buffer, pointer >>> 0, names.length);
    return Object.fromEntries(names.map((name, at) => [name, Number(words[at])]));
  }
}

function ofProcess(counters: Record<string, number>): Record<string, number> {
  return Object.fromEntries(COUNTERS.flatMap(({ name, of }) => (of === 'process' ? [[name, counters[name]!]] : [])));
}
