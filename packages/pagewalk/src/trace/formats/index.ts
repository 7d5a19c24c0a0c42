import type { TextFormat } from './format.ts';
import { lackey } from './lackey.ts';
import { reference } from './reference.ts';
import { text } from './text.ts';

export type { ReadOptions, TextFormat } from './format.ts';

export const FORMATS: readonly TextFormat[] = [text, lackey, reference];

/** @throws RangeError naming the formats there are. */
export function formatOf(name: string): TextFormat {
  const format = FORMATS.find((row) => row.name === name);
  if (format === undefined) {
    throw new RangeError(`unknown format '${name}': expected ${FORMATS.map((row) => row.name).join(', ')}`);
  }
  return format;
}
