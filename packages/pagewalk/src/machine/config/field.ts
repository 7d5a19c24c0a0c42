/**
 * One key of the configuration: what a person may write (`input`), what a machine and a result hold (`normal`), and how it appears on
 * the command line. `input` accepts everything that `normal` does, so a normal configuration can be read again.
 *
 * `accepts` completes the sentence "give …" in every complaint about the key.
 */
import * as z from 'zod';
import { nearest } from './nearest.ts';
import { bytesText, parseBytes } from './quantity.ts';
import type { Complaint } from './tlb.ts';

export interface Flag {
  readonly short?: string;
  /** Other long names for the same thing. */
  readonly aliases?: readonly string[];
  /** What stands for the value in help; null for a switch. */
  readonly placeholder: string | null;
  /** Of a switch that defaults to on: what its `--no-` form does. */
  readonly off?: string;
  /** On the command line a bare number is this many of … (in JSON a number is bytes). */
  readonly bare?: 'MiB';
  readonly group: 'Memory' | 'Translation' | 'Replacement' | 'Large pages' | 'Cpus and nodes' | 'Latencies';
}

export interface Field<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly normal: O;
  readonly help: string;
  /** In the notation of a person; undefined: follows from other keys, as `help` says. */
  readonly default?: string | number | boolean;
  readonly accepts: string;
  readonly flag: Flag;
}

type Words = Omit<Field, 'input' | 'normal' | 'accepts'> & { readonly accepts?: string };

/** A whole number between two bounds. */
export function integer(min: number, max: number, words: Words) {
  const normal = z
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(min, `below ${min}`)
    .max(max, `above ${max}`);
  return { ...words, input: normal, normal, accepts: words.accepts ?? `a whole number from ${min} to ${max}` };
}

/** A size in bytes: a number, or text with a unit; `none` is null where the field has that, else 0. */
export function size<T extends number | null>(normal: z.ZodType<T, T>, words: Words & { readonly accepts: string }) {
  const raw = z.union([z.number(), z.string(), z.null()], { error: 'not a size' });
  return notation(raw, normal, (value) => readSize(value, normal, words.accepts), words);
}

function readSize<T>(value: string | number | null, normal: z.ZodType<T, T>, accepts: string): T | Complaint[] {
  const read = (): number | null | string => {
    if (typeof value !== 'string') return value;
    if (/^none$/i.test(value.trim())) return normal.safeParse(null).success ? null : 0;
    return /^\d+$/.test(value.trim()) ? 'a size without a unit' : parseBytes(value);
  };
  const parsed = read();
  return typeof parsed === 'string' ? [{ reason: parsed, remedy: `give ${accepts}` }] : (parsed as T);
}

/** Yes or no. */
export function choice(words: Words) {
  const normal = z.boolean('neither true nor false');
  return { ...words, input: normal, normal, accepts: 'true or false' };
}

/** One of some names, in any case. */
export function named<const T extends string>(names: readonly T[], words: Words) {
  const accepts = words.accepts ?? names.join(', ');
  const normal = z.enum(names as readonly [T, ...T[]]) as unknown as z.ZodType<T, T>;
  const read = (text: string): T | Complaint[] => {
    const wanted = text.trim().toLowerCase();
    const found = names.find((name) => name === wanted);
    if (found !== undefined) return found;
    const meant = nearest(wanted, names);
    return [{ reason: 'no such choice', remedy: `${meant ? `did you mean ${meant}? ` : ''}give ${accepts}` }];
  };
  return notation(z.string('not a name'), normal, read, { ...words, accepts });
}

/** Text with a notation of its own, read into what `normal` describes. */
export function notation<R, T>(
  raw: z.ZodType<R, R>,
  normal: z.ZodType<T, T>,
  read: (value: R) => T | Complaint[],
  words: Words & { readonly accepts: string },
) {
  const reading = raw.transform((value, context): T => {
    const parsed = read(value);
    return isComplaints(parsed) ? complain(context, value, ...parsed) : parsed;
  });
  const input = reading.pipe(normal as unknown as z.ZodType<T, Awaited<T>>);
  return { ...words, input, normal };
}

/** The default of a field in the words of its help. */
export function defaultText(field: Field): string | undefined {
  if (field.default === undefined) return undefined;
  if (typeof field.default === 'boolean') return field.default ? 'on' : 'off';
  return field.flag.placeholder === 'SIZE' && typeof field.default === 'number'
    ? bytesText(field.default)
    : String(field.default);
}

function complain(context: z.core.$RefinementCtx, input: unknown, ...complaints: Complaint[]): never {
  for (const { reason, remedy } of complaints) {
    context.issues.push({ code: 'custom', input, message: reason, params: { remedy } });
  }
  return z.NEVER;
}

function isComplaints(value: unknown): value is Complaint[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    typeof value[0] === 'object' &&
    value[0] !== null &&
    'remedy' in value[0]
  );
}
