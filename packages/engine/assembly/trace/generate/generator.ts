import { Stream } from './stream';

/** One pattern of addresses. Each process walks through an address space of its own. */
export abstract class Generator {
  /** Byte address of the next access of a process, counted from 0. */
  abstract next(process: u32): u64;
}

export const PAGE_SHIFT: u64 = 12;
export const PAGE_BYTES: u64 = 4096;

/**
 * What the host asks for, as 64-bit words: the common ones here, then the pattern's own from OWN on, in the order of its row in
 * the library's list of generators.
 */
export const PARAMETERS: usize = memory.data(16 * 8);
export const ACCESSES: i32 = 0;
export const PROCESSES: i32 = 1;
export const PAGES: i32 = 2;
export const SEED: i32 = 3;
/** Share of the accesses that write, in 2^-32. */
export const WRITES: i32 = 4;
export const OWN: i32 = 5;

export function parameter(index: i32): u64 {
  return load<u64>(PARAMETERS + ((<usize>index) << 3));
}

/** One word for each process, all zero. */
export function perProcess(): StaticArray<u64> {
  return new StaticArray<u64>(<i32>parameter(PROCESSES));
}

/** A random byte of a page. */
export function within(page: u64, stream: Stream): u64 {
  return (page << PAGE_SHIFT) + stream.below(PAGE_BYTES);
}
