/** Which addresses exist: those below `vspace`, or the canonical ones, whose upper bits all equal bit va_bits - 1. */
import type { MachineConfig } from './config/schema.ts';

/** A test for page numbers of 64 - log2(page_size) bits. */
export function pageTest(config: MachineConfig): (page: bigint) => boolean {
  const shift = BigInt(Math.log2(config.page_size));
  if (config.vspace !== null) {
    const end = BigInt(config.vspace) >> shift;
    return (page) => page < end;
  }
  const half = 1n << (BigInt(config.va_bits) - 1n - shift);
  const end = 1n << (64n - shift);
  return (page) => page < half || (page >= end - half && page < end);
}

/** The page of an address, from the bits of it that a page table uses. */
export function extended(config: MachineConfig, bits: bigint): bigint {
  if (config.vspace !== null) return bits;
  const shift = BigInt(Math.log2(config.page_size));
  const half = 1n << (BigInt(config.va_bits) - 1n - shift);
  return bits < half ? bits : bits + (1n << (64n - shift)) - 2n * half;
}
