// The head of a policy's page: the facts of its catalog row as Markdown.
import {
  FAMILY_WORDS,
  OBSERVES_WORDS,
  type PolicyParameter,
  type PolicyRow,
  REPEATS_WORDS,
  TRAIT_WORDS,
} from '../../packages/engine/catalog/index.ts';
import { capitalised, code, linked, tableRow, wrapped } from './markdown.ts';

export function headOf(row: PolicyRow): string {
  const parts = [`# ${row.id}`, wrapped(`${capitalised(row.summary)}.`), facts(row).map(item).join('\n')];
  if (row.params.length > 0) parts.push(parameterTable(row.params));
  return parts.join('\n\n');
}

type Fact = readonly [label: string, text: string];

function facts(row: PolicyRow): Fact[] {
  return [
    ['Family', FAMILY_WORDS[row.family].title.toLowerCase()],
    ...(row.aliases.length > 0 ? [['Other names', row.aliases.map(code).join(', ')] as const] : []),
    ['Source', linked(row.source)],
    ...(row.departs === '' ? [] : [['Departs from it', row.departs] as const]),
    ['Observes', `${code(row.observes)}: ${OBSERVES_WORDS[row.observes]}`],
    ['In a kernel', row.kernel],
    ['Touching again the page touched last', REPEATS_WORDS[row.repeats]],
    ...traits(row).map((words) => ['Also', words] as const),
  ];
}

export function traits(row: PolicyRow): string[] {
  const names = Object.keys(TRAIT_WORDS) as (keyof typeof TRAIT_WORDS)[];
  return names.filter((name) => row[name] === true).map((name) => TRAIT_WORDS[name]);
}

const item = ([label, text]: Fact): string => wrapped(`- **${label}:** ${sentence(text)}`, '  ');

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function parameterTable(params: readonly PolicyParameter[]): string {
  return [
    tableRow(['parameter', 'default', 'range', 'meaning']),
    tableRow(['---', '---', '---', '---']),
    ...params.map(({ name, default: value, min, max, meaning }) =>
      tableRow([code(name), String(value), `${min} to ${max}`, meaning]),
    ),
  ].join('\n');
}
