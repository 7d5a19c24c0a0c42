/** A configuration in a JSON file: an object of the keys, or a whole result, whose configuration is taken. */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../exit.ts';

export async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`--config ${path}: cannot be read (${code === 'ENOENT' ? 'no such file' : message})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--config ${path}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) throw new UsageError(`--config ${path}: not an object of configuration keys`);
  return 'schema' in value && isObject(value['config']) ? value['config'] : value;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
