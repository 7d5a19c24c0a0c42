/**
 * The engine's sources, which a policy is compiled with. `pagewalk/node` and `pagewalk/browser` say where they come from, as they do of the
 * engine itself.
 */
import type { EngineSources } from './program.ts';

export interface LoadedSources {
  readonly files: EngineSources;
  /** Of all of them. */
  readonly sha256: string;
}

/** The text of the engine package's sources.json. */
type Load = () => Promise<string>;

let load: Load | undefined;
let loaded: Promise<LoadedSources> | undefined;

export function setEngineSources(from: Load): void {
  load = from;
}

export function engineSources(): Promise<LoadedSources> {
  if (!load) throw new Error("no sources of the engine: import 'pagewalk/node' or 'pagewalk/browser'");
  const from = load;
  loaded ??= (async () => {
    const text = await from();
    return { files: JSON.parse(text) as EngineSources, sha256: await sha256(text) };
  })();
  return loaded;
}

/** Of a text in UTF-8, in hexadecimal digits. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
