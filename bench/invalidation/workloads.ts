// Operations that take translations away, as records: what a batch saves depends on how many pages go at once and on how many cpus
// have seen the process.
import { ADVICE, OPERATIONS } from '@pagewalk/engine/catalog';
import { CHUNK_RECORDS, RECORD_BYTES } from 'pagewalk';
import type { Chunks } from '../simulate/records.ts';

export const CPUS = 8;
const PAGE = 4096;
const READ = 0;
const WRITE = 1;
const OPERATION = 3;
const OPERAND = 4;
const READ_WRITE = 3;
const PAGEOUT = ADVICE.findIndex(({ name }) => name === 'pageout');
/** Where the mappings of a process begin. */
const BASE = 0x10_0000_0000;

type Operation = (typeof OPERATIONS)[number]['name'];

/** Records of accesses and operations, in chunks. */
class Script {
  readonly #words: bigint[][] = [[]];

  touch(pid: number, page: number, write = true): void {
    this.#add(pid, write ? WRITE : READ, BASE + page * PAGE, 8);
  }

  touchAll(pid: number, first: number, count: number, write = true): void {
    for (let page = first; page < first + count; page++) this.touch(pid, page, write);
  }

  do(pid: number, name: Operation, ...words: readonly number[]): void {
    for (const word of words.slice(1)) this.#add(pid, OPERAND, word, 0);
    this.#add(pid, OPERATION, words[0] ?? 0, OPERATIONS.findIndex((row) => row.name === name) + 1);
  }

  /** A range of pages of the process. */
  doRange(pid: number, name: Operation, first: number, count: number, ...words: readonly number[]): void {
    this.do(pid, name, BASE + first * PAGE, count * PAGE, ...words);
  }

  /** The process runs on each of these cpus in turn and touches the pages there. */
  wander(pid: number, cpus: readonly number[], first: number, count: number, write = true): void {
    for (const cpu of cpus) {
      this.do(pid, 'sched', cpu % CPUS);
      this.touchAll(pid, first, count, write);
    }
  }

  chunks(): Chunks {
    return this.#words.map((words) => new Uint8Array(BigUint64Array.from(words).buffer));
  }

  #add(pid: number, op: number, address: number, extent: number): void {
    let chunk = this.#words[this.#words.length - 1]!;
    if (chunk.length * 8 === CHUNK_RECORDS * RECORD_BYTES) {
      chunk = [];
      this.#words.push(chunk);
    }
    chunk.push(BigInt(address), BigInt(extent) | (BigInt((pid << 8) | op) << 32n));
  }
}

const mmap = (script: Script, pid: number, first: number, count: number): void =>
  script.doRange(pid, 'mmap', first, count, READ_WRITE, 0, 0, 0);

/** Pages that a process uses all the time, and that nobody takes away: what is lost too much of a TLB is missed here. */
const KEPT = 1000;
const KEPT_PAGES = 40;

const useKept = (script: Script, pid: number): void => script.touchAll(pid, KEPT, KEPT_PAGES, false);

/** Buffers of 1 to 64 pages, used on three cpus, then given back. */
function munmap(rounds: number): Script {
  const script = new Script();
  for (let pid = 1; pid <= 8; pid++) mmap(script, pid, KEPT, KEPT_PAGES);
  for (let round = 0; round < rounds; round++) {
    const pid = 1 + (round % 8);
    const pages = 1 + ((round * 37) % 64);
    mmap(script, pid, 0, pages);
    script.wander(pid, [round, round + 1, round + 3], 0, pages);
    useKept(script, pid);
    script.doRange(pid, 'munmap', 0, pages);
    useKept(script, pid);
  }
  return script;
}

/** A garbage collector's write barrier: a heap is protected and opened again in pieces. */
function mprotect(rounds: number): Script {
  const script = new Script();
  for (let pid = 1; pid <= 4; pid++) {
    mmap(script, pid, 0, 256);
    mmap(script, pid, KEPT, KEPT_PAGES);
  }
  for (let round = 0; round < rounds; round++) {
    const pid = 1 + (round % 4);
    const pages = 1 + ((round * 13) % 48);
    const first = (round * 61) % (256 - pages);
    script.wander(pid, [round, round + 2], first, pages);
    useKept(script, pid);
    script.doRange(pid, 'mprotect', first, pages, 1);
    script.touchAll(pid, first, pages, false);
    useKept(script, pid);
    script.doRange(pid, 'mprotect', first, pages, READ_WRITE);
  }
  return script;
}

/** A server that forks for every request: the parent writes on, the child reads, writes some pages and goes. */
function fork(rounds: number): Script {
  const script = new Script();
  mmap(script, 1, 0, 48);
  for (let round = 0; round < rounds; round++) {
    const child = 2 + round;
    script.wander(1, [round, round + 1], 0, 48);
    script.do(1, 'fork', child);
    script.do(child, 'sched', (round + 4) % CPUS);
    script.touchAll(child, 0, 48, false);
    script.touchAll(child, 0, 8);
    script.do(child, 'exit');
  }
  return script;
}

/** Processes on all cpus share memory that is too small for them; now and then one gives up what it has, all at once. */
function reclaim(rounds: number): Script {
  const script = new Script();
  for (let pid = 1; pid <= 8; pid++) mmap(script, pid, 0, 256);
  let state = 1;
  for (let round = 0; round < rounds; round++) {
    const pid = 1 + (round % 8);
    if (round % 64 < 8) script.do(pid, 'sched', (round >> 6) % CPUS);
    for (let i = 0; i < 32; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      script.touch(pid, (state >>> 16) % 256, i % 4 === 0);
    }
    if (round % 50 === 49) script.doRange(pid, 'madvise', 0, 256, PAGEOUT);
  }
  return script;
}

export interface Workload {
  readonly name: string;
  readonly frames: number;
  readonly processes: number;
  readonly chunks: Chunks;
}

/** All of them; `scale` 1 is about a million records each. */
export function workloads(scale: number): Workload[] {
  const rounds = (all: number): number => Math.ceil(all * scale);
  const make = (name: string, frames: number, processes: number, script: Script): Workload => ({
    name,
    frames,
    processes,
    chunks: script.chunks(),
  });
  return [
    make('munmap', 4096, 16, munmap(rounds(6000))),
    make('mprotect', 4096, 16, mprotect(rounds(7000))),
    make('fork, exit', 4096, rounds(5000) + 16, fork(rounds(5000))),
    make('reclaim', 1024, 16, reclaim(rounds(30_000))),
  ];
}
