/** `name=value,…` against the parameters that a generator has; complaints go to `problems`. */
import { type GeneratorParameter, nearest } from 'pagewalk/node';

export function parameters(
  flag: string,
  text: string,
  known: readonly GeneratorParameter[],
  problems: string[],
): Record<string, number> {
  const given: Record<string, number> = {};
  const names = known.map((each) => each.name);
  for (const part of text.split(',')) {
    const match = /^\s*([\w-]+)\s*=\s*(\S+)\s*$/.exec(part);
    const name = (match?.[1] ?? '').toLowerCase().replaceAll('-', '_');
    const row = known.find((each) => each.name === name);
    const value = Number(match?.[2]);
    if (!match) problems.push(`${flag}: '${part}' is not PARAMETER=VALUE`);
    else if (!row) {
      const meant = nearest(name, names);
      const has = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
      problems.push(`${flag}: no parameter '${name}'; ${meant ? `did you mean ${meant}? ` : ''}${has}`);
    } else if (!(value >= row.min && value <= row.max) || (row.fraction !== true && !Number.isInteger(value))) {
      const kind = row.fraction === true ? 'number' : 'whole number';
      problems.push(`${flag}: ${name}=${match[2]} is out of range; give a ${kind} from ${row.min} to ${row.max}`);
    } else given[name] = value;
  }
  return given;
}
