import { stripVTControlCharacters } from 'node:util';

/** Columns of text, aligned: numbers to the right, words to the left. */
export type Align = 'left' | 'right';

/** Rows as lines; `gap` blanks between columns, none at the end of a line. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[], gap = 2): string[] {
  const widths = align.map((_, column) => Math.max(0, ...rows.map((row) => width(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blanks = ' '.repeat((widths[column] ?? 0) - width(cell));
        return align[column] === 'right' ? blanks + cell : cell + blanks;
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** Columns that a terminal gives a text, without the colours in it. */
const width = (text: string): number => stripVTControlCharacters(text).length;

/** Breaks words into lines of at most `columns`, each after the first indented. */
export function wrapped(parts: readonly string[], separator: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line !== '' && width(line) + width(separator) + width(part) > columns) {
      lines.push(line + separator.trimEnd());
      line = indent + part;
    } else line = line === '' ? part : line + separator + part;
  }
  return line === '' ? lines : [...lines, line];
}
