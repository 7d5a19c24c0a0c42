// `npm run build`: the engine (generated code, wasm), the library (JavaScript and types), the bundles.
import { bundles, WASM } from './bundle.ts';
import { runSteps, type Step } from './steps.ts';
import { unlessDone } from './unless-done.ts';

const generate: Step = { name: 'generated code', commands: [['packages/engine/scripts/generate.ts']] };
const engine: Step = { name: 'engine', commands: [['packages/engine/scripts/build.ts']] };
const library: Step = {
  name: 'library',
  commands: [
    ['tsc', '-p', 'packages/engine/tsconfig.build.json'],
    ['tsc', '-p', 'packages/pagewalk/tsconfig.build.json'],
  ],
};
const engineFiles = {
  record: '.build/engine.sha256',
  from: ['packages/engine/{assembly,scripts}/**', 'package-lock.json'],
  to: WASM,
};

const passed = (step: Step) => runSteps([step]) === 0;

if (passed(generate) && unlessDone(engineFiles, () => passed(engine)) && passed(library)) await runBundles();
else process.exitCode = 1;

/** esbuild has printed what is wrong when it throws. */
async function runBundles(): Promise<void> {
  await bundles().catch((error: Error) => {
    console.error(`✗ bundles: ${error.message.split('\n')[0]}`);
    process.exitCode = 1;
  });
}
