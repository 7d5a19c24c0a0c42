/**
 * Policies that somebody brought along, by what they are made from. A configuration names such a policy by its origin, so that it stays plain data;
 * what runs is found here.
 */
import { POLICIES, type PolicyRow } from '@pagewalk/engine/catalog';
import { rowOf } from '../config/choice.ts';
import { MachineError } from '../errors.ts';
import type { OwnRow } from './row.ts';
import type { Traps } from './traps.ts';

export interface OwnPolicyFacts {
  readonly row: OwnRow;
  /** As messages name it. */
  readonly file: string;
  /** `sha256-…` of the source, or `object-…`, a number of this process. */
  readonly origin: string;
  readonly module: WebAssembly.Module;
  readonly traps: Traps;
  /** What an instance of the module needs beside `abort`; null if nothing. */
  readonly imports: (() => WebAssembly.ModuleImports) | null;
}

/** A choice of a configuration. */
export interface OwnChoice {
  readonly id: string;
  readonly origin: string;
  readonly params: Readonly<Record<string, number>>;
}

const known = new Map<string, OwnPolicy>();

export class OwnPolicy implements OwnPolicyFacts {
  readonly row: OwnRow;
  readonly file: string;
  readonly origin: string;
  readonly module: WebAssembly.Module;
  readonly traps: Traps;
  readonly imports: OwnPolicyFacts['imports'];

  /** From now on configurations can name it. */
  constructor({ row, file, origin, module, traps, imports }: OwnPolicyFacts) {
    this.row = row;
    this.file = file;
    this.origin = origin;
    this.module = module;
    this.traps = traps;
    this.imports = imports;
    known.set(origin, this);
  }

  /** SHA-256 of the source; null if there is none, as of an object. */
  get sha256(): string | null {
    return this.origin.startsWith(SHA256) ? this.origin.slice(SHA256.length) : null;
  }

  /** For the key `policy` of a configuration. Parameters that are left out have their defaults; all are checked there. */
  with(params: Readonly<Record<string, number>> = {}): OwnChoice {
    return { id: this.row.id, origin: this.origin, params };
  }

  /** The same as text: `parameters` as in `window=3,bits=2`. */
  text(parameters = ''): string {
    return `${this.row.id}@${this.origin}${parameters === '' ? '' : `:${parameters}`}`;
  }
}

export const SHA256 = 'sha256-';

/** `NAME@ORIGIN[:PARAMETERS]` */
export const OWN_TEXT = /^([\w-]+)@((?:sha256|object)-[0-9a-f]+)(?::(.*))?$/;

export const ownPolicy = (origin: string): OwnPolicy | undefined => known.get(origin);

/** @throws MachineError if a configuration names a policy that this process does not have. */
export function ownPolicyOf({
  id,
  origin,
}: {
  readonly id: string;
  readonly origin?: string | undefined;
}): OwnPolicy | null {
  if (origin === undefined) return null;
  const policy = known.get(origin);
  if (!policy) throw new MachineError(`policy ${id} (${origin}) is not here: compile its file first`);
  return policy;
}

const CATALOG: readonly PolicyRow[] = POLICIES;
export const isTaken = (id: string): boolean => rowOf(CATALOG, id) !== undefined;
