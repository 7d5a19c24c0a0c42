// The imports of one source file. Biome keeps import and export statements at the start of a line and ended by a
// semicolon, which is what makes two expressions enough for TypeScript and AssemblyScript.

export interface Import {
  line: number;
  specifier: string;
}

const STATEMENT = /^(?:import|export)\b(?:[^'";]*?\sfrom)?\s*['"]([^'"]+)['"]/gm;
const CALL = /\bimport\(\s*['"]([^'"]+)['"]/g;

export function importsOf(text: string): Import[] {
  return [STATEMENT, CALL]
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .map((match) => ({
      line: text.slice(0, match.index).split('\n').length + match[0].split('\n').length - 1,
      specifier: match[1] ?? '',
    }))
    .sort((a, b) => a.line - b.line);
}

/** Candidates for a relative import: AssemblyScript leaves the extension out. */
export function pathsOf(file: string, specifier: string): string[] {
  const path = new URL(specifier, `file:///${file}`).pathname.slice(1);
  return [path, `${path}.ts`, `${path}/index.ts`];
}
