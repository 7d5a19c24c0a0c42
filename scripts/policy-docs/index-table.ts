// The policies as tables, one for each family: what docs/policies/README.md holds between its marks.
import { FAMILY_WORDS, POLICY_FAMILIES, type PolicyRow } from '../../packages/engine/catalog/index.ts';
import { capitalised, fileOf, linked, tableRow } from './markdown.ts';

export function indexOf(rows: readonly PolicyRow[]): string {
  return POLICY_FAMILIES.map((family) => ({ family, members: rows.filter((row) => row.family === family) }))
    .filter(({ members }) => members.length > 0)
    .map(({ family, members }) => {
      const { title, about } = FAMILY_WORDS[family];
      return [`## ${title}`, `${capitalised(about)}.`, familyTable(members)].join('\n\n');
    })
    .join('\n\n');
}

function familyTable(rows: readonly PolicyRow[]): string {
  return [
    tableRow(['policy', 'observes', 'parameters', 'what it does', 'source']),
    tableRow(['---', '---', '---', '---', '---']),
    ...rows.map((row) =>
      tableRow([
        `[${row.id}](${fileOf(row.id)})`,
        row.observes,
        row.params.map(({ name, default: value }) => `${name}=${value}`).join(', '),
        row.summary,
        linked(row.source),
      ]),
    ),
  ].join('\n');
}
