/** Policies that are JavaScript objects: no compiler, a module of the engine that calls them. */
import { OwnPolicy, SHA256 } from '../machine/own/own-policy.ts';
import { readRow } from '../machine/own/row.ts';
import type { ScriptPolicy } from '../machine/own/script.ts';
import { PolicyFileError } from './errors.ts';
import { idOf } from './names.ts';
import { sha256 } from './sources.ts';

/** The compiled script.wasm. `pagewalk/node` and `pagewalk/browser` say where it comes from. */
type Load = () => Promise<WebAssembly.Module>;

let load: Load | undefined;
/** Objects without a source are told apart by a number. */
let objects = 0;

export function setScriptModule(from: Load): void {
  load = from;
}

export interface ScriptSource {
  /** What messages call it; the name of a policy that does not give itself one. */
  readonly file?: string;
  /** The text that the object comes from, for the record. */
  readonly source?: string;
}

/**
 * A policy that is a plain JavaScript object, so that a configuration can name it.
 *
 * @throws PolicyFileError if its row is none.
 */
export async function policyOfObject(
  policy: ScriptPolicy,
  { file = 'policy.js', source }: ScriptSource = {},
): Promise<OwnPolicy> {
  if (!load) throw new Error("no module for scripts: import 'pagewalk/node' or 'pagewalk/browser'");
  const row = readRow(policy, { id: idOf(file), className: 'object' });
  if (Array.isArray(row)) {
    throw rejected(
      file,
      row.map(({ path, message }) => `policy${path === '' ? '' : `.${path}`}: ${message}`),
    );
  }
  if (typeof policy.create !== 'function') {
    throw rejected(file, ['policy.create: not a function; give create(context) { return { victim(page) { … } }; }']);
  }
  const origin = source === undefined ? `object-${++objects}` : SHA256 + (await sha256(source));
  return new OwnPolicy({ row, file, origin, module: await load(), map: '', bodies: [] }, policy);
}

const rejected = (file: string, messages: readonly string[]): PolicyFileError =>
  new PolicyFileError(
    file,
    messages.map((message) => ({ line: null, column: null, message })),
  );
