// Who may import whom. A file belongs to the layer with the longest path that starts its own; inside a layer every
// import is allowed, across layers only what a row names. `node:` and `npm:NAME` stand for Node's modules and packages.

export const LAYERS: Record<string, string[]> = {
  'engine types': ['packages/engine/assembly/types.ts', 'packages/engine/assembly/gen/'],
  'engine structures': ['packages/engine/assembly/ds/', 'packages/engine/assembly/pagetable/table-arena.ts'],
  'engine parts': ['packages/engine/assembly/', 'packages/engine/assembly/space/processes.ts'],
  'engine policies': ['packages/engine/assembly/policy/'],
  'engine machine': [
    'packages/engine/assembly/machine.ts',
    'packages/engine/assembly/parts.ts',
    'packages/engine/assembly/telling.ts',
    'packages/engine/assembly/fault/',
    'packages/engine/assembly/space/',
  ],
  'engine factory': ['packages/engine/assembly/gen/policies.ts', 'packages/engine/assembly/gen/prefetchers.ts'],
  'engine guard': ['packages/engine/assembly/guarded/'],
  'engine part tests': ['packages/engine/assembly/test/'],
  'engine abi': ['packages/engine/assembly/index.ts', 'packages/engine/assembly/abi/'],
  'trace reader': ['packages/engine/assembly/trace/'],
  'trace factory': ['packages/engine/assembly/gen/readers.ts'],
  catalog: ['packages/engine/catalog/'],
  'engine scripts': ['packages/engine/scripts/'],
  'engine tests': ['packages/engine/test/'],

  library: ['packages/pagewalk/src/'],
  trace: ['packages/pagewalk/src/trace/'],
  machine: ['packages/pagewalk/src/machine/'],
  lab: ['packages/pagewalk/src/lab/'],
  'policy compiler': ['packages/pagewalk/src/policy/'],
  'library on Node': ['packages/pagewalk/src/node/'],
  'library in a page': ['packages/pagewalk/src/browser/'],
  'library scripts': ['packages/pagewalk/scripts/'],
  'library tests': ['packages/pagewalk/test/'],
  oracle: ['packages/pagewalk/test/oracle/'],

  cli: ['packages/cli/src/'],
  'cli scripts': ['packages/cli/scripts/'],
  'cli tests': ['packages/cli/test/'],

  'root scripts': ['scripts/', 'vitest.config.ts'],
  'root tests': ['scripts/test/'],
  'test support': ['test/support/'],
  bench: ['bench/'],
  fuzz: ['fuzz/'],
  examples: ['examples/'],
  'own policies': ['examples/policies/', 'packages/pagewalk/test/policy/files/'],
};

/** The contract as policies of one's own see it stands before the engine's own files. */
export const BEHIND: Record<string, string> = { 'packages/engine/assembly/guarded/': 'packages/engine/assembly/' };

const PUBLIC = ['packages/pagewalk/src/index.ts', 'packages/pagewalk/src/node/index.ts'];
const ENGINE = ['engine types', 'engine structures', 'engine parts', 'engine policies'];
const TESTS = ['test support', 'npm:vitest', 'npm:fast-check', 'node:'];

export interface Row {
  from: string;
  /** Layers, single files, `node:` or `npm:NAME`. */
  to: string[];
  why: string;
}

