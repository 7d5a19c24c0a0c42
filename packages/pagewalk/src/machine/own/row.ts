/** The row of a policy that somebody brings along: what a catalog row says of one of ours. */
import { MOST_PARAMETERS, POLICIES, type PolicyParameter, type PolicyRow } from '@pagewalk/engine/catalog';
import { rowOf } from '../config/choice.ts';
import { nearest } from '../config/nearest.ts';

export interface OwnRow
  extends Pick<PolicyRow, 'className' | 'observes' | 'repeats' | 'params' | 'summary' | 'source'> {
  readonly id: string;
  readonly future: boolean;
  readonly releases: boolean;
  readonly writes: boolean;
}

export interface RowComplaint {
  /** `params.0.min`; empty for the row as a whole. */
  readonly path: string;
  readonly message: string;
}

const OBSERVES = ['ref-bit', 'every-access', 'faults-only'] as const;
const REPEATS = ['never', 'once', 'always'] as const;
/** Keys of a catalog row that mean nothing for a policy of one's own, so that a row of the catalog is a valid one. */
const KNOWN = ['aliases', 'family', 'departs', 'kernel', 'inclusion', 'byLastHit', 'ghosts'];
const KEYS = ['id', 'className', 'observes', 'repeats', 'params', 'summary', 'source', 'future', 'releases', 'writes'];
const PARAMETER_KEYS = ['name', 'default', 'min', 'max', 'meaning'];
const MOST = 2 ** 53 - 1;

/** @param defaults what is left out. */
export function readRow(
  value: unknown,
  defaults: { readonly id: string; readonly className: string },
): OwnRow | RowComplaint[] {
  if (!isObject(value)) return [{ path: '', message: `the row is an object: { observes: ${oneOf(OBSERVES)}, … }` }];
  const reader = new Reader(value);
  reader.keys('', value, [...KEYS, ...KNOWN]);
  const observes = reader.choice('observes', OBSERVES, undefined);
  const row: OwnRow = {
    id: reader.id(defaults.id),
    className: reader.text('className', defaults.className),
    observes,
    repeats: reader.choice('repeats', REPEATS, observes === 'every-access' ? 'always' : 'never'),
    params: reader.params(),
    summary: reader.text('summary', ''),
    source: reader.text('source', ''),
    future: reader.flag('future'),
    releases: reader.flag('releases'),
    writes: reader.flag('writes'),
  };
  return reader.complaints.length > 0 ? reader.complaints : row;
}

class Reader {
  readonly complaints: RowComplaint[] = [];
  private readonly row: Readonly<Record<string, unknown>>;

  constructor(row: Readonly<Record<string, unknown>>) {
    this.row = row;
  }

  keys(path: string, value: Readonly<Record<string, unknown>>, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (known.includes(key) || key === 'create') continue;
      const meant = nearest(key, known);
      this.complain(
        at(path, key),
        `no such key; ${meant ? `did you mean ${meant}? ` : ''}the keys are ${known.join(', ')}`,
      );
    }
  }

  choice<const T extends string>(key: string, names: readonly T[], standard: T | undefined): T {
    const value = this.row[key] ?? standard;
    const found = names.find((name) => name === value);
    if (found !== undefined) return found;
    this.complain(key, `${key in this.row ? `${shown(value)} is not accepted` : 'is missing'}; give ${oneOf(names)}`);
    return names[0] as T;
  }

  text(key: string, standard: string): string {
    const value = this.row[key] ?? standard;
    if (typeof value === 'string') return value;
    this.complain(key, `${shown(value)} is not text`);
    return standard;
  }

  name(key: string, standard: string): string {
    const value = this.text(key, standard);
    if (/^[a-z][a-z0-9_]*$/.test(value)) return value;
    this.complain(key, `'${value}' is no name; give small letters, digits and _, a letter first`);
    return standard;
  }

  /** No name of the catalog, which stays what it is in results. */
  id(standard: string): string {
    if (this.row['id'] === undefined) return isTaken(standard) ? `my_${standard}` : standard;
    const id = this.name('id', standard);
    if (isTaken(id)) this.complain('id', `${id} is a policy of the catalog: choose another name, such as my_${id}`);
    return id;
  }

  flag(key: string): boolean {
    const value = this.row[key] ?? false;
    if (typeof value === 'boolean') return value;
    this.complain(key, `${shown(value)} is neither true nor false`);
    return false;
  }

  params(): PolicyParameter[] {
    const list = this.row['params'] ?? [];
    if (!Array.isArray(list)) {
      this.complain('params', `${shown(list)} is not a list`);
      return [];
    }
    if (list.length > MOST_PARAMETERS)
      this.complain('params', `${list.length} parameters; at most ${MOST_PARAMETERS} are passed`);
    const params = list.map((value, place) => this.param(value, `params.${place}`));
    params.forEach(({ name }, place) => {
      if (params.findIndex((each) => each.name === name) === place) return;
      this.complain(`params.${place}.name`, `${name} is there twice`);
    });
    return params;
  }

  private param(value: unknown, path: string): PolicyParameter {
    if (!isObject(value)) {
      this.complain(path, `${shown(value)} is no parameter; give { name, default, min, max, meaning }`);
      return { name: '', default: 0, min: 0, max: 0, meaning: '' };
    }
    this.keys(path, value, PARAMETER_KEYS);
    const min = this.whole(value, 'min', path, 0);
    const max = this.whole(value, 'max', path, MOST);
    const standard = this.whole(value, 'default', path, min);
    const name = typeof value['name'] === 'string' ? value['name'] : '';
    if (!/^[a-z][a-z0-9_]*$/.test(name)) {
      this.complain(
        at(path, 'name'),
        `${shown(value['name'])} is no name; give small letters, digits and _, a letter first`,
      );
    }
    if (min > max) this.complain(at(path, 'min'), `min ${min} is above max ${max}`);
    else if (standard < min || standard > max) {
      this.complain(at(path, 'default'), `default ${standard} is not in ${min}..${max}`);
    }
    return { name, default: standard, min, max, meaning: typeof value['meaning'] === 'string' ? value['meaning'] : '' };
  }

  private whole(value: Readonly<Record<string, unknown>>, key: string, path: string, standard: number): number {
    const number = value[key] ?? standard;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
    this.complain(at(path, key), `${shown(number)} is not a whole number from 0 to 2^53 - 1`);
    return standard;
  }

  private complain(path: string, message: string): void {
    this.complaints.push({ path, message });
  }
}

const CATALOG: readonly PolicyRow[] = POLICIES;
const isTaken = (id: string): boolean => rowOf(CATALOG, id) !== undefined;

const at = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
const oneOf = (names: readonly string[]): string =>
  `${names
    .slice(0, -1)
    .map((name) => `'${name}'`)
    .join(', ')} or '${names.at(-1)}'`;
const shown = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
