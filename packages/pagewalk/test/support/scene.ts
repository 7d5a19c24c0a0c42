/**
 * A story of memory as a drawing: a line for each step, with the faults that it made, the frames in use after it, and the pages of each process
 * from page 0 on. Letters are frames, large where the page may be written; a frame takes the first
 * letter that no other has and keeps it for as long as it is mapped; `0` is the zero page,
 * `~` a page in swap, `.` nothing, `x` a process that has ended.
 */
import { type Step, stepsOf } from '../oracle/space/step.ts';

export interface Subject {
  step(step: Step): string | null;
  count(name: string): number;
  framesInUse(): number;
  /** In order of appearance; null: it has ended. */
  processes(): { pid: number; pages: Map<number, Shown> | null }[];
  /** Pages of each living process in memory: all, each divided by its mappings, those mapped only once. */
  memory(): { rss: number; pss: number; uss: number }[];
}

export interface Shown {
  /** Whatever stands for the frame; null: it is not in one. */
  readonly frame: unknown;
  readonly zero: boolean;
  readonly writable: boolean;
}

/** What a column `faults` tells, in this order, and in which words. */
const TOLD: readonly (readonly [counter: string, word: string])[] = [
  ['demand_zero_faults', 'demand_zero'],
  ['zero_page_faults', 'zero_page'],
  ['swap_in_faults', 'swap_in'],
  ['file_read_faults', 'file_read'],
  ['map_faults', 'map'],
  ['cow_faults', 'cow'],
  ['write_notify_faults', 'write_notify'],
  ['cow_copies', 'copied'],
  ['cow_reuses', 're-used'],
  ['protection_failures', 'protection'],
  ['bus_errors', 'bus_error'],
  ['region_segfaults', 'segfault'],
  ['swap_outs', 'swapped out'],
  ['swap_clean_drops', 'dropped, in swap'],
  ['zero_drops', 'dropped, zero'],
  ['lazy_free_drops', 'dropped, freed'],
  ['file_clean_drops', 'dropped, in file'],
  ['file_write_backs', 'written to file'],
];

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVW'.split('');

/** The scene with what really happens in it. */
export function played(scene: string, subject: Subject, pageSize: number): string {
  const seen = new Map<unknown, string>();
  const rows = linesOf(scene).map((line) => {
    const before = TOLD.map(([name]) => subject.count(name));
    const refused = stepsOf(line, pageSize).map((step) => subject.step(step));
    const faults = TOLD.flatMap(([name, word], place) => {
      const times = subject.count(name) - (before[place] as number);
      return times > 0 ? [`${times} ${word}`] : [];
    });
    const told = [...new Set(refused)].filter((error) => error !== null);
    const drawn = subject.processes().map(({ pid, pages }) => `${pid}:${pages === null ? 'x' : draw(pages, seen)}`);
    const shown = subject.processes().flatMap(({ pages }) => [...(pages ?? new Map<number, Shown>()).values()]);
    for (const frame of seen.keys()) if (!shown.some((page) => page.frame === frame)) seen.delete(frame);
    return [line, [...told, ...faults].join(', '), `${subject.framesInUse()}`, drawn.join(' ')];
  });
  return tidy(rows);
}

/** The scene as it was written, with its columns in line. */
export const asWritten = (scene: string): string =>
  tidy(rowsOf(scene).map((row) => row.split('|').map((cell) => cell.trim())));

const rowsOf = (scene: string) => scene.split('\n').filter((row) => row.trim() !== '');
const linesOf = (scene: string) => rowsOf(scene).map((row) => (row.split('|')[0] as string).trim());

function tidy(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      widths
        .map((width, at) => (row[at] ?? '').padEnd(width))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n');
}

function draw(pages: Map<number, Shown>, seen: Map<unknown, string>): string {
  const last = Math.max(-1, ...pages.keys());
  return Array.from({ length: last + 1 }, (_, page) => letter(pages.get(page), seen)).join('');
}

function letter(shown: Shown | undefined, seen: Map<unknown, string>): string {
  if (shown === undefined) return '.';
  if (shown.zero) return '0';
  if (shown.frame === null) return '~';
  if (!seen.has(shown.frame)) {
    const taken = [...seen.values()];
    seen.set(shown.frame, LETTERS.find((one) => !taken.includes(one)) ?? '?');
  }
  const letter = seen.get(shown.frame) as string;
  return shown.writable ? letter : letter.toLowerCase();
}
