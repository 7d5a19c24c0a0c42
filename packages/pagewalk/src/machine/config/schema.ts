/** The configuration as types, as a zod object, and as JSON Schema: all made from FIELDS. */
import * as z from 'zod';
import type { Field } from './field.ts';
import { CONFIG_KEYS, type ConfigKey, FIELDS } from './fields.ts';

/** Ways to say something that a normal configuration says with another key. */
export const INPUT_ONLY = ['tlb_size', 'tlb_policy'] as const;
type NormalKey = Exclude<ConfigKey, (typeof INPUT_ONLY)[number]>;

/** What a person may write. */
export type ConfigInput = { readonly [K in ConfigKey]?: z.input<(typeof FIELDS)[K]['input']> | undefined };
/** The keys of an input, each read by itself. */
export type Given = { readonly [K in ConfigKey]?: z.output<(typeof FIELDS)[K]['input']> };
/** Every key decided, sizes in bytes: what a machine is made from and what a result holds. It is a valid input too. */
export type MachineConfig = { readonly [K in NormalKey]: z.output<(typeof FIELDS)[K]['normal']> };

const documented = (field: Field, schema: z.ZodType): z.ZodType => {
  const description = `${field.help}; ${field.accepts}`;
  return schema.meta(field.default === undefined ? { description } : { description, default: field.default });
};

const shape = (keys: readonly ConfigKey[], pick: (field: Field) => z.ZodType): Record<string, z.ZodType> =>
  Object.fromEntries(keys.map((key) => [key, documented(FIELDS[key], pick(FIELDS[key]))]));

export const NORMAL_KEYS = CONFIG_KEYS.filter(
  (key): key is NormalKey => !(INPUT_ONLY as readonly string[]).includes(key),
);

export const configSchema = (): z.ZodObject => z.strictObject(shape(CONFIG_KEYS, (field) => field.input.optional()));

export const machineConfigSchema = (): z.ZodType<MachineConfig, MachineConfig> =>
  z.strictObject(shape(NORMAL_KEYS, (field) => field.normal)) as never;

/** JSON Schema (2020-12) of a configuration file. */
export function configJsonSchema(): object {
  return { title: 'pagewalk configuration', ...z.toJSONSchema(configSchema(), { io: 'input' }) };
}
