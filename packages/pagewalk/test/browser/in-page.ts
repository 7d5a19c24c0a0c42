/** The part of the test that runs in the page: bundled with the library, called by name. */
import {
  type CompareQuestion,
  type ConfigInput,
  comparePolicies,
  compilePolicy,
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

/** With a policy from the text of its file. */
async function runPolicyInPage(source: string, trace: GeneratorOptions, config: ConfigInput): Promise<Outcome> {
  const own = await compilePolicy({ source, file: 'mine.ts' });
  return outcome(Machine.create, await generate(trace), { ...config, policy: own.with() });
}

const calls = { runInPage, compareInPage, runPolicyInPage };

declare global {
  var pagewalk: Readonly<typeof calls> | undefined;
}

globalThis.pagewalk = calls;
