/** A policy of one's own, from the text of its file to something that a configuration can name. */
import { OwnPolicy, ownPolicy, SHA256 } from '../machine/own/own-policy.ts';
import { bodiesIn } from '../machine/own/places.ts';
import type { OwnRow } from '../machine/own/row.ts';
import { VERSION } from '../machine/version.ts';
import { compileProgram } from './program.ts';
import { engineSources, sha256 } from './sources.ts';

export interface PolicySource {
  /** AssemblyScript: TypeScript with machine types. */
  readonly source: string;
  /** What messages call it; the name of a policy that does not give itself one. */
  readonly file?: string;
  /** Where compiled policies are kept; by default that of `pagewalk/node`, and none elsewhere. */
  readonly cache?: PolicyCache | null;
}

/** All that compiling gives. */
export interface CompiledPolicy {
  readonly row: OwnRow;
  readonly binary: Uint8Array<ArrayBuffer>;
  /** Source map. */
  readonly map: string;
}

/** Keeps compiled policies by a hash of everything that they are made from. */
export interface PolicyCache {
  /** Undefined if it is not there, or damaged. */
  get(key: string): Promise<CompiledPolicy | undefined>;
  /** May fail in silence: what is not kept is compiled again. */
  set(key: string, policy: CompiledPolicy): Promise<void>;
}

let standardCache: PolicyCache | null = null;

export function setPolicyCache(cache: PolicyCache | null): void {
  standardCache = cache;
}

/**
 * Compiles a policy into an engine of its own, takes a second or two, or nothing if it was compiled before.
 *
 * @throws PolicyFileError with the places in the file at which it is no policy.
 */
export async function compilePolicy({
  source,
  file = 'policy.ts',
  cache = standardCache,
}: PolicySource): Promise<OwnPolicy> {
  const origin = SHA256 + (await sha256(source));
  const there = ownPolicy(origin);
  if (there && there.file === file) return there;
  const sources = await engineSources();
  // The file gives its name to a policy without one.
  const key = await sha256(JSON.stringify([VERSION, sources.sha256, file, source]));
  const compiled =
    (await cache?.get(key)) ?? (await compiledNow(source, file, sources.files, (made) => cache?.set(key, made)));
  const { row, binary, map } = compiled;
  return new OwnPolicy({ row, file, origin, module: await WebAssembly.compile(binary), map, bodies: bodiesIn(binary) });
}

async function compiledNow(
  source: string,
  file: string,
  sources: Readonly<Record<string, string>>,
  keep: (made: CompiledPolicy) => Promise<void> | undefined,
): Promise<CompiledPolicy> {
  const { row, compiled } = await compileProgram(source, file, sources);
  const made = { row, ...compiled };
  await keep(made);
  return made;
}
