// Checks the project's imports against scripts/imports/table.ts: `node scripts/check-imports.ts [ROOT]`.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkImports } from './imports/check.ts';
import { BEHIND, LAYERS, ROWS } from './imports/table.ts';
import { sources } from './sources.ts';

const root = process.argv[2] ?? '.';
const paths = [...sources(root), ...globSync('packages/*/assembly/gen/**/*.ts', { cwd: root })].filter((path) =>
  /(?<!\.d)\.tsx?$/.test(path),
);
const files = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

const findings = checkImports({ files, exports: readExports(), layers: LAYERS, rows: ROWS, behind: BEHIND });
for (const finding of findings) console.error(finding);
process.exitCode = findings.length > 0 ? 1 : 0;

/** The `source` conditions of the packages' exports. */
function readExports(): Map<string, string> {
  const all = new Map<string, string>();
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  for (const folder of workspaces) {
    const { name, exports = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      name: string;
      exports?: Record<string, string | { source: string }>;
    };
    for (const [subpath, target] of Object.entries(exports)) {
      if (typeof target === 'object') all.set(join(name, subpath), join(folder, target.source));
    }
  }
  return all;
}
