/** The part of the test that runs in the page: bundled with the library, called by name. */
import {
  type CompareQuestion,
  type ConfigInput,
  comparePolicies,
  type GeneratorOptions,
  generate,
  Machine,
  type PolicyComparison,
  planComparison,
  traceFromBytes,
} from '../../src/browser/index.ts';
import { type Outcome, outcome } from './outcome.ts';

/** `trace`: what to make, or the path of a file on the server. */
async function runInPage(trace: string | GeneratorOptions, config: ConfigInput): Promise<Outcome> {
  const source =
    typeof trace === 'string'
      ? await traceFromBytes((await fetch(trace)).body!, { name: trace })
      : await generate(trace);
  return outcome(Machine.create, source, config);
}

async function compareInPage(trace: GeneratorOptions, question: CompareQuestion): Promise<PolicyComparison> {
  return comparePolicies(await generate(trace), planComparison(question));
}

declare global {
  var pagewalk: { readonly runInPage: typeof runInPage; readonly compareInPage: typeof compareInPage } | undefined;
}

globalThis.pagewalk = { runInPage, compareInPage };
