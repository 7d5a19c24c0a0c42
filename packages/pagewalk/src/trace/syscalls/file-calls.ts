/** Calls about files, as far as they say which file a descriptor is of and how long it is. Only calls that succeeded come here. */
import { type Descriptor, Descriptors, type File, MOST_NUMBERS } from './files.ts';
import type { CallWord } from './line.ts';
import type { World } from './world.ts';

const O_WRONLY = 1;
const O_RDWR = 2;
const O_TRUNC = 0o1000;
const O_CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const AT_FDCWD = -100;
const STANDARD = [0, 1, 2];

/** What is known of a file from outside the log. */
export interface FileFacts {
  /** Its one true path. */
  readonly path?: string | undefined;
  /** Bytes, when it was opened. */
  readonly size?: number | undefined;
}

/** Where a file is that a process names: an absolute path. */
export class OpenFiles {
  readonly descriptors: Descriptors;
  private readonly world: World;
  private readonly pid: number;
  private folder: string;
  /** Folders that were opened. */
  private readonly folders: Map<number, string>;

  constructor(world: World, pid: number, folder: string, from?: OpenFiles) {
    this.world = world;
    this.pid = pid;
    this.folder = folder;
    this.descriptors = from ? from.descriptors.copy() : new Descriptors();
    this.folders = new Map(from?.folders);
    if (!from) for (const number of STANDARD) this.other(number);
  }

  fork(pid: number): OpenFiles {
    return new OpenFiles(this.world, pid, this.folder, this);
  }

  /** What is open behind an execve, which closes the rest. */
  exec(pid: number): OpenFiles {
    const after = new OpenFiles(this.world, pid, this.folder, this);
    this.closeAll(false);
    for (const file of after.descriptors.closeAll(true)) this.world.release(pid, file);
    return after;
  }

  file(number: number): File | null {
    return this.descriptors.get(number)?.file ?? null;
  }

  open(number: number, folder: number, path: string, flags: number, facts: FileFacts): void {
    const absolute = facts.path ?? this.absolute(folder, path);
    const file = this.world.files.at(absolute, facts.size ?? null);
    this.folders.set(number, absolute);
    this.put(number, { file, closeOnExec: (flags & O_CLOEXEC) !== 0 });
    if ((flags & O_TRUNC) !== 0 && (flags & (O_WRONLY | O_RDWR)) !== 0) this.world.resize(this.pid, file, 0);
  }

  memfd(number: number, flags: number): void {
    this.put(number, { file: this.world.files.memory(), closeOnExec: (flags & MFD_CLOEXEC) !== 0 });
  }

  /** A descriptor of something that cannot be mapped, such as a socket. */
  other(number: number): void {
    this.put(number, { file: this.world.files.other(), closeOnExec: false });
  }

  /** The call does not tell which descriptors it made, but they are the lowest that were free. */
  pipe(flags: number): void {
    const { reads, writes } = this.world.files.pipe();
    const closeOnExec = (flags & O_CLOEXEC) !== 0;
    for (const file of [reads, writes]) this.put(this.descriptors.lowestFree(), { file, closeOnExec });
  }

  dup(from: number, to: number, closeOnExec = false): void {
    const file = this.file(from) ?? this.world.files.other();
    if (from !== to) this.putAt(to, { file, closeOnExec });
  }

  close(number: number): void {
    this.folders.delete(number);
    this.world.release(this.pid, this.descriptors.close(number));
  }

  closeRange(first: number, last: number): void {
    for (const number of this.descriptors.numbers()) if (number >= first && number <= last) this.close(number);
  }

  closeAll(onExec: boolean): void {
    for (const file of this.descriptors.closeAll(onExec)) this.world.release(this.pid, file);
  }

  ftruncate(number: number, size: number): void {
    const file = this.file(number);
    if (file !== null) this.world.resize(this.pid, file, size);
  }

  truncate(path: string, size: number): void {
    this.world.resize(this.pid, this.world.files.at(this.absolute(AT_FDCWD, path), null), size);
  }

  /** Something was written: how long the file is now is not known. */
  written(number: number, bytes: number): void {
    const file = this.file(number);
    if (file?.pipe) file.pipe.written += bytes;
    else if (file !== null && file.size !== null) this.world.resize(this.pid, file, null);
  }

  remove(folder: number, path: string): void {
    this.world.release(this.pid, this.world.files.remove(this.absolute(folder, path)));
  }

  rename(fromFolder: number, from: string, toFolder: number, to: string): void {
    this.world.files.rename(this.absolute(fromFolder, from), this.absolute(toFolder, to));
  }

  chdir(path: string): void {
    this.folder = this.absolute(AT_FDCWD, path);
  }

  fchdir(number: number): void {
    this.folder = this.folders.get(number) ?? this.folder;
  }

  /** At the lowest number that was free, so what is below it and not known was open before. */
  private put(number: number, descriptor: Descriptor): void {
    this.putAt(number, descriptor);
    if (number >= MOST_NUMBERS) return;
    for (let free = this.descriptors.lowestFree(); free < number; free = this.descriptors.lowestFree()) {
      this.putAt(free, { file: this.world.files.other(), closeOnExec: false });
    }
  }

  private putAt(number: number, descriptor: Descriptor): void {
    this.world.release(this.pid, this.descriptors.set(number, descriptor));
  }

  private absolute(folder: number, path: string): string {
    const base = (folder | 0) === AT_FDCWD ? this.folder : (this.folders.get(folder) ?? this.folder);
    return normal(path.startsWith('/') ? path : `${base}/${path}`);
  }
}

/** Without `.`, `..` and doubled slashes. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const stringOf = (word: CallWord | undefined): string => word?.string ?? '';
