/** A file that is no policy: a call that should have been made otherwise. */
export interface PolicyFileProblem {
  /** From 1; null if it is about the file as a whole. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
  readonly file: string;
  readonly problems: readonly PolicyFileProblem[];

  constructor(file: string, problems: readonly PolicyFileProblem[]) {
    super(problems.map((problem) => problemLine(file, problem)).join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

const problemLine = (file: string, { line, column, message }: PolicyFileProblem): string =>
  line === null ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
