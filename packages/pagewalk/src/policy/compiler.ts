/**
 * The AssemblyScript compiler as a function from sources to a module, without its command line, which ends the process when the compiler
 * crashes. The compiler is loaded when it is first needed.
 */
import { type Assemblyscript, type Parser, type Source, Syntax } from './syntax/ast.ts';

export interface Diagnostic {
  readonly message: string;
  /** The file as the compiler names it; null if the complaint is about none. */
  readonly file: string | null;
  /** Characters from the beginning of the file. */
  readonly start: number;
}

export interface Job {
  /** Path without ending. */
  readonly entry: string;
  /** The file that is parsed before all others, and by itself. */
  readonly first: string;
  /** Looks at its syntax tree, before any other file is read. */
  readonly examine: (syntax: Syntax, first: Source) => void;
  /** The text of a file, undefined if there is none. */
  readonly read: (path: string) => string | undefined;
  /** Reads and changes the syntax trees before they are compiled. */
  readonly rewrite: (syntax: Syntax, parser: Parser) => void;
}

export interface Compiled {
  readonly binary: Uint8Array<ArrayBuffer>;
  /** Source map, JSON. */
  readonly map: string;
}

/** What there is to complain about a program. */
export class Rejected extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join('\n'));
    this.diagnostics = diagnostics;
  }
}

const LIBRARY = '~lib/';
const RUNTIME = 'rt/index-stub';
/** The numbers of asc's command line. */
const STUB = 0;
const MAP_NAME = 'policy.map';

/** A fifth of the time of asc -O3, for code that runs nearly as fast (bench/own-policy.ts). */
const PASSES = [
  // What is inlined in the first round is small enough for the second when it has been simplified.
  'inlining',
  'optimize-instructions',
  'precompute-propagate',
  'simplify-locals',
  'vacuum',
  'inlining',
  'dce',
  'optimize-instructions',
  'precompute-propagate',
  'simplify-locals',
  'vacuum',
  'local-cse',
  'simplify-locals',
  'coalesce-locals',
  'remove-unused-brs',
  'remove-unused-names',
  'merge-blocks',
  'vacuum',
];

interface Tools {
  readonly assemblyscript: Assemblyscript;
  readonly libraryFiles: Readonly<Record<string, string>>;
  readonly binaryen: Binaryen;
}

interface BinaryenModule {
  emitBinary(map: string): { binary: Uint8Array<ArrayBuffer>; sourceMap: string | null };
  runPasses(passes: readonly string[]): void;
  dispose(): void;
}

interface Binaryen {
  wrapModule(ref: unknown): BinaryenModule;
  setOptimizeLevel(level: number): void;
  setShrinkLevel(level: number): void;
  setDebugInfo(on: boolean): void;
  setAlwaysInlineMaxSize(size: number): void;
  setFlexibleInlineMaxSize(size: number): void;
  setOneCallerInlineMaxSize(size: number): void;
}

let tools: Promise<Tools> | undefined;

function load(): Promise<Tools> {
  tools ??= import('./asc.ts') as unknown as Promise<Tools>;
  return tools;
}

/** @throws Rejected; what the compiler throws when it crashes. */
export async function compile(job: Job): Promise<Compiled> {
  const { assemblyscript: as, libraryFiles, binaryen } = await load();
  const options = as.newOptions();
  as.setTarget(options, 0);
  as.setRuntime(options, STUB);
  as.setExportMemory(options, true);
  as.setSourceMap(options, true);
  as.setFeature(options, as.FEATURE_SIMD, true);
  as.setOptimizeLevelHints(options, 2, 0);
  const program = as.newProgram(options);
  const syntax = new Syntax(as);
  as.parse(program, job.read(job.first) as string, job.first, false);
  complain(as, program);
  job.examine(syntax, program.parser.sources.at(-1) as Source);
  for (const [name, text] of Object.entries(libraryFiles)) {
    if (!name.includes('/')) as.parse(program, text, `${LIBRARY}${name}.ts`, false);
  }
  const parseBacklog = (): void => {
    for (let path = as.nextFile(program); path !== null; path = as.nextFile(program)) {
      const [text, file] = path.startsWith(LIBRARY) ? libraryFile(path, libraryFiles) : [job.read(`${path}.ts`), path];
      as.parse(program, text as string, `${file}.ts`, false);
    }
    complain(as, program);
  };
  as.parse(program, libraryFiles[RUNTIME] as string, `${LIBRARY}${RUNTIME}.ts`, true);
  as.parse(program, job.read(`${job.entry}.ts`) as string, `${job.entry}.ts`, true);
  parseBacklog();
  job.rewrite(syntax, program.parser);
  as.initializeProgram(program);
  const compiled = as.compile(program);
  const module = binaryen.wrapModule(as.getBinaryenModuleRef(compiled));
  try {
    complain(as, program);
    optimize(binaryen, module);
    const { binary, sourceMap } = module.emitBinary(MAP_NAME);
    return { binary, map: sourceMap ?? '' };
  } finally {
    module.dispose();
  }
}

function libraryFile(path: string, files: Readonly<Record<string, string>>): [text: string | undefined, file: string] {
  const name = path.slice(LIBRARY.length);
  const index = `${name}/index`;
  return files[name] === undefined && files[index] !== undefined
    ? [files[index], `${LIBRARY}${index}`]
    : [files[name], path];
}

/** @throws Rejected if there are errors. */
function complain(as: Assemblyscript, program: Parameters<Assemblyscript['nextDiagnostic']>[0]): void {
  const diagnostics: Diagnostic[] = [];
  for (let next = as.nextDiagnostic(program); next; next = as.nextDiagnostic(program)) {
    if (!as.isError(next)) continue;
    const { range } = next;
    diagnostics.push({
      message: next.message,
      file: range?.source.normalizedPath ?? null,
      start: range?.start ?? 0,
    });
  }
  if (diagnostics.length > 0) throw new Rejected(diagnostics);
}

function optimize(binaryen: Binaryen, module: BinaryenModule): void {
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  binaryen.setDebugInfo(false);
  // The limits of asc -O3: the small methods of columns and lists must not stay calls.
  binaryen.setAlwaysInlineMaxSize(12);
  binaryen.setFlexibleInlineMaxSize(70);
  binaryen.setOneCallerInlineMaxSize(200);
  module.runPasses(PASSES);
}
