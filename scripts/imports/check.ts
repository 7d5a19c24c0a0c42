// Compares the imports of a set of files with the table, and looks for cycles.
import { importsOf, pathsOf } from './scan.ts';
import type { Row } from './table.ts';

export interface Project {
  /** Text of each source file, those that are generated too, by its path. */
  files: Map<string, string>;
  /** File behind each export of the project's packages: `pagewalk/node` → `packages/pagewalk/src/node/index.ts`. */
  exports: Map<string, string>;
  layers: Record<string, string[]>;
  rows: Row[];
  /** Folders (`a/b/`) whose files see what the folder does not have in another one, file by file. */
  behind?: Record<string, string>;
}

interface Edge {
  line: number;
  specifier: string;
  /** Path of a file of the project, or `node:` or `npm:NAME`, or null when there is no such file. */
  to: string | null;
}

/** One `file:line: message` for each forbidden or broken import and each cycle. */
export function checkImports(project: Project): string[] {
  const edges = new Map<string, Edge[]>();
  for (const [file, text] of project.files) {
    edges.set(
      file,
      importsOf(text).map(({ line, specifier }) => ({ line, specifier, to: resolve(project, file, specifier) })),
    );
  }
  const findings = [...edges].flatMap(([file, list]) => list.map((edge) => finding(project, file, edge)));
  return [...findings.filter((message) => message !== null), ...cycles(edges)];
}

function resolve({ files, exports, behind = {} }: Project, file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) {
    const paths = pathsOf(file, specifier);
    const further = Object.entries(behind).flatMap(([front, back]) =>
      paths.filter((path) => path.startsWith(front)).map((path) => back + path.slice(front.length)),
    );
    return [...paths, ...further].find((path) => files.has(path)) ?? null;
  }
  if (specifier.startsWith('node:')) return 'node:';
  const own = exports.get(specifier);
  if (own !== undefined) return own;
  const [scope = '', name = ''] = specifier.split('/');
  return `npm:${scope.startsWith('@') ? `${scope}/${name}` : scope}`;
}

function finding({ layers, rows }: Project, file: string, { line, specifier, to }: Edge): string | null {
  const at = `${file}:${line}`;
  if (to === null) return `${at}: no such file: ${specifier}`;
  const from = layerOf(layers, file);
  if (from === null) return `${at}: ${file} is in no layer of scripts/imports/table.ts`;
  const packageOf = (path: string) => /^packages\/[^/]+\//.exec(path)?.[0];
  const crosses = packageOf(file) !== undefined && packageOf(to) !== undefined && packageOf(file) !== packageOf(to);
  if (specifier.startsWith('.') && crosses) {
    return `${at}: ${specifier} reaches into another package: import one of its exports`;
  }
  const target = to.includes(':') ? to : layerOf(layers, to);
  if (target === from) return null;
  const own = rows.filter((row) => row.from === from);
  if (own.some((row) => row.to.some((allowed) => allowed === target || allowed === to))) return null;
  const allowed = own.flatMap((row) => row.to).join(', ') || 'nothing outside of it';
  return `${at}: ${from} may not import ${specifier} (${target ?? 'in no layer'}); it may import: ${allowed}`;
}

function layerOf(layers: Record<string, string[]>, file: string): string | null {
  let found: string | null = null;
  let longest = 0;
  for (const [name, paths] of Object.entries(layers)) {
    for (const path of paths) {
      if (!file.startsWith(path) || path.length <= longest) continue;
      found = name;
      longest = path.length;
    }
  }
  return found;
}

/** Depth-first; an import of a file still on the path closes a cycle. Type-only imports count. */
function cycles(edges: Map<string, Edge[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    path.push(file);
    for (const { to, line } of edges.get(file) ?? []) {
      if (to === null || done.has(to) || !edges.has(to)) continue;
      const start = path.indexOf(to);
      if (start >= 0) found.push(`${file}:${line}: import cycle: ${[...path.slice(start), to].join(' → ')}`);
      else visit(to);
    }
    path.pop();
    done.add(file);
  };
  for (const file of edges.keys()) if (!done.has(file)) visit(file);
  return found;
}
