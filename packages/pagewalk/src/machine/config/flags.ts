/** The keys of the configuration as flags of a command line. A flag is its key with `-` for `_`; a switch that defaults to on is `--no-…`. */
import { defaultText, type Field } from './field.ts';
import { CONFIG_KEYS, type ConfigKey, FIELDS } from './fields.ts';
import { parseBytes } from './quantity.ts';
import type { ConfigInput } from './schema.ts';

export interface ConfigFlag {
  readonly key: ConfigKey;
  /** Without dashes: `page-size`, `no-tagged`. */
  readonly long: string;
  readonly short?: string;
  readonly aliases: readonly string[];
  /** Null for a switch. */
  readonly placeholder: string | null;
  readonly help: string;
  readonly group: string;
}

export const CONFIG_FLAGS: readonly ConfigFlag[] = CONFIG_KEYS.map((key) => {
  const field: Field = FIELDS[key];
  const { short, aliases = [], placeholder, group } = field.flag;
  const on = field.default === true;
  const long = (on ? 'no_' : '') + key;
  const base = { key, long: long.replaceAll('_', '-'), aliases, placeholder, help: flagHelp(field), group };
  return short === undefined ? base : { ...base, short };
});

/** The value of a flag as the schema takes it: `64` of a size in MiB is 64 MiB, and numbers become numbers. */
export function valueOfFlag(key: ConfigKey, text: string): unknown {
  const { flag, normal }: Field = FIELDS[key];
  const plain = /^\d+$/.test(text);
  const fraction = /^\d*\.\d+$/.test(text);
  if (flag.placeholder === 'SIZE') {
    if (!plain) return text;
    return flag.bare === undefined ? Number(text) : parseBytes(`${text}${flag.bare}`);
  }
  return (plain || fraction) && normal.type === 'number' ? Number(text) : text;
}

/** Keys of which one says what the others say: a flag displaces them all from the file that it amends. */
const FAMILIES: readonly (readonly ConfigKey[])[] = [
  ['ram', 'frames'],
  ['vspace', 'va_bits'],
  ['node_distances', 'node_ns'],
  ['tlb', 'itlb', 'dtlb', 'stlb', 'tlb_size', 'tlb_policy'],
];

/** A configuration amended by flags. */
export function amend(base: ConfigInput, flags: ConfigInput): ConfigInput {
  const given = CONFIG_KEYS.filter((key) => flags[key] !== undefined);
  const displaced = new Set<string>(given);
  for (const key of given) {
    if (key === 'stlb') continue;
    for (const family of FAMILIES) if (family.includes(key)) for (const other of family) displaced.add(other);
  }
  // A file that says both leaves the count of frames to the new page size.
  if (flags.page_size !== undefined && base.ram !== undefined) displaced.add('frames');
  const kept = Object.entries(base).filter(([key]) => !displaced.has(key));
  return { ...Object.fromEntries(kept), ...flags };
}

function flagHelp(field: Field): string {
  const text = defaultText(field);
  const notes = [
    ...(field.flag.bare === undefined ? [] : [`a bare number is ${field.flag.bare}`]),
    ...(text === undefined || field.flag.placeholder === null ? [] : [`default ${text}`]),
  ];
  const help = field.flag.off ?? field.help;
  return notes.length > 0 ? `${help} (${notes.join('; ')})` : help;
}
