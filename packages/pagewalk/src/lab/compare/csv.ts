/** A comparison as CSV: a row for each machine. */
import { COMPARED_COUNTERS, type PolicyComparison, type RunFigures } from './schema.ts';

const FIGURES = ['misses', 'miss_ratio', 'opt_ratio', 'write_backs', 'total_ns', 'mean_frames'] as const;
const OTHERS = COMPARED_COUNTERS.filter((name) => name !== 'page_faults');

export const COMPARISON_CSV_HEADER = ['trace', 'policy', 'memory', 'frames', ...FIGURES, ...OTHERS, 'failure'].join(
  ',',
);

/** With the header, one line end behind each line. */
export function comparisonCsv({ trace, policies, memories, runs }: PolicyComparison): string {
  const rows = runs.map((run, place) => {
    const memory = memories[Math.floor(place / policies.length)]?.text ?? '';
    const facts = [trace, run.policy, memory, run.frames].map(cell);
    return [...facts, ...figures(run.figures), cell(run.failure ?? '')].join(',');
  });
  return [COMPARISON_CSV_HEADER, ...rows].map((line) => `${line}\n`).join('');
}

function figures(run: RunFigures | null): string[] {
  if (!run) return Array.from({ length: FIGURES.length + OTHERS.length }, () => '');
  return [...FIGURES.map((name) => run[name] ?? ''), ...OTHERS.map((name) => run.counters[name])].map(cell);
}

/** Quoted where it must be (RFC 4180). */
function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
