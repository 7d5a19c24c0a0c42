/** The names of the language that a policy may use; whatever else it names, it declares or imports. */
const TYPES = [
  'bool',
  'i8',
  'i16',
  'i32',
  'i64',
  'isize',
  'u8',
  'u16',
  'u32',
  'u64',
  'usize',
  'f32',
  'f64',
  'boolean',
  'number',
  'void',
  'never',
];

const FUNCTIONS = [
  'min',
  'max',
  'abs',
  'clz',
  'ctz',
  'popcnt',
  'rotl',
  'rotr',
  'bswap',
  'select',
  'reinterpret',
  'ceil',
  'floor',
  'nearest',
  'sqrt',
  'trunc',
  'copysign',
  'isNaN',
  'isFinite',
  'assert',
];

const VALUES = ['NaN', 'Infinity', 'Math', 'Mathf', 'Error'];

export const VOCABULARY: ReadonlySet<string> = new Set([...TYPES, ...FUNCTIONS, ...VALUES]);

/** Names of the language that a policy may give to something else: what they stand for needs a host that gives it. */
export const HARMLESS: ReadonlySet<string> = new Set(['process', 'trace', 'console', 'performance']);

/** `u32.load` and the like: what reaches memory by way of a type's name. */
export const reachesMemory = (type: string, member: string): boolean =>
  TYPES.includes(type) && /load|store|atomic|memory/.test(member);

/** `Math.random` would draw from the host. */
export const isChance = (object: string, member: string): boolean => /^Mathf?$/.test(object) && /random/i.test(member);

/** Decorators that change nothing but how something is compiled. */
export const DECORATORS: ReadonlySet<string> = new Set(['inline', 'final', 'operator']);

/** What a module of the contract is called in an `import`. */
export const CONTRACT = 'pagewalk/policy';
/** The same for the compiler, as seen from where the policy's file stands: as long, so that columns stay what they are. */
export const CONTRACT_THERE = '../own-contract';
