/**
 * A policy's file made into a program: the engine around it, with the guard in between. The files of `assembly/guarded` are the contract as the
 * policy sees it; what that folder does not have comes from the one above.
 */

import { POLICY_FILE } from '../machine/own/places.ts';
import { type OwnRow, readRow } from '../machine/own/row.ts';
import { type Compiled, compile, Rejected } from './compiler.ts';
import { PolicyFileError, type PolicyFileProblem } from './errors.ts';
import { idOf } from './names.ts';
import { type Node, nameOf, type Parser, placeOf, type Source, type Syntax } from './syntax/ast.ts';
import { NotALiteral, type Read, readLiteral } from './syntax/literal.ts';
import { hidePrivate } from './syntax/private.ts';
import { complaintsAbout, foreignImports } from './syntax/refuse.ts';
import { countAllocations, countSteps, GUARD } from './syntax/steps.ts';
import { ROW, textForCompiler } from './syntax/text.ts';

/** The engine's sources by their paths, `assembly/…`. */
export type EngineSources = Readonly<Record<string, string>>;

const ROOT = 'assembly/';
const GUARDED = `${ROOT}guarded/`;
const ENTRY = `${GUARDED}index`;
const FACTORY = `${ROOT}gen/policies.ts`;
const OWN = `${GUARDED}own.ts`;
const OWN_CONTRACT = `${GUARDED}own-contract.ts`;
const BASE = `${GUARDED}policy/policy.ts`;
const CONTRACT_FILE = `${GUARDED}contract.ts`;

export interface Program {
  readonly row: OwnRow;
  readonly compiled: Compiled;
}

/** @throws PolicyFileError */
export async function compileProgram(source: string, file: string, engine: EngineSources): Promise<Program> {
  const policy = new PolicyFile(file, textForCompiler(source));
  const read = (path: string): string | undefined => {
    if (path === POLICY_FILE) return policy.text;
    if (path === OWN) return policy.factory();
    if (path === FACTORY) return "export * from '../guarded/policies';\n";
    if (path === OWN_CONTRACT) return engine[CONTRACT_FILE];
    return engine[path] ?? (path.startsWith(GUARDED) ? engine[ROOT + path.slice(GUARDED.length)] : undefined);
  };
  try {
    const compiled = await compile({
      entry: ENTRY,
      first: POLICY_FILE,
      read,
      examine: (syntax, first) => policy.examine(syntax, first),
      rewrite: (syntax, parser) => policy.rewrite(syntax, parser),
    });
    return { row: policy.row, compiled };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    throw new PolicyFileError(
      file,
      error.diagnostics.map(({ message, file: where, start }) =>
        policy.problem(shortNames(message), where === POLICY_FILE ? start : null),
      ),
    );
  }
}

