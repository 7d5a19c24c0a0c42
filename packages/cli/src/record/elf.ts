/**
 * As much of an ELF file of 64 bits, little-endian, as says what of it is mapped where, and where its symbols are.
 * https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface Segment {
  readonly address: number;
  readonly fileOffset: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
  /** R 1, W 2, X 4. */
  readonly protection: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  /** Bytes; 0 if not told. */
  readonly size: number;
}

export interface Elf {
  readonly path: string;
  readonly bytes: number;
  /** Loaded anywhere: addresses count from there. */
  readonly relocatable: boolean;
  readonly segments: readonly Segment[];
  /** The program that loads it, if it is not loaded as it is. */
  readonly interpreter: string | null;
  /** Of functions. */
  symbols(): ElfSymbol[];
}

const MAGIC = '\u007fELF\u0002\u0001';
const ET_DYN = 3;
const PT_LOAD = 1;
const PT_INTERP = 3;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;
const STT_FUNC = 2;
const STT_IFUNC = 10;

/** Null if it is none of this kind, or cannot be read. */
export function readElf(path: string): Elf | null {
  try {
    return new Reader(path).elf();
  } catch {
    return null;
  }
}

class Reader {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  elf(): Elf | null {
    const head = this.at(0, 64);
    if (head.length < 64 || head.toString('latin1', 0, 6) !== MAGIC) return null;
    const size = head.readUInt16LE(54);
    const count = head.readUInt16LE(56);
    const table = this.at(long(head, 32), size * count);
    const rows = Array.from({ length: count }, (_, index) => table.subarray(index * size, (index + 1) * size));
    const interpreter = rows.find((row) => row.readUInt32LE(0) === PT_INTERP);
    return {
      path: this.path,
      bytes: this.size(),
      relocatable: head.readUInt16LE(16) === ET_DYN,
      segments: rows.filter((row) => row.readUInt32LE(0) === PT_LOAD).map(segmentOf),
      interpreter: interpreter ? text(this.at(long(interpreter, 8), long(interpreter, 32)), 0) : null,
      symbols: () => this.symbols(head),
    };
  }

  private symbols(head: Buffer): ElfSymbol[] {
    const size = head.readUInt16LE(58);
    const table = this.at(long(head, 40), size * head.readUInt16LE(60));
    const section = (index: number): Buffer => table.subarray(index * size, (index + 1) * size);
    const contents = (row: Buffer): Buffer => this.at(long(row, 24), long(row, 32));
    const found: ElfSymbol[] = [];
    for (let index = 0; index < table.length / size; index++) {
      const row = section(index);
      const kind = row.readUInt32LE(4);
      if (kind !== SHT_SYMTAB && kind !== SHT_DYNSYM) continue;
      const names = contents(section(row.readUInt32LE(40)));
      const symbols = contents(row);
      for (let at = 0; at + 24 <= symbols.length; at += 24) {
        const type = symbols.readUInt8(at + 4) & 0xf;
        const address = long(symbols, at + 8);
        if ((type !== STT_FUNC && type !== STT_IFUNC) || address === 0) continue;
        found.push({ name: text(names, symbols.readUInt32LE(at)), address, size: long(symbols, at + 16) });
      }
    }
    return found;
  }

  private size(): number {
    return this.with((file) => fstatSync(file).size);
  }

  private at(place: number, bytes: number): Buffer {
    return this.with((file) => {
      const buffer = Buffer.alloc(bytes);
      return buffer.subarray(0, readSync(file, buffer, 0, bytes, place));
    });
  }

  private with<T>(use: (file: number) => T): T {
    const file = openSync(this.path, 'r');
    try {
      return use(file);
    } finally {
      closeSync(file);
    }
  }
}

function segmentOf(row: Buffer): Segment {
  const flags = row.readUInt32LE(4);
  return {
    address: long(row, 16),
    fileOffset: long(row, 8),
    fileBytes: long(row, 32),
    memoryBytes: long(row, 40),
    protection: ((flags & 4) >> 2) | (flags & 2) | ((flags & 1) << 2),
  };
}

const long = (buffer: Buffer, at: number): number => Number(buffer.readBigUInt64LE(at));
const text = (buffer: Buffer, at: number): string => buffer.toString('utf8', at, buffer.indexOf(0, at));
