/** A hardware page table without a machine around it: engine/assembly/test/hardware-tables.ts as a module of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGE_TABLES, type PageTableId, TABLE_HASHES, type TableHash } from '@pagewalk/engine/catalog';

interface Abi {
  create(design: number, frames: number, buckets: number, hash: number, aliases: boolean): void;
  find(process: number, page: bigint, k: number): bigint;
  peek(process: number, page: bigint, k: number): bigint;
  set(process: number, page: bigint, k: number, pte: bigint): number;
  clear(process: number, page: bigint, k: number): void;
  refs(): number;
  lookups(): bigint;
  probes(): bigint;
  probesMax(): number;
  histogram(bin: number): bigint;
  count(): number;
  nodes(): number;
  buckets(): number;
  loadPermille(): number;
  aliases(): number;
  bytes(): bigint;
  entryBytes(): bigint;
  anchorBytes(): bigint;
  aliasBytes(): bigint;
  bytesPeak(): bigint;
  resizes(): number;
  moves(): bigint;
  replacements(): bigint;
  isExhausted(): number;
}

export interface TableShape {
  readonly design: PageTableId;
  readonly frames: number;
  /** 0: by the frames. */
  readonly buckets?: number;
  readonly hash?: TableHash;
  readonly aliases?: boolean;
}

const engine = fileURLToPath(new URL('../../../engine/', import.meta.url));
const asc = fileURLToPath(new URL('../../../../node_modules/assemblyscript/bin/asc.js', import.meta.url));

const module = compiled();

export function hardwareTable(shape: TableShape): Abi {
  const instance = new WebAssembly.Instance(module, { env: { abort } });
  const abi = instance.exports as unknown as Abi;
  const { design, frames, buckets = 0, hash = 'multiplicative', aliases = true } = shape;
  const place = PAGE_TABLES.findIndex(({ id }) => id === design);
  abi.create(
    place,
    frames,
    buckets,
    TABLE_HASHES.findIndex(({ name }) => name === hash),
    aliases,
  );
  return abi;
}

/** A present PTE of a frame. */
export const pteOf = (frame: number): bigint => (BigInt(frame) << 12n) | 7n;

function compiled(): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), 'hardware-table-'));
  try {
    const out = join(folder, 'table.wasm');
    const source = 'assembly/test/hardware-tables.ts';
    execFileSync(process.execPath, [asc, source, '-o', out, '-O1', '--noAssert', '--runtime', 'stub'], { cwd: engine });
    return new WebAssembly.Module(readFileSync(out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function abort(_message: number, _file: number, line: number, column: number): never {
  throw new Error(`the table aborted at line ${line}, column ${column}`);
}
