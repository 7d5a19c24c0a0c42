/** The policies and prefetchers of the catalog as lists, and one of them in detail. */

import {
  FAMILY_WORDS,
  OBSERVES_WORDS,
  POLICY_FAMILIES,
  type PolicyParameter,
  type PolicyRow,
  type PrefetcherRow,
  REPEATS_WORDS,
  TRAIT_WORDS,
} from '@pagewalk/engine/catalog';
import type { OwnPolicy } from 'pagewalk/node';
import type { Style } from './style.ts';
import { table, wrapped } from './table.ts';

const COLUMNS = 100;
const LABEL_COLUMNS = 14;

type Named = Pick<PolicyRow, 'id' | 'params'>;

/** A policy as it is written on the command line, with its parameters and their defaults. */
export const usage = ({ id, params }: Named): string => {
  const values = params.map(({ name, default: value }) => `${name}=${value}`);
  return values.length > 0 ? `${id}:${values.join(',')}` : id;
};

export function policyLines(rows: readonly PolicyRow[], style: Style): string[] {
  const names = Math.max(...rows.map(({ id }) => id.length));
  const kinds = Math.max(...rows.map(({ observes }) => observes.length));
  return POLICY_FAMILIES.flatMap((family) => {
    const members = rows.filter((row) => row.family === family);
    if (members.length === 0) return [];
    const { title, about } = FAMILY_WORDS[family];
    return [
      `${style.strong(title)}: ${about}`,
      ...members.flatMap((row) => listed(row, row.observes, [names, kinds], style)),
      '',
    ];
  });
}

export function prefetcherLines(rows: readonly PrefetcherRow[], style: Style): string[] {
  const kinds = rows.map(({ maps }) => (maps ? 'mapped' : 'into the cache'));
  const widths = [rows, kinds].map((column) =>
    Math.max(...column.map((cell) => (typeof cell === 'string' ? cell : cell.id).length)),
  );
  return [
    `${style.strong('Prefetchers')}: where the pages go that they bring, and which they want`,
    ...rows.flatMap((row, place) => listed(row, kinds[place] ?? '', widths, style)),
  ];
}

/** Name, kind and summary; below, the parameters. */
function listed(
  row: Named & Pick<PolicyRow, 'summary'>,
  kind: string,
  [names = 0, kinds = 0]: readonly number[],
  style: Style,
): string[] {
  const indent = 2 + names + 2 + kinds + 2;
  const words = wrapped(row.summary.split(' '), ' ', COLUMNS - indent, '');
  const params = row.params.length > 0 ? wrapped(usage(row).split(/(?<=,)/), '', COLUMNS - indent, '  ') : [];
  const lines = [...words, ...params.map(style.faint)];
  const blank = ' '.repeat(indent);
  return lines.map((line, at) =>
    at === 0 ? `  ${style.strong(row.id.padEnd(names))}  ${kind.padEnd(kinds)}  ${line}` : blank + line,
  );
}

/** Everything that the catalog says of a policy, which is what its page begins with. */
export function policyDetails(row: PolicyRow, style: Style): string[] {
  const traits = (Object.keys(TRAIT_WORDS) as (keyof typeof TRAIT_WORDS)[]).filter((name) => row[name] === true);
  const facts: [string, string][] = [
    ['family', FAMILY_WORDS[row.family].title.toLowerCase()],
    ...(row.aliases.length > 0 ? [['other names', row.aliases.join(', ')] as [string, string]] : []),
    ['source', row.source],
    ...(row.departs === '' ? [] : [['departs', row.departs] as [string, string]]),
    ['observes', `${row.observes}: ${OBSERVES_WORDS[row.observes]}`],
    ['in a kernel', row.kernel],
    ['touched again', `touching again the page touched last ${REPEATS_WORDS[row.repeats]}`],
    ...traits.map((name) => ['also', TRAIT_WORDS[name]] as [string, string]),
    ['definition', `docs/policies/${row.id.replaceAll('_', '-')}.md`],
  ];
  return [...title(row, style), ...facts.flatMap(([label, text]) => fact(label, text, style)), ...params(row, style)];
}

/** Of a policy that is a file. */
export function ownPolicyDetails({ row, file, sha256 }: OwnPolicy, style: Style): string[] {
  const traits = (['future', 'releases', 'writes'] as const).filter((name) => row[name]);
  const facts: [string, string][] = [
    ...(row.source === '' ? [] : [['source', row.source] as [string, string]]),
    ['observes', `${row.observes}: ${OBSERVES_WORDS[row.observes]}`],
    ['touched again', `touching again the page touched last ${REPEATS_WORDS[row.repeats]}`],
    ...traits.map((name) => ['also', TRAIT_WORDS[name]] as [string, string]),
    ['file', file],
    ...(sha256 === null ? [] : [['sha256', sha256] as [string, string]]),
  ];
  return [...title(row, style), ...facts.flatMap(([label, text]) => fact(label, text, style)), ...params(row, style)];
}

export function prefetcherDetails(row: PrefetcherRow, style: Style): string[] {
  const facts: [string, string][] = [
    [
      'brings pages',
      row.maps ? 'mapped: their first touch is no fault' : 'into the cache: their first touch is a minor fault',
    ],
    ['source', row.source],
    ['definition', 'docs/prefetching.md'],
  ];
  return [...title(row, style), ...facts.flatMap(([label, text]) => fact(label, text, style)), ...params(row, style)];
}

const title = (row: Named & Pick<PolicyRow, 'summary'>, style: Style): string[] => [
  ...wrapped(usage(row).split(/(?<=,)/), '', COLUMNS, '  ').map(style.strong),
  ...wrapped(row.summary.split(' '), ' ', COLUMNS, ''),
  '',
];

function fact(label: string, text: string, style: Style): string[] {
  const blank = ' '.repeat(LABEL_COLUMNS);
  return wrapped(text.replaceAll('`', '').split(' '), ' ', COLUMNS - LABEL_COLUMNS, '').map((line, at) =>
    at === 0 ? style.faint(label.padEnd(LABEL_COLUMNS)) + line : blank + line,
  );
}

function params({ params: rows }: Named, style: Style): string[] {
  if (rows.length === 0) return [];
  const head = ['parameter', 'default', 'range', 'meaning'].map(style.faint);
  const widest = (of: (row: PolicyParameter) => string, title: string): number =>
    Math.max(title.length, ...rows.map((row) => of(row).length)) + 2;
  const taken =
    widest(({ name }) => name, 'parameter') +
    widest((row) => String(row.default), 'default') +
    widest(rangeOf, 'range');
  const cells = rows.flatMap((row) => {
    const [first = '', ...rest] = wrapped(row.meaning.replaceAll('`', '').split(' '), ' ', COLUMNS - taken, '');
    return [[row.name, String(row.default), rangeOf(row), first], ...rest.map((line) => ['', '', '', line])];
  });
  return ['', ...table([head, ...cells], ['left', 'right', 'left', 'left'])];
}

const rangeOf = ({ min, max }: PolicyParameter): string => `${min}..${max}`;
