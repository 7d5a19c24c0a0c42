/**
 * What a program asks of the operating system, as methods, each for one operation. A machine does it or refuses: the error says
 * why and what would be accepted, and the machine is as it was before. A made trace writes it down.
 *
 * Addresses, lengths and sizes are in bytes. A process that was never heard of is made by its first operation, except by `fork`.
 */
import {
  ADVICE,
  type AdviceName,
  MAP_FLAGS,
  MEMORY_MODES,
  type MemoryMode,
  type OperationName,
} from '@pagewalk/engine/catalog';
import { NOTATIONS } from './arguments.ts';
import { ObjectNames } from './names.ts';

/** A whole number; above 2^53 a bigint. */
export type Size = number | bigint;

/** `rwx`, with `-` in place of each right that is not given. */
export type Protection = `${'r' | '-'}${'w' | '-'}${'x' | '-'}`;

export interface Mapping {
  readonly address: Size;
  readonly length: Size;
  /** By default `rw-`. */
  readonly protection?: Protection;
  /** Writes are seen by all who map the same; by default they are the process's own. */
  readonly shared?: boolean;
  /** The file that is mapped, by any name. */
  readonly file?: string;
  /** The shared memory object that is mapped, by the name that `shmCreate` gave it. */
  readonly shm?: string;
  /** Where in the file or object the mapping begins. */
  readonly offset?: Size;
  readonly huge?: '2m' | '1g';
}

export abstract class OperatingSystem {
  /** Names of files and shared memory objects, by their numbers in the machine: open a further trace with them. */
  abstract readonly objectNames: ObjectNames;

  /** Does one operation. */
  protected abstract operate(pid: number, operation: OperationName, words: readonly bigint[]): void;

  /** Makes the process `child` with the memory of `pid`. */
  fork(pid: number, child: number): void {
    this.operate(pid, 'fork', [pidOf(child)]);
  }

  /** Ends the process. Its pid is not used again. */
  exit(pid: number): void {
    this.operate(pid, 'exit', []);
  }

  /** Maps memory, a file or a shared memory object, in place of what is there. */
  mmap(pid: number, mapping: Mapping): void {
    const { address, length, protection = 'rw-', shared = false, file, shm, offset = 0, huge } = mapping;
    if (file !== undefined && shm !== undefined) throw new RangeError('mmap of file and shm: expected one of them');
    const flags =
      protectionOf(protection) |
      (shared ? BigInt(MAP_FLAGS.shared) : 0n) |
      (huge === '2m' ? BigInt(MAP_FLAGS.huge_2m) : 0n) |
      (huge === '1g' ? BigInt(MAP_FLAGS.huge_1g) : 0n);
    const name = file ?? shm;
    const backing = file !== undefined ? 1n : shm !== undefined ? 2n : 0n;
    const object = name === undefined ? 0n : this.objectOf(name);
    this.operate(pid, 'mmap', [
      word('address', address),
      word('length', length),
      flags,
      backing,
      object,
      word('offset', offset),
    ]);
  }

  /** Removes what is mapped there. */
  munmap(pid: number, address: Size, length: Size): void {
    this.operate(pid, 'munmap', range(address, length));
  }

  /** Changes what may be done there. */
  mprotect(pid: number, address: Size, length: Size, protection: Protection): void {
    this.operate(pid, 'mprotect', [...range(address, length), protectionOf(protection)]);
  }

  /** Moves a mapping, makes it longer or shorter. */
  mremap(pid: number, address: Size, length: Size, newAddress: Size, newLength: Size): void {
    this.operate(pid, 'mremap', [...range(address, length), ...range(newAddress, newLength)]);
  }

  /** Moves the end of the heap; the first call says where the heap begins. */
  brk(pid: number, address: Size): void {
    this.operate(pid, 'brk', [word('address', address)]);
  }

  /** Tells what will be done there. */
  madvise(pid: number, address: Size, length: Size, advice: AdviceName): void {
    this.operate(pid, 'madvise', [...range(address, length), placeOf('advice', ADVICE, advice)]);
  }