export const ROWS: Row[] = [
  { from: 'engine structures', to: ['engine types'], why: 'lists and bitmaps know nothing of memory systems' },
  {
    from: 'engine parts',
    to: ['engine types', 'engine structures'],
    why: 'TLB, table, frames and swap do not know each other’s user',
  },
  { from: 'engine policies', to: ENGINE, why: 'a policy reads frames; no part of the machine knows which policy runs' },
  {
    from: 'engine factory',
    to: ['engine policies', 'engine parts'],
    why: 'generated: makes the policy or prefetcher that a number names',
  },
  {
    from: 'engine machine',
    to: [...ENGINE, 'engine factory'],
    why: 'the life of one access puts the parts together',
  },
  { from: 'engine abi', to: [...ENGINE, 'engine machine'], why: 'what a host calls' },
  {
    from: 'engine guard',
    to: [...ENGINE, 'engine factory', 'engine abi'],
    why: 'the engine around a policy that somebody brought along',
  },
  {
    from: 'engine part tests',
    to: [...ENGINE, 'engine factory', 'engine abi'],
    why: 'exports of one part, or of the engine and something about it, for the tests',
  },
  {
    from: 'trace reader',
    to: ['engine types', 'trace factory'],
    why: 'parses traces in a module of its own, without a machine',
  },
  { from: 'trace factory', to: ['trace reader'], why: 'generated: calls the reader that a number names' },
  {
    from: 'engine scripts',
    to: ['catalog', 'node:', 'npm:assemblyscript'],
    why: 'generate from the catalog, call asc',
  },
  {
    from: 'engine tests',
    to: [...TESTS, 'catalog', 'engine scripts'],
    why: 'test the wasm through its ABI',
  },

  {
    from: 'trace',
    to: ['catalog', 'npm:fzstd', 'npm:pako', 'npm:pbf', 'npm:xz-decompress'],
    why: 'traces know no machine',
  },
  { from: 'machine', to: ['catalog', 'trace', 'npm:zod'], why: 'runs traces on the engine' },
  {
    from: 'lab',
    to: ['catalog', 'machine', 'trace', 'npm:zod'],
    why: 'experiments are built on machine and trace, and have schemas',
  },
  {
    from: 'policy compiler',
    to: ['machine', 'npm:assemblyscript'],
    why: 'the only place for the compiler, which is loaded when it is needed',
  },
  {
    from: 'library',
    to: ['catalog', 'machine', 'trace', 'lab', 'policy compiler'],
    why: 'the public API, the same on every host',
  },
  {
    from: 'library on Node',
    to: ['library', 'catalog', 'machine', 'trace', 'lab', 'policy compiler', 'node:'],
    why: 'the only place for node:',
  },
  {
    from: 'library in a page',
    to: ['library', 'catalog', 'machine', 'trace', 'lab', 'policy compiler'],
    why: 'the only place for DOM types',
  },
  {
    from: 'library scripts',
    to: [...PUBLIC, 'library', 'machine', 'trace', 'catalog', 'node:'],
    why: 'generate the published schemas',
  },
  {
    from: 'oracle',
    to: ['catalog', 'packages/pagewalk/src/trace/record.ts'],
    why: 'an oracle never imports what it checks',
  },
  {
    from: 'library tests',
    to: [
      ...TESTS,
      'oracle',
      'fuzz',
      'library',
      'catalog',
      'machine',
      'trace',
      'lab',
      'policy compiler',
      'library on Node',
      'library in a page',
      'npm:ajv',
      'npm:playwright-core',
      'npm:esbuild',
      'npm:snappyjs',
      // In the text of policies.
      'npm:pagewalk',
    ],
    why: 'tests see inside their own package',
  },

  { from: 'cli', to: [...PUBLIC, 'catalog', 'node:', 'npm:commander'], why: 'the command uses the public API' },
  { from: 'cli scripts', to: ['cli', ...PUBLIC, 'catalog', 'node:'], why: 'write tables of the flags' },
  {
    from: 'cli tests',
    to: [...TESTS, ...PUBLIC, 'cli', 'catalog', 'npm:ajv', 'npm:commander'],
    why: 'tests see inside their own package',
  },

  {
    from: 'root scripts',
    to: ['catalog', 'fuzz', 'node:', 'npm:esbuild', 'npm:vitest'],
    why: 'build and check without the packages; pages of docs are made from the catalog',
  },
  { from: 'root tests', to: [...TESTS, 'root scripts', 'catalog'], why: 'test the scripts' },
  { from: 'test support', to: ['node:', 'npm:vitest'], why: 'shared by the tests of every package' },
  {
    from: 'fuzz',
    to: ['catalog', 'node:', 'npm:assemblyscript'],
    why: 'compiles trace.wasm its own way; knows the readers by their numbers',
  },
  { from: 'bench', to: [...TESTS, ...PUBLIC, 'catalog'], why: 'measures what users call' },
  { from: 'examples', to: PUBLIC, why: 'what a user of the library writes' },
  { from: 'own policies', to: ['npm:pagewalk'], why: 'a policy imports the contract alone: pagewalk/policy' },
];
