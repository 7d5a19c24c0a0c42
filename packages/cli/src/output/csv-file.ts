/**
 * Results of several runs in one CSV file: the first run writes the header, later ones add their row. A file that begins with another header
 * is left alone. A row that could not be written whole is taken back.
 */
import { open, readFile, truncate } from 'node:fs/promises';
import { CSV_HEADER, csvRow, type RunResult } from 'pagewalk/node';
import { WorkError } from '../exit.ts';
import { unwritable } from './file.ts';

/** Before the run: can a row be added? */
export async function checkCsv(path: string): Promise<void> {
  const text = await existing(path);
  const header = text.split(/\r?\n/, 1)[0];
  if (text === '' || header === CSV_HEADER) return;
  throw new WorkError(
    `${path}: cannot be added to: its first line is not the header of this version; give another file`,
  );
}

export async function appendCsv(path: string, result: RunResult): Promise<void> {
  await checkCsv(path);
  try {
    const file = await open(path, 'a');
    const { size } = await file.stat();
    try {
      await file.appendFile(size === 0 ? `${CSV_HEADER}\n${csvRow(result)}\n` : `${csvRow(result)}\n`);
    } catch (error) {
      await truncate(path, size);
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function existing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw unwritable(path, error);
  }
}
