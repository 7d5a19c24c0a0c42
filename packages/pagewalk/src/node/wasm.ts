import { readFile } from 'node:fs/promises';

/**
 * The compiled modules. In a bundle `import.meta.resolve` means the file of that name beside it; otherwise the engine package's.
 */
export function engineModule(): Promise<WebAssembly.Module> {
  engine ??= compile(import.meta.resolve('@pagewalk/engine/engine.wasm'));
  return engine;
}

export function traceModule(): Promise<WebAssembly.Module> {
  trace ??= compile(import.meta.resolve('@pagewalk/engine/trace.wasm'));
  return trace;
}

export function scriptModule(): Promise<WebAssembly.Module> {
  script ??= compile(import.meta.resolve('@pagewalk/engine/script.wasm'));
  return script;
}

export function bzip2Module(): Promise<WebAssembly.Module> {
  bzip2 ??= compile(import.meta.resolve('bzip2-wasm/bzip2-1.0.8/bzip2.wasm'));
  return bzip2;
}

export function engineSourcesText(): Promise<string> {
  return readFile(new URL(import.meta.resolve('@pagewalk/engine/sources.json')), 'utf8');
}

let engine: Promise<WebAssembly.Module> | undefined;
let trace: Promise<WebAssembly.Module> | undefined;
let bzip2: Promise<WebAssembly.Module> | undefined;
let script: Promise<WebAssembly.Module> | undefined;

async function compile(url: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(new URL(url)));
}
