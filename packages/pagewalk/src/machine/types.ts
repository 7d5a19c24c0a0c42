import type { Op } from '../trace/record.ts';

/** Numbers that must not be mixed up, as branded types: a page is no frame, and a frame no slot. */
declare const unit: unique symbol;
type In<T, Unit extends string> = T & { readonly [unit]: Unit };

/** Virtual page number: address >> page shift over all 64 bits. */
export type Vpn = In<bigint, 'virtual page'>;
/** Physical frame number. */
export type Pfn = In<number, 'frame'>;
/** Swap slot; slot 0 is a real one. */
export type Slot = In<number, 'swap slot'>;
/** Process in a trace. */
export type Pid = In<number, 'process'>;

/** What the engine writes for "no frame", "no slot". */
export const NONE = 0xffffffff;

/** The ops of a record, by their number. */
export const OPS: readonly Op[] = ['read', 'write', 'ifetch'];
export type { Op };
