import type { ReadOptions } from './format.ts';

/** What the block traces have in common. */
export const BLOCK_NOTE = 'block I/O below the page cache';

/** For the readers in trace.wasm: does a request have its size? */
export const splitOption = ({ split = false }: ReadOptions): number[] => [split ? 1 : 0];

export const splitSetting = ({ split = false }: ReadOptions): Record<string, string> => ({
  split: split ? 'yes' : 'no',
});
