/** Reads a configuration: each key by itself, then the rules between keys that were read. All problems are thrown together. */
import { derive } from './derive.ts';
import type { Field } from './field.ts';
import { CONFIG_KEYS, type ConfigKey, FIELDS } from './fields.ts';
import { fitsEngine, memoryProblem } from './memory.ts';
import { nearest } from './nearest.ts';
import { ConfigError, type ConfigProblem } from './problem.ts';
import { RULES } from './rules.ts';
import type { ConfigInput, Given, MachineConfig } from './schema.ts';

/** @throws ConfigError naming every problem with its path, value, reason and remedy. */
export function parseConfig(input: ConfigInput | Readonly<Record<string, unknown>> = {}): MachineConfig {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const reason = 'not an object';
    throw new ConfigError([
      { path: 'configuration', value: input, reason, remedy: 'give an object of keys and values' },
    ]);
  }
  const values = Object.entries(input).filter(([, value]) => value !== undefined);
  const problems: ConfigProblem[] = [];
  const given: Record<string, unknown> = {};
  const unread = new Set<ConfigKey>();
  for (const [key, value] of values) {
    if (!isKey(key)) {
      problems.push(unknownKey(key, value));
      continue;
    }
    const read = readKey(key, value);
    if (Array.isArray(read)) {
      problems.push(...read);
      unread.add(key);
    } else given[key] = read.value;
  }
  for (const rule of RULES) {
    if (rule.needs.some((key) => unread.has(key))) continue;
    const complaint = rule.check(given as Given);
    if (complaint) problems.push({ path: rule.blames, value: givenValue(input, rule.blames), ...complaint });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const config = derive(given as Given);
  if (!fitsEngine(config)) throw new ConfigError([memoryProblem(config)]);
  return config;
}

function readKey(key: ConfigKey, value: unknown): { value: unknown } | ConfigProblem[] {
  const field: Field = FIELDS[key];
  const read = field.input.safeParse(value);
  if (read.success) return { value: read.data };
  return read.error.issues.map((issue) => ({
    path: [key, ...issue.path].join('.'),
    value,
    reason: issue.message,
    remedy:
      issue.code === 'custom' && typeof issue.params?.remedy === 'string'
        ? issue.params.remedy
        : `give ${field.accepts}`,
  }));
}

function unknownKey(key: string, value: unknown): ConfigProblem {
  const meant = nearest(key.replaceAll('-', '_'), CONFIG_KEYS);
  const remedy = meant ? `did you mean ${meant}?` : `the keys are ${CONFIG_KEYS.join(', ')}`;
  return { path: key, value, reason: 'no such key', remedy };
}

const isKey = (key: string): key is ConfigKey => (CONFIG_KEYS as string[]).includes(key);
const givenValue = (input: object, key: ConfigKey): unknown => (input as Record<string, unknown>)[key];
