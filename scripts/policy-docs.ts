// `npm run docs`: fills in what the pages of docs/policies say of the catalog. `--check` compares instead of writing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICIES } from '../packages/engine/catalog/index.ts';
import { comparePages } from './policy-docs/pages.ts';

const FOLDER = 'docs/policies';

const check = process.argv.includes('--check');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));
const pages = new Map(files.map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
const { texts, complaints } = comparePages(POLICIES, pages);
for (const [name, text] of texts) {
  if (check) console.error(`${join(FOLDER, name)}:1: differs from the catalog: run npm run docs`);
  else writeFileSync(join(FOLDER, name), text);
}
for (const complaint of complaints) console.error(join(FOLDER, complaint));
if (complaints.length > 0 || (check && texts.size > 0)) process.exitCode = 1;
