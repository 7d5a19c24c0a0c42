// `npm run lint`, or `npm run lint -- --fix` to repair what can be repaired.
import { lint, lintFix } from './lint-steps.ts';
import { runSteps } from './steps.ts';

process.exitCode = runSteps(process.argv.includes('--fix') ? lintFix : lint);
