import type { TraceFormat } from './format.ts';
import { lackey } from './lackey.ts';
import { reference } from './reference.ts';
import { text } from './text.ts';

export type { ReaderParts, ReadOption, ReadOptions, TraceFormat, WasmReading } from './format.ts';

/** One line for each format that can be read. */
export const FORMATS: readonly TraceFormat[] = [text, reference, lackey];

/** @throws RangeError naming the formats there are. */
export function formatOf(name: string): TraceFormat {
  const format = FORMATS.find((row) => row.name === name);
  if (format === undefined) {
    throw new RangeError(`unknown format '${name}': expected ${FORMATS.map((row) => row.name).join(', ')}`);
  }
  return format;
}