  /** Brings the pages into memory and keeps them there. */
  mlock(pid: number, address: Size, length: Size): void {
    this.operate(pid, 'mlock', range(address, length));
  }

  /** Lets the pages go again. */
  munlock(pid: number, address: Size, length: Size): void {
    this.operate(pid, 'munlock', range(address, length));
  }

  /** Makes a shared memory object of `size` bytes. */
  shmCreate(pid: number, name: string, size: Size): void {
    this.operate(pid, 'shm_create', [this.objectOf(name), word('size', size)]);
  }

  /** Maps a whole shared memory object. */
  shmAttach(pid: number, name: string, address: Size, protection: Protection = 'rw-'): void {
    this.operate(pid, 'shm_attach', [this.objectOf(name), word('address', address), protectionOf(protection)]);
  }

  /** Unmaps the object that is attached at this address. */
  shmDetach(pid: number, address: Size): void {
    this.operate(pid, 'shm_detach', [word('address', address)]);
  }

  /** Takes the name away; the object goes with its last attachment. */
  shmRemove(pid: number, name: string): void {
    this.operate(pid, 'shm_remove', [this.objectOf(name)]);
  }

  /** Writes dirty pages of files back. */
  msync(pid: number, address: Size, length: Size): void {
    this.operate(pid, 'msync', range(address, length));
  }

  /** Runs the process on this cpu from now on. */
  sched(pid: number, cpu: number): void {
    this.operate(pid, 'sched', [word('cpu', cpu)]);
  }

  /** Says which nodes pages there come from. */
  mbind(pid: number, address: Size, length: Size, mode: MemoryMode, nodes: readonly number[] = []): void {
    this.operate(pid, 'mbind', [...range(address, length), placeOf('mode', MEMORY_MODES, mode), maskOf(nodes)]);
  }

  /** Says which nodes the pages of the process come from. */
  setMempolicy(pid: number, mode: MemoryMode, nodes: readonly number[] = []): void {
    this.operate(pid, 'set_mempolicy', [placeOf('mode', MEMORY_MODES, mode), maskOf(nodes)]);
  }

  /** Sets the size of a file; one that was never set has no end. */
  ftruncate(pid: number, file: string, size: Size): void {
    this.operate(pid, 'ftruncate', [this.objectOf(file), word('size', size)]);
  }

  private objectOf(name: string): bigint {
    if (typeof name !== 'string' || !/^[^\s#]+$/.test(name)) {
      throw new RangeError(`name '${name}': expected characters other than blanks and #`);
    }
    return BigInt(this.objectNames.number(name));
  }
}

function word(what: string, value: Size): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError(`${what} ${value}: expected a whole number, above 2^53 a bigint`);
  }
  const number = BigInt(value);
  if (number < 0n || number >> 64n !== 0n) throw new RangeError(`${what} ${value}: expected 0 to 2^64-1`);
  return number;
}

const pidOf = (pid: number): bigint => {
  if (!Number.isInteger(pid) || pid < 0 || pid > 0xff_ffff) throw new RangeError(`pid ${pid}: expected 0 to 16777215`);
  return BigInt(pid);
};

const range = (address: Size, length: Size): [bigint, bigint] => [word('address', address), word('length', length)];

function protectionOf(text: string): bigint {
  const { read, expected } = NOTATIONS.protection;
  const bits = read(text, new ObjectNames());
  if (bits === undefined) throw new RangeError(`protection '${text}': expected ${expected}`);
  return bits;
}

function placeOf(what: string, rows: readonly { readonly name: string }[], name: string): bigint {
  const place = rows.findIndex((row) => row.name === name);
  if (place >= 0) return BigInt(place);
  const names = rows.map((row) => row.name);
  throw new RangeError(`${what} '${name}': expected ${names.join(', ')}`);
}

function maskOf(nodes: readonly number[]): bigint {
  let mask = 0n;
  for (const node of nodes) {
    if (!Number.isInteger(node) || node < 0 || node > 63) throw new RangeError(`node ${node}: expected 0 to 63`);
    mask |= 1n << BigInt(node);
  }
  return mask;
}
