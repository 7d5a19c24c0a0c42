// Markdown as the pages have it.
const COLUMNS = 150;

export const code = (text: string): string => `\`${text}\``;

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const tableRow = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** `doi 10.1147/sj.92.0078` becomes a link. */
export const linked = (text: string): string =>
  text.replace(/\bdoi (10\.[^\s,;]+[^\s,;.])/g, (_, doi: string) => `[doi ${doi}](https://doi.org/${doi})`);

/** Lines of at most COLUMNS, each after the first indented. */
export function wrapped(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** The page of a policy, in the folder of the pages. */
export const fileOf = (id: string): string => `${id.replaceAll('_', '-')}.md`;
