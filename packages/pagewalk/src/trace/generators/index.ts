import { RECORD_BYTES } from '../record.ts';
import { type Chunk, NOTHING_TOLD, type TraceInfo, type TraceSource } from '../source.ts';
import { instantiate, type TraceExports } from '../wasm.ts';
import { type GeneratorParameter, generatorOf, PATTERNS } from './catalog.ts';
import { scenario } from './scenarios/index.ts';

export { GENERATORS, type GeneratorParameter, type GeneratorRow, generatorOf, PATTERNS, SCENARIOS } from './catalog.ts';

export interface GeneratorOptions {
  /** A name of GENERATORS. */
  readonly type: string;
  readonly accesses: number;
  /** Each with an address space of its own; their pids are 1, 2, … */
  readonly processes?: number;
  /** Bytes; pages have 4096. */
  readonly addressSpace?: number;
  readonly seed?: number | bigint;
  /** Share of the accesses that write, 0 … 1. */
  readonly writeRatio?: number;
  /** The generator's own, by the names of its row. */
  readonly parameters?: Readonly<Record<string, number>>;
}

export const GENERATOR_DEFAULTS = { processes: 1, addressSpace: 2 ** 28, seed: 1, writeRatio: 0.3 } as const;

export const GENERATOR_PAGE = 4096;
const MAX_PROCESSES = 65_536;
const MAX_SPACE = 2 ** 57;
/** Words of the parameter block that all generators share; their own follow. */
const OWN = 5;

/**
 * A made trace: the same options give the same records on every host.
 *
 * @throws RangeError at an unknown type or parameter, or at a value outside its limits.
 */
export async function generate(options: GeneratorOptions, module?: WebAssembly.Module): Promise<TraceSource> {
  const row = generatorOf(options.type);
  const {
    type,
    accesses,
    processes,
    addressSpace,
    seed,
    writeRatio,
    parameters = {},
  } = { ...GENERATOR_DEFAULTS, ...options };
  expectWhole('accesses', accesses, 1, Number.MAX_SAFE_INTEGER);
  expectWhole('processes', processes, 1, MAX_PROCESSES);
  expectWhole('addressSpace', addressSpace, GENERATOR_PAGE, MAX_SPACE);
  expectNumber('writeRatio', writeRatio, 0, 1);
  if (typeof seed === 'number') expectWhole('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  const own = Object.entries(parameters);
  const unknown = own.find(([name]) => !row.parameters.some((parameter) => parameter.name === name));
  if (unknown) throw new RangeError(`${type} has no parameter '${unknown[0]}': expected ${names(row.parameters)}`);

  const settings: Record<string, string | number> = {
    processes,
    address_space: addressSpace,
    seed: typeof seed === 'bigint' ? String(seed) : seed,
    write_ratio: writeRatio,
  };
  const ownValues = row.parameters.map((parameter) => {
    const value = parameters[parameter.name] ?? parameter.default;
    expectParameter(parameter, value);
    settings[parameter.name] = value;
    return value;
  });
  const pages = Math.floor(addressSpace / GENERATOR_PAGE);
  if (!PATTERNS.includes(row)) {
    const values = Object.fromEntries(row.parameters.map(({ name }, index) => [name, ownValues[index] ?? 0]));
    return scenario(type, { accesses, processes, pages, seed: BigInt(seed), writeRatio, parameters: values }, settings);
  }
  const wasm = await instantiate(module);
  const block = new DataView(wasm.memory.buffer, wasm.parameters());
  const words = [accesses, processes, pages, seed, Math.round(writeRatio * 2 ** 32)];
  for (const [index, word] of words.entries()) {
    block.setBigUint64(index * 8, BigInt.asUintN(64, BigInt(word)), true);
  }
  for (const [index, { fraction }] of row.parameters.entries()) {
    const at = (OWN + index) * 8;
    if (fraction) block.setFloat64(at, ownValues[index] ?? 0, true);
    else block.setBigUint64(at, BigInt(ownValues[index] ?? 0), true);
  }
  wasm.beginGenerator(PATTERNS.indexOf(row));
  return new Generated(type, accesses, settings, wasm);
}

class Generated implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number;
  readonly foldedPage = null;
  private readonly settings: TraceInfo['settings'];
  private readonly wasm: TraceExports;
  private made = 0;

  constructor(type: string, accesses: number, settings: TraceInfo['settings'], wasm: TraceExports) {
    this.name = type;
    this.format = type;
    this.sizeHint = accesses;
    this.settings = settings;
    this.wasm = wasm;
  }

  async next(): Promise<Chunk | null> {
    const { wasm } = this;
    const records = wasm.generate();
    this.made += records;
    if (records === 0) return null;
    return { bytes: new Uint8Array(wasm.memory.buffer, wasm.records(), records * RECORD_BYTES), records };
  }

  info(): TraceInfo {
    return {
      format: this.format,
      accesses: this.made,
      records: this.made,
      operations: 0,
      skipped: 0,
      firstSkipped: null,
      foldedPage: null,
      compression: null,
      bytes: 0,
      sha256: null,
      truncatedTail: 0,
      settings: this.settings,
      ...NOTHING_TOLD,
    };
  }

  position(): number {
    return this.made;
  }

  async close(): Promise<void> {}
}

function expectParameter({ name, min, max, fraction }: GeneratorParameter, value: number): void {
  if (fraction) expectNumber(name, value, min, max);
  else expectWhole(name, value, min, max);
}

function expectWhole(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${name} ${value}: expected a whole number from ${min} to ${max}`);
}

function expectNumber(name: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw new RangeError(`${name} ${value}: expected a number from ${min} to ${max}`);
}

function names(parameters: readonly GeneratorParameter[]): string {
  return parameters.length === 0 ? 'none' : parameters.map(({ name }) => name).join(', ');
}
