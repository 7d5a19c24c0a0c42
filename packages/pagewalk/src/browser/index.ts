/** pagewalk in a page or a worker: everything of `pagewalk`, and the wasm modules, fetched from beside the bundle. */
import { setEngineModule } from '../machine/module.ts';
import { setScriptModule } from '../policy/script.ts';
import { setEngineSources } from '../policy/sources.ts';
import { setBzip2Module } from '../trace/compression/index.ts';
import { setTraceModule } from '../trace/wasm.ts';

export * from '../index.ts';

let engine: Promise<WebAssembly.Module> | undefined;
let trace: Promise<WebAssembly.Module> | undefined;

export function engineModule(): Promise<WebAssembly.Module> {
  engine ??= fetched('@pagewalk/engine/engine.wasm');
  return engine;
}

export function traceModule(): Promise<WebAssembly.Module> {
  trace ??= fetched('@pagewalk/engine/trace.wasm');
  return trace;
}

let script: Promise<WebAssembly.Module> | undefined;

async function fetched(name: string): Promise<WebAssembly.Module> {
  const response = await answer(name);
  // Not compileStreaming: a server that does not know wasm sends it as another type.
  return WebAssembly.compile(await response.arrayBuffer());
}

async function answer(name: string): Promise<Response> {
  const response = await fetch(import.meta.resolve(name));
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  return response;
}

setEngineModule(engineModule);
setScriptModule(() => {
  script ??= fetched('@pagewalk/engine/script.wasm');
  return script;
});
setEngineSources(async () => (await answer('@pagewalk/engine/sources.json')).text());
setTraceModule(traceModule);
setBzip2Module(() => fetched('bzip2-wasm/bzip2-1.0.8/bzip2.wasm'));
