/** Curves on a terminal: a letter at each point, dots between them. What is drawn first stands in front. */
export interface Curve {
  readonly letter: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PlotWords {
  /** Heights go by the logarithm, and so do places on the x axis. All values are above zero. */
  readonly logarithmic: boolean;
  /** At the left of a row, of the value at its height. */
  readonly y: (value: number) => string;
  /** Below a place on the x axis. */
  readonly x: readonly (readonly [x: number, text: string])[];
}

const DOT = '·';

export function plot(curves: readonly Curve[], columns: number, rows: number, words: PlotWords): string[] {
  const all = curves.flatMap(({ points }) => points);
  const across = scale(
    all.map(([x]) => x),
    columns - 1,
    words.logarithmic,
  );
  const heights = all.map(([, y]) => y);
  const up = scale(words.logarithmic ? heights : [0, ...heights], rows - 1, words.logarithmic);
  const columnOf = (x: number): number => Math.round(across.at(x));
  const rowOf = (height: number): number => rows - 1 - Math.round(height);

  const grid = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  const put = (column: number, row: number, mark: string): void => {
    const line = grid[row];
    if (line && (line[column] === ' ' || (line[column] === DOT && mark !== DOT))) line[column] = mark;
  };
  for (const { letter, points } of curves) for (const [x, y] of points) put(columnOf(x), rowOf(up.at(y)), letter);
  for (const { points } of curves) {
    for (const [at, [x, y]] of points.entries()) {
      const [nextX, nextY] = points[at + 1] ?? [x, y];
      const [from, to] = [columnOf(x), columnOf(nextX)];
      const [start, rise] = [up.at(y), up.at(nextY) - up.at(y)];
      for (let c = from + 1; c < to; c++) put(c, rowOf(start + (rise * (c - from)) / (to - from)), DOT);
    }
  }

  const labels = grid.map((_, row) => (row % 3 === 0 ? words.y(up.value(rows - 1 - row)) : ''));
  const width = Math.max(...labels.map(({ length }) => length));
  const lines = grid.map((cells, row) =>
    `${(labels[row] ?? '').padStart(width)} ${labels[row] === '' ? '│' : '┤'}${cells.join('')}`.trimEnd(),
  );
  const axis = `${' '.repeat(width)} └${'─'.repeat(columns)}`;
  return [...lines, axis, ' '.repeat(width + 2) + ticks(words.x, columnOf, columns)];
}

/** Places 0 … `length` for values, and back. */
function scale(
  values: readonly number[],
  length: number,
  logarithmic: boolean,
): { at: (value: number) => number; value: (at: number) => number } {
  const [to, from] = logarithmic ? [Math.log, Math.exp] : [(value: number) => value, (value: number) => value];
  const least = to(Math.min(...values));
  const span = to(Math.max(...values)) - least || 1;
  return {
    at: (value) => ((to(value) - least) / span) * length,
    value: (at) => from(least + (at / length) * span),
  };
}

/** The texts under their places, as many as do not run into each other. */
function ticks(texts: PlotWords['x'], columnOf: (x: number) => number, columns: number): string {
  let line = '';
  for (const [x, text] of texts) {
    const start = Math.max(0, Math.min(columnOf(x) - Math.floor(text.length / 2), columns - text.length));
    if (line === '' || start > line.length) line = line.padEnd(start) + text;
  }
  return line;
}
