/**
 * How much memory the machines have, as text: `256` frames, `64MiB`, or `10%` of the distinct pages that the trace touches, which is known only
 * when it was read.
 */
import type { ConfigProblem } from '../../machine/config/problem.ts';
import { bytesText, parseBytes } from '../../machine/config/quantity.ts';

export type MemorySize =
  | { readonly text: string; readonly share: number }
  | { readonly text: string; readonly frames: number };

const SHARE = /^(\d+(?:\.\d+)?)\s*%$/;

const ACCEPTED = 'give a number of frames, a size such as 64MiB, or a share of the pages such as 10%';

/** The sizes in the order of the list; what is wrong with it goes to `problems`. */
export function parseSizes(text: string, pageSize: number, problems: ConfigProblem[]): MemorySize[] {
  return text.split(',').flatMap((part) => {
    const size = parseSize(part.trim(), pageSize);
    if (typeof size !== 'string') return [size];
    problems.push({ path: 'frames', value: part.trim(), reason: size, remedy: ACCEPTED });
    return [];
  });
}

/** A size, or what is wrong with it. */
function parseSize(text: string, pageSize: number): MemorySize | string {
  const share = Number(SHARE.exec(text)?.[1]);
  if (share > 0) return { text, share: share / 100 };
  if (/^\d+$/.test(text)) return Number(text) > 0 ? { text, frames: Number(text) } : 'no memory at all';
  const bytes = parseBytes(text);
  if (typeof bytes === 'string') return bytes;
  if (bytes === 0 || bytes % pageSize !== 0) return `not a whole number of pages of ${bytesText(pageSize)}`;
  return { text, frames: bytes / pageSize };
}

export const needsPages = (sizes: readonly MemorySize[]): boolean => sizes.some((size) => 'share' in size);

/** Frames of the machine: a share is rounded to whole frames, at least one. */
export const framesOf = (size: MemorySize, pages: number): number =>
  'frames' in size ? size.frames : Math.max(1, Math.round(size.share * pages));
