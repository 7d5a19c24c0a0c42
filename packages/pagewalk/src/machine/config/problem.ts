import { OWN_NAME, OWN_TEXT } from '../own/own-text.ts';

/** What is wrong with a configuration. All problems of one configuration are reported together. */
export interface ConfigProblem {
  /** The key, e.g. `page_size`. */
  readonly path: string;
  /** The value as it was given; undefined if the key was left out. */
  readonly value: unknown;
  readonly reason: string;
  /** What would be accepted. */
  readonly remedy: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problemText(problem)).join('\n'));
    this.problems = problems;
  }
}

/** One line: `page_size 3000: not a power of two; give a power of two from 256 to 1GiB`. */
export function problemText(problem: ConfigProblem, label: string = problem.path): string {
  const value = problem.value === undefined ? '' : ` ${valueText(problem.value)}`;
  return `${label}${value}: ${problem.reason}; ${problem.remedy}`;
}

function valueText(value: unknown): string {
  // Of a policy that somebody brought along its name is enough.
  if (typeof value === 'string' && OWN_TEXT.test(value)) return valueText(value.replace(OWN_TEXT, OWN_NAME));
  if (typeof value === 'string') return /^[\w.:,=+-]+$/.test(value) ? value : `'${value}'`;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
