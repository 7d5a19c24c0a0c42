/**
 * A file that appears when it is complete: written beside its place under another name and renamed at the end. Devices, pipes and `-`,
 * which is standard output, are written as they are. Files that are not committed when the program ends, in whatever way, are removed.
 */
import { unlinkSync } from 'node:fs';
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WorkError } from '../exit.ts';
import { print } from './print.ts';

export const STDOUT = '-';

const unfinished = new Set<string>();

export class OutputFile {
  readonly path: string;
  /** Null: standard output. */
  private readonly file: FileHandle | null;
  /** Null: written in place. */
  private readonly beside: string | null;

  private constructor(path: string, file: FileHandle | null, beside: string | null) {
    this.path = path;
    this.file = file;
    this.beside = beside;
  }

  static async create(path: string): Promise<OutputFile> {
    if (path === STDOUT) return new OutputFile('standard output', null, null);
    try {
      const now = await stat(path).catch(() => null);
      if (now?.isDirectory()) throw new WorkError(`${path}: cannot be written (it is a directory)`);
      if (now && !now.isFile()) return new OutputFile(path, await open(path, 'w'), null);
      const beside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
      const file = await open(beside, 'wx');
      unfinished.add(beside);
      return new OutputFile(path, file, beside);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  async write(data: string | Uint8Array): Promise<void> {
    try {
      await (this.file ? this.file.appendFile(data) : print(data));
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }

  /** Closes the file and puts it in its place. */
  async commit(): Promise<void> {
    try {
      await this.file?.close();
      if (this.beside === null) return;
      await rename(this.beside, this.path);
      unfinished.delete(this.beside);
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }

  /** Gives up a file that has been begun. */
  async discard(): Promise<void> {
    await this.file?.close().catch(() => {});
    if (this.beside === null || !unfinished.delete(this.beside)) return;
    await unlink(this.beside).catch(() => {});
  }
}

/** Removes what was begun and not committed. */
export function discardUnfinished(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {}
  }
  unfinished.clear();
}

export function unwritable(path: string, error: unknown): WorkError {
  if (error instanceof WorkError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new WorkError(`${path}: cannot be written (${REASONS[code] ?? message})`);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large',
  EISDIR: 'it is a directory',
  ENOENT: 'no such directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'no such directory',
  EROFS: 'read-only file system',
};
