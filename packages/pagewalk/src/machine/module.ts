/**
 * The compiled engine that machines are made of when none is given. `pagewalk/node` and `pagewalk/browser` say where theirs comes
 * from; the library itself knows no files and no network.
 */
type Load = () => Promise<WebAssembly.Module>;

let load: Load | undefined;

export function setEngineModule(from: Load): void {
  load = from;
}

export function defaultModule(): Promise<WebAssembly.Module> {
  if (!load) throw new Error("no engine: import 'pagewalk/node' or 'pagewalk/browser', or pass { module }");
  return load();
}
