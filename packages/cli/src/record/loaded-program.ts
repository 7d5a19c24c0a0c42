/**
 * Where valgrind puts a program and its loader. The headers of the files say which parts there are; the addresses that they are loaded at are read
 * from /proc/PID/maps while the process runs, and where that comes too late they are those that valgrind always takes on x86-64.
 */
import { closeSync, openSync, readFileSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProgramPart } from 'pagewalk/node';
import { type Elf, readElf } from './elf.ts';
import { findProgram } from './find-program.ts';

const PAGE = 4096;
const PROGRAM_BASE = 0x108000;
const LOADER_BASE = 0x4000000;
const STACK_TOP = 0x1fff001000;
const STACK_BYTES = 8 * 2 ** 20;
const READ_WRITE = 3;
const EXECUTE = 4;

interface MapLine {
  readonly start: number;
  readonly end: number;
  readonly protection: number;
  readonly offset: number;
  readonly path: string;
}

/** A program as it lies in memory. */
export interface LoadedProgram {
  readonly elf: Elf;
  /** What is added to addresses of the file. */
  readonly base: number;
  readonly parts: readonly ProgramPart[];
}

/** Null if the file is no program of a kind that is known. `process`: the pid of valgrind with the program in it. */
export function loadedProgram(name: string, process: number): LoadedProgram | null {
  const path = placeOf(name, process);
  const elf = path === null ? null : (readElf(path) ?? readElf(interpreterOf(path)));
  if (elf === null) return null;
  const maps = mapsOf(process);
  const base = elf.relocatable ? baseOf(maps, elf, PROGRAM_BASE) : 0;
  const loader = elf.interpreter === null ? null : readElf(elf.interpreter);
  const parts = [
    ...partsOf(elf, base),
    ...(loader === null ? [] : partsOf(loader, baseOf(maps, loader, LOADER_BASE))),
    { start: STACK_TOP - STACK_BYTES, end: STACK_TOP, protection: READ_WRITE },
    // Signal frames return through a page of valgrind itself.
    ...maps.filter(isOfValgrind).map(valgrindPart),
  ];
  return { elf, base, parts };
}

/** The first word of what valgrind says behind `Command:`. */
export const programOf = (command: string): string => (command.split(/(?<!\\) /)[0] ?? '').replace(/\\(.)/g, '$1');

function placeOf(name: string, process: number): string | null {
  try {
    return name.includes('/') ? resolve(folderOf(process), name) : findProgram(name);
  } catch {
    return null;
  }
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return process.cwd();
  }
}

/** What the first line of a script says that it is read by; empty if it is no script. */
function interpreterOf(path: string): string {
  const start = Buffer.alloc(256);
  try {
    const file = openSync(path, 'r');
    readSync(file, start);
    closeSync(file);
  } catch {
    return '';
  }
  const [, interpreter = ''] = /^#![ \t]*(\S+)/.exec(start.toString('latin1')) ?? [];
  return interpreter;
}

function partsOf(elf: Elf, base: number): ProgramPart[] {
  const path = realPath(elf.path);
  return elf.segments.flatMap(({ address, fileOffset, fileBytes, memoryBytes, protection }) => {
    const start = down(base + address);
    const fileEnd = up(base + address + fileBytes);
    const end = up(base + address + memoryBytes);
    const file = { path, size: elf.bytes, offset: down(fileOffset) };
    return [
      ...(fileBytes === 0 ? [] : [{ start, end: fileEnd, protection, file }]),
      ...(end > fileEnd || fileBytes === 0 ? [{ start: fileBytes === 0 ? start : fileEnd, end, protection }] : []),
    ];
  });
}

function baseOf(maps: readonly MapLine[], elf: Elf, usual: number): number {
  const path = realPath(elf.path);
  const first = maps.find((line) => line.path === path && line.offset === 0);
  const lowest = elf.segments[0];
  return first === undefined || lowest === undefined ? usual : first.start - down(lowest.address);
}

const isOfValgrind = ({ path, protection }: MapLine): boolean =>
  (protection & EXECUTE) !== 0 && /\/(?:lackey|none)-[\w-]+$/.test(path);

function valgrindPart({ start, end, protection, offset, path }: MapLine): ProgramPart {
  return { start, end, protection, file: { path, size: null, offset } };
}

function mapsOf(process: number): MapLine[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${process}/maps`, 'utf8');
  } catch {
    return [];
  }
  const line = /^([0-9a-f]+)-([0-9a-f]+) ([r-])([w-])([x-])[sp] ([0-9a-f]+) \S+ \d+ *(.*)$/gm;
  return [...text.matchAll(line)].map(([, start, end, r, w, x, offset, path]) => ({
    start: Number.parseInt(start ?? '', 16),
    end: Number.parseInt(end ?? '', 16),
    protection: Number(r === 'r') | (Number(w === 'w') << 1) | (Number(x === 'x') << 2),
    offset: Number.parseInt(offset ?? '', 16),
    path: path ?? '',
  }));
}

function realPath(path: string): string {
  try {
    return Buffer.from(realpathSync(path)).toString('latin1');
  } catch {
    return path;
  }
}

const down = (address: number): number => address - (address % PAGE);
const up = (address: number): number => down(address + PAGE - 1);
