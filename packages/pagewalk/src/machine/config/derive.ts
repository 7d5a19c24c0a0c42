/** Keys that follow from other keys: what is left out gets its default, and the several ways to say one thing become one. */
import { CONFIG_KEYS, FIELDS, levelsOf } from './fields.ts';
import { type Given, type MachineConfig, NORMAL_KEYS } from './schema.ts';
import type { TlbShape } from './tlb.ts';

const FIRST_LEVEL: TlbShape = { entries: 64, ways: 4, policy: 'lru' };
const SECOND_LEVEL: TlbShape = { entries: 1536, ways: 12, policy: 'lru' };

type Defaults = Given & Required<Pick<Given, 'ram' | 'page_size' | 'swap' | 'pt_type'>>;
let read: Defaults | undefined;

/** The defaults of FIELDS, read as a person's input would be. */
export function defaults(): Defaults {
  read ??= Object.fromEntries(
    CONFIG_KEYS.flatMap((key) => {
      const field = FIELDS[key];
      return 'default' in field ? [[key, field.input.parse(field.default)]] : [];
    }),
  ) as Defaults;
  return read;
}

/** A configuration whose rules hold (see rules.ts), with every key decided. */
export function derive(given: Given): MachineConfig {
  const all = { ...defaults(), ...given };
  const ram = derivedRam(given);
  const decided: Given | Partial<MachineConfig> = {
    ...all,
    ram,
    frames: ram / all.page_size,
    swap: given.swap ?? Math.max(all.swap, all.page_size),
    va_bits: derivedVaBits(given),
    ...derivedTlbs(given),
    ...derivedLatencies(all),
  };
  return Object.fromEntries(NORMAL_KEYS.map((key) => [key, decided[key]])) as MachineConfig;
}

function derivedLatencies(all: Given): Pick<MachineConfig, 'copy_ns' | 'file_read_ns' | 'file_write_ns'> {
  const { zero_ns = 0, swap_read_ns = 0, swap_write_ns = 0 } = all;
  return {
    copy_ns: all.copy_ns ?? zero_ns * 2,
    file_read_ns: all.file_read_ns ?? swap_read_ns,
    file_write_ns: all.file_write_ns ?? swap_write_ns,
  };
}

/** Physical memory in bytes; the default is at least one page. */
export function derivedRam(given: Given): number {
  const { page_size, ram } = { ...defaults(), ...given };
  if (given.frames !== undefined) return given.frames * page_size;
  return given.ram ?? Math.max(ram, page_size);
}

export function derivedVaBits(given: Given): number {
  if (given.va_bits !== undefined) return given.va_bits;
  const { page_size, pt_type } = { ...defaults(), ...given };
  const levels = levelsOf(pt_type);
  if (given.vspace) return Math.max(Math.log2(page_size) + levels, bitsFor(given.vspace));
  return levels === 5 ? 57 : 48;
}

/** Bits of the addresses below `bytes`. */
export function bitsFor(bytes: number): number {
  const floor = Math.floor(Math.log2(bytes));
  return 2 ** floor < bytes ? floor + 1 : floor;
}

/** Whether the first level has an instruction and a data side. */
export function isSplit({ itlb, dtlb }: Given): boolean {
  if (itlb || dtlb) return true;
  return (itlb === null) !== (dtlb === null);
}

export function derivedTlbs(given: Given): Pick<MachineConfig, 'tlb' | 'itlb' | 'dtlb' | 'stlb'> {
  if (given.tlb_size !== undefined || given.tlb_policy !== undefined) {
    const entries = given.tlb_size ?? FIRST_LEVEL.entries;
    const tlb = entries === 0 ? null : { entries, ways: entries, policy: given.tlb_policy ?? FIRST_LEVEL.policy };
    return { tlb, itlb: null, dtlb: null, stlb: null };
  }
  if (isSplit(given)) {
    const { itlb = FIRST_LEVEL, dtlb = FIRST_LEVEL, stlb = SECOND_LEVEL } = given;
    return { tlb: null, itlb, dtlb, stlb };
  }
  const pair = given.tlb ?? { first: FIRST_LEVEL, second: SECOND_LEVEL, named: false };
  return { tlb: pair.first, itlb: null, dtlb: null, stlb: given.stlb !== undefined ? given.stlb : pair.second };
}
