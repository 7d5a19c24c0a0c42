/**
 * Policies that somebody brought along, by what they are made from. A configuration names such a policy by its origin, so that it stays plain data;
 * what runs is found here.
 */
import { MachineError } from '../errors.ts';
import { type Places, placeInScript, placeInStack, placesOf } from './places.ts';
import type { OwnRow } from './row.ts';
import type { ScriptPolicy } from './script.ts';
import { Traps } from './traps.ts';

/** All of it can be sent to another thread. */
export interface OwnPolicyFacts {
  readonly row: OwnRow;
  /** As messages name it. */
  readonly file: string;
  /** `sha256-…` of the source, or `object-…`, a number of this process. */
  readonly origin: string;
  readonly module: WebAssembly.Module;
  /** Source map of the module, and where in it the bodies of functions begin. */
  readonly map: string;
  readonly bodies: readonly number[];
}

/** What a configuration says of it. */
export interface OwnChoice {
  readonly id: string;
  readonly origin: string;
  readonly params: Readonly<Record<string, number>>;
}

const known = new Map<string, OwnPolicy>();

export class OwnPolicy {
  readonly facts: OwnPolicyFacts;
  /** Null: it is compiled. */
  readonly script: ScriptPolicy | null;
  readonly traps: Traps;

  /** From now on configurations can name it. */
  constructor(facts: OwnPolicyFacts, script: ScriptPolicy | null = null) {
    let places: Places | undefined;
    this.facts = facts;
    this.script = script;
    this.traps = new Traps(facts.row.id, facts.file, (stack) => {
      if (script) return placeInScript(stack, facts.file);
      places ??= placesOf(facts.map, facts.bodies);
      return placeInStack(stack, places);
    });
    known.set(facts.origin, this);
  }

  get row(): OwnRow {
    return this.facts.row;
  }

  get file(): string {
    return this.facts.file;
  }

  get origin(): string {
    return this.facts.origin;
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
