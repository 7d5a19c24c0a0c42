/** The part of the test that runs in the page: bundled with the library, called by name. */
import { type ConfigInput, type GeneratorOptions, generate, Machine, traceFromBytes } from '../../src/browser/index.ts';
import { type Outcome, outcome } from './outcome.ts';

/** `trace`: what to make, or the path of a file on the server. */
async function runInPage(trace: string | GeneratorOptions, config: ConfigInput): Promise<Outcome> {
  const source =
    typeof trace === 'string'
      ? await traceFromBytes((await fetch(trace)).body!, { name: trace })
      : await generate(trace);
  return outcome(Machine.create, source, config);
}

declare global {
  var pagewalk: { readonly runInPage: typeof runInPage } | undefined;
}

globalThis.pagewalk = { runInPage };
