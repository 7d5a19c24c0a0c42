/**
 * Whether a machine fits into the 4 GiB that the engine can address. Bytes per frame and slot are what the engine's columns and the
 * largest policy take, rounded up; the rest is for page tables, which grow with the trace.
 */
import type { ConfigProblem } from './problem.ts';
import { bytesText } from './quantity.ts';
import type { MachineConfig } from './schema.ts';

const FRAME_BYTES = 72;
const SLOT_BYTES = 21;
/** Of the flat oracle, per page that may live. */
const VERIFY_BYTES = 64;
const LIMIT = 3.5 * 2 ** 30;
/** No column of 8 bytes each may be larger than 1 GiB. */
const MOST_ELEMENTS = 2 ** 27 - 1024;
/** Nor may the table of the flat oracle, which has a power of two of places. */
const MOST_VERIFIED = 2 ** 25;

type Sizes = Pick<MachineConfig, 'frames' | 'swap' | 'page_size' | 'verify' | 'ram'>;

export function fitsEngine(config: Sizes): boolean {
  const slots = config.swap / config.page_size;
  const verify = config.verify ? VERIFY_BYTES : 0;
  const bytes = config.frames * (FRAME_BYTES + verify) + slots * (SLOT_BYTES + verify);
  if (config.verify && config.frames + slots > MOST_VERIFIED) return false;
  return bytes <= LIMIT && config.frames <= MOST_ELEMENTS && slots <= MOST_ELEMENTS;
}

/** Blames whichever of memory and swap is the larger part. */
export function memoryProblem(config: Sizes): ConfigProblem {
  const slots = config.swap / config.page_size;
  const ram = config.frames * FRAME_BYTES >= slots * SLOT_BYTES;
  const pages = ram ? config.frames : slots;
  return {
    path: ram ? 'ram' : 'swap',
    value: bytesText(ram ? config.ram : config.swap),
    reason: `${pages} ${ram ? 'frames' : 'swap slots'} do not fit into the 4 GiB that the engine can address`,
    remedy:
      `give a larger page_size than ${bytesText(config.page_size)}, or less ${ram ? 'ram' : 'swap'}` +
      `${config.verify ? ', or do not verify' : ''}`,
  };
}
