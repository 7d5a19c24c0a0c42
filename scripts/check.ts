// `npm run check`: everything a machine can say about the sources without running them.
import { lint } from './lint-steps.ts';
import { runSteps } from './steps.ts';

process.exitCode = runSteps([
  { name: 'generated code', commands: [['packages/engine/scripts/generate.ts']] },
  { name: 'policy pages', commands: [['scripts/policy-docs.ts', '--check']] },
  { name: 'types', commands: [['scripts/check-types.ts']] },
  ...lint,
  { name: 'imports', commands: [['scripts/check-imports.ts']] },
  { name: 'file lengths', commands: [['scripts/check-lengths.ts']] },
]);
