// The pages in docs/policies: what is generated in them goes between two marks, the rest is written by hand and looked over.
import type { PolicyRow } from '../../packages/engine/catalog/index.ts';
import { headOf } from './head.ts';
import { indexOf } from './index-table.ts';
import { fileOf } from './markdown.ts';

export const INDEX = 'README.md';
const START = '<!-- head: generated -->';
const END = '<!-- /head -->';
const SECTIONS = ['## How it works', '## Where implementations disagree', '## By hand', '## Cost'];
const LONGEST = 160;

export interface Findings {
  /** Pages whose text is not what it should be, with what it should be. */
  readonly texts: ReadonlyMap<string, string>;
  readonly complaints: readonly string[];
}

/** `pages`: text of every Markdown file in the folder, by its name. */
export function comparePages(rows: readonly PolicyRow[], pages: ReadonlyMap<string, string>): Findings {
  const wanted = new Map<string, string>([[INDEX, indexOf(rows)]]);
  for (const row of rows) wanted.set(fileOf(row.id), headOf(row));
  const texts = new Map<string, string>();
  const complaints: string[] = [];
  for (const [file, head] of wanted) {
    const page = pages.get(file);
    if (page === undefined) complaints.push(`${file}: missing: write the page; the recipe is in CONTRIBUTING.md`);
    else {
      const text = withHead(page, head);
      if (text === null) complaints.push(`${file}:1: no lines '${START}' and '${END}' around what is generated`);
      else if (text !== page) texts.set(file, text);
      if (file !== INDEX) complaints.push(...bodyComplaints(file, page));
    }
  }
  for (const file of pages.keys()) {
    if (!wanted.has(file)) complaints.push(`${file}:1: no policy of that name in the catalog`);
  }
  return { texts, complaints };
}

function withHead(page: string, head: string): string | null {
  const start = page.indexOf(`${START}\n`);
  const end = page.indexOf(END);
  if (start < 0 || end < start) return null;
  return `${page.slice(0, start)}${START}\n${head}\n${page.slice(end)}`;
}

/** What is written by hand has the four sections in their order, and lines that fit on a screen. */
function bodyComplaints(file: string, page: string): string[] {
  const lines = page.split('\n');
  const body = Math.max(0, lines.indexOf(END));
  const found = lines.filter((line) => line.startsWith('## '));
  const complaints =
    found.join() === SECTIONS.join() ? [] : [`${file}:1: its sections are to be ${SECTIONS.join(', ')}`];
  for (const [place, line] of lines.entries()) {
    if (place > body && line.length > LONGEST) {
      complaints.push(`${file}:${place + 1}: ${line.length} columns, at most ${LONGEST}`);
    }
  }
  return complaints;
}
