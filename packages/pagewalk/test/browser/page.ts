/** A page in headless Chromium that runs in-page.ts with the library, served from this machine with the wasm files and traces beside it. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import type {} from './in-page.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

/** Nothing that would reach out to the network. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const COMPILER = 'packages/pagewalk/src/policy/asc.ts';

const TYPES: Readonly<Record<string, string>> = {
  '/': 'text/html',
  '/in-page.js': 'text/javascript',
  '/policy-compiler.js': 'text/javascript',
  '/engine.wasm': 'application/wasm',
  '/trace.wasm': 'application/wasm',
};

export class LibraryPage {
  readonly page: Page;
  private readonly browser: Browser;
  private readonly server: Server;

  static async open(executablePath: string, files: Readonly<Record<string, Uint8Array>>): Promise<LibraryPage> {
    const served: Record<string, Uint8Array> = {
      '/': Buffer.from('<!doctype html><title>pagewalk</title><script type="module" src="in-page.js"></script>'),
      '/in-page.js': await bundled('packages/pagewalk/test/browser/in-page.ts'),
      '/policy-compiler.js': await bundled(COMPILER),
      '/sources.json': await readFile(root('packages/engine/dist/sources.json')),
      '/engine.wasm': await readFile(root('packages/engine/dist/engine.wasm')),
      '/bzip2.wasm': await readFile(fileURLToPath(import.meta.resolve('bzip2-wasm/bzip2-1.0.8/bzip2.wasm'))),
      '/trace.wasm': await readFile(root('packages/engine/dist/trace.wasm')),
      ...files,
    };
    const server = createServer(({ url = '/' }, response) => {
      const body = served[url];
      response.writeHead(body ? 200 : 404, { 'content-type': TYPES[url] ?? 'application/octet-stream' });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A profile of its own, which goes with the browser.
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => globalThis.pagewalk !== undefined);
    return new LibraryPage(page, browser, server);
  }

  private constructor(page: Page, browser: Browser, server: Server) {
    this.page = page;
    this.browser = browser;
    this.server = server;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

const compilerBeside: Plugin = {
  name: 'compiler beside',
  setup({ onResolve }) {
    onResolve({ filter: /\/asc\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './policy-compiler.js', external: true } : undefined,
    );
  },
};

/** As scripts/bundle.ts does it: the modules and the compiler are beside the bundle. */
async function bundled(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [root(entry)],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    platform: entry === COMPILER ? 'neutral' : 'browser',
    external: ['fs', 'module', 'path', 'url', 'node:*'],
    plugins: [compilerBeside],
    conditions: ['source'],
    define: { 'import.meta.resolve': 'beside' },
    banner: { js: 'const beside = (name) => new URL(name.split("/").at(-1), import.meta.url).href;' },
    write: false,
  });
  return outputFiles[0]!.contents;
}
