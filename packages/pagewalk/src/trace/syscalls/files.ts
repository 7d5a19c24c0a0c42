/**
 * Files as the processes of a recording see them: which file a descriptor is of, how long it is, and under which name a trace calls it. A name is
 * the path, with blanks, tabs, # and % as %XX; if a path comes to mean another file, because the first was removed or renamed, `~2` and so on is
 * added. Memory files (memfd, /dev/shm) are shared memory objects.
 */
export interface File {
  readonly name: string;
  /** Of shared memory objects, which are in no file system on a disk. */
  readonly inMemory: boolean;
  /** Bytes, null if not known: then the file has no end. */
  size: number | null;
  /** The trace has mentioned it. */
  told: boolean;
  /** Nobody can open it any more. */
  removed: boolean;
  /** Descriptors of all processes. */
  users: number;
  /** Of an end of a pipe. */
  readonly pipe?: Pipe;
}

/** What has gone through a pipe, in bytes, and its end for writing. */
export interface Pipe {
  written: number;
  read: number;
  writers: File | null;
}

export class Files {
  private readonly byPath = new Map<string, File>();
  /** How many files the path has meant. */
  private readonly generations = new Map<string, number>();

  /** The file at an absolute path. `size`, if that is known from outside, is believed the first time only. */
  at(path: string, size: number | null): File {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const file = this.make(path, path.startsWith('/dev/shm/'), size);
    this.byPath.set(path, file);
    return file;
  }

  /** A file without a path. */
  memory(): File {
    const file = this.make('memfd', true, 0);
    file.removed = true;
    return file;
  }

  /** The two ends of a pipe. */
  pipe(): { reads: File; writes: File } {
    const pipe: Pipe = { written: 0, read: 0, writers: null };
    const reads = { ...this.other(), pipe };
    const writes = { ...this.other(), pipe };
    pipe.writers = writes;
    return { reads, writes };
  }

  /** What is no file that could be mapped: a socket, or what was open before. */
  other(): File {
    return { name: '', inMemory: false, size: null, told: false, removed: true, users: 0 };
  }

  /** The path means no file any more. Returns the one that it meant. */
  remove(path: string): File | null {
    const file = this.byPath.get(path) ?? null;
    this.byPath.delete(path);
    if (file !== null) file.removed = true;
    return file;
  }

  rename(from: string, to: string): void {
    const file = this.byPath.get(from);
    const replaced = this.byPath.get(to);
    if (replaced !== undefined) replaced.removed = true;
    this.byPath.delete(from);
    this.byPath.delete(to);
    if (file !== undefined) this.byPath.set(to, file);
    else this.generations.set(to, (this.generations.get(to) ?? 0) + 1);
  }

  private make(path: string, inMemory: boolean, size: number | null): File {
    const generation = (this.generations.get(path) ?? 0) + 1;
    this.generations.set(path, generation);
    const name = `${nameOf(path)}${generation > 1 ? `~${generation}` : ''}`;
    return { name, inMemory, size, told: false, removed: false, users: 0 };
  }
}

/** Without what a name in a trace may not hold. `path` has a character for each byte; the name is text. */
function nameOf(path: string): string {
  const bytes = Uint8Array.from(path, (byte) => byte.charCodeAt(0));
  let text = path;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: every byte above 127 is written as %XX.
    text = path.replace(/[\u0080-\u00ff]/g, escaped);
  }
  return text.replace(/[\s#%\p{Cc}]/gu, escaped);
}

const escaped = (character: string): string =>
  encodeURIComponent(character) === character
    ? `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`
    : encodeURIComponent(character);

/** An open file: the same for all descriptors that were made of one another. */
export interface Descriptor {
  readonly file: File;
  readonly closeOnExec: boolean;
}

/** A damaged line may tell any number; no process has so many. */
export const MOST_NUMBERS = 1 << 16;

/** The descriptors of a process. */
export class Descriptors {
  private readonly open = new Map<number, Descriptor>();

  get(number: number): Descriptor | undefined {
    return this.open.get(number);
  }

  set(number: number, descriptor: Descriptor): File | null {
    const replaced = this.close(number);
    this.open.set(number, descriptor);
    descriptor.file.users++;
    return replaced;
  }

  setCloseOnExec(number: number, closeOnExec: boolean): void {
    const descriptor = this.open.get(number);
    if (descriptor) this.open.set(number, { ...descriptor, closeOnExec });
  }

  /** The file, if this was its last descriptor anywhere. */
  close(number: number): File | null {
    const descriptor = this.open.get(number);
    if (descriptor === undefined) return null;
    this.open.delete(number);
    descriptor.file.users--;
    return descriptor.file.users === 0 ? descriptor.file : null;
  }

  /** All of them, or those that exec closes. */
  closeAll(onExec: boolean): File[] {
    const numbers = [...this.open].filter(([, { closeOnExec }]) => closeOnExec || !onExec).map(([number]) => number);
    return numbers.map((number) => this.close(number)).filter((file) => file !== null);
  }

  copy(): Descriptors {
    const copy = new Descriptors();
    for (const [number, descriptor] of this.open) copy.set(number, descriptor);
    return copy;
  }

  numbers(): number[] {
    return [...this.open.keys()];
  }

  /** The number that the kernel gives next: the lowest that is free. */
  lowestFree(): number {
    let number = 0;
    while (number < MOST_NUMBERS && this.open.has(number)) number++;
    return number;
  }
}