/** The compiler names things by their files. */
const shortNames = (message: string): string =>
  message.replaceAll(
    /'(?:(?:assembly|~lib)\/[^']*?)?([^'/]+)'/g,
    (_all, name: string) => `'${name.replace('#', '.')}'`,
  );

/** The file while it is compiled. */
class PolicyFile {
  readonly text: string;
  private readonly file: string;
  private known: OwnRow | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Of `examine`. */
  get row(): OwnRow {
    return this.known as OwnRow;
  }

  /** Takes the row out of the file: it is for the host, and no part of the program. */
  examine(syntax: Syntax, source: Source): void {
    const imports = foreignImports(syntax, source);
    if (imports.length > 0) throw new PolicyFileError(this.file, imports);
    const statements = syntax.statements(source);
    const place = statements.findIndex((statement) => rowIn(syntax, statement) !== undefined);
    const statement = statements[place];
    const literal = statement && rowIn(syntax, statement);
    if (!literal) this.reject(null, `no row: write export const ${ROW} = { observes: 'ref-bit' }`);
    statements.splice(place, 1);
    const written = this.read(syntax, literal as Node);
    const classes = exportedPolicies(syntax, statements);
    const row = readRow(written.value, { id: idOf(this.file), className: classes[0] ?? '' });
    if (Array.isArray(row)) {
      throw new PolicyFileError(
        this.file,
        row.map(({ path, message }) => ({
          ...written.placeOf(path),
          message: `${path === '' ? ROW : `${ROW}.${path}`}: ${message}`,
        })),
      );
    }
    if (!classes.includes(row.className)) {
      const there = classes.length > 0 ? `; exported are ${classes.join(', ')}` : '';
      this.reject(
        literal as Node,
        `no class ${row.className || 'for this row'}: write export class … extends Policy${there}`,
      );
    }
    this.known = row;
  }

  /** Instead of assembly/guarded/own.ts. */
  factory(): string {
    const { className, observes, repeats, future, releases, writes } = this.row;
    const facts = {
      observesEveryAccess: observes === 'every-access',
      repeatsCountOnce: repeats === 'once',
      repeatsCountAlways: repeats === 'always',
      needsTheFuture: future,
      releasesPages: releases,
      schedulesWrites: writes,
    };
    return [
      `import { ${className} } from './policy/brought';`,
      `import { Policy, PolicyContext } from './policy/policy';`,
      `export function createOwn(context: PolicyContext): Policy { return new ${className}(context); }`,
      ...Object.entries(facts).map(
        ([name, value]) => `export function ${name}(_policy: u32): bool { return ${value}; }`,
      ),
    ].join('\n');
  }

  rewrite(syntax: Syntax, { sources }: Parser): void {
    const find = (path: string): Source => sources.find(({ normalizedPath }) => normalizedPath === path) as Source;
    const policy = find(POLICY_FILE);
    const complaints = complaintsAbout(
      syntax,
      policy,
      languageOf(syntax, sources),
      exportsOf(syntax, find(OWN_CONTRACT)),
    );
    if (complaints.length > 0) throw new PolicyFileError(this.file, complaints);
    countSteps(syntax, policy, 'loops and functions');
    for (const source of sources) {
      const path = source.normalizedPath;
      if (!path.startsWith(GUARDED) || path === POLICY_FILE || path === `${GUARD}.ts`) continue;
      if (path.startsWith(`${GUARDED}ds/`)) countSteps(syntax, source, 'loops');
      hidePrivate(syntax, source, path === BASE ? ['Private'] : ['Private', 'Protected']);
    }
    countAllocations(syntax, find('~lib/rt/stub.ts'));
  }

  problem(message: string, start: number | null): PolicyFileProblem {
    if (start === null) return { line: null, column: null, message };
    const lines = this.text.slice(0, start).split('\n');
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, message };
  }

  private read(syntax: Syntax, literal: Node): Read {
    try {
      return readLiteral(syntax, literal);
    } catch (error) {
      if (error instanceof NotALiteral) this.reject(error.node, error.message);
      throw error;
    }
  }

  private reject(node: Node | null, message: string): never {
    const place = node ? placeOf(node) : { line: null, column: null };
    throw new PolicyFileError(this.file, [{ ...place, message }]);
  }
}

/** The value of `const policy = …`, if that is the statement. */
function rowIn(syntax: Syntax, statement: Node): Node | undefined {
  if (!syntax.is(statement, 'Variable')) return undefined;
  const [declaration] = statement['declarations'] as Node[];
  return declaration && nameOf(declaration) === ROW
    ? ((declaration['initializer'] as Node | null) ?? undefined)
    : undefined;
}

const exportedPolicies = (syntax: Syntax, statements: readonly Node[]): string[] =>
  statements
    .filter((each) => syntax.is(each, 'ClassDeclaration') && syntax.has(each, 'Export') && each['extendsType'] !== null)
    .map(nameOf);

/** What the language and its library declare. */
function languageOf(syntax: Syntax, sources: readonly Source[]): Set<string> {
  const library = sources.filter(({ normalizedPath }) => normalizedPath.startsWith('~lib/'));
  return new Set(library.flatMap((source) => syntax.statements(source).flatMap((each) => namesIn(each))));
}

const exportsOf = (syntax: Syntax, source: Source): Set<string> =>
  new Set(
    syntax
      .statements(source)
      .flatMap((each) =>
        ((each['members'] as Node[] | null | undefined) ?? []).map((member) => nameOf(member['localName'])),
      ),
  );

const namesIn = (statement: Node): string[] =>
  Array.isArray(statement['declarations']) ? (statement['declarations'] as Node[]).map(nameOf) : [nameOf(statement)];
