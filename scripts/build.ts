// `npm run build`: the engine (generated code, wasm), the library (JavaScript and types), the bundles.
import { existsSync } from 'node:fs';
import { bundles } from './bundle.ts';
import { runSteps } from './steps.ts';

const exitCode = runSteps(
  [
    { name: 'generated code', commands: [['packages/engine/scripts/generate.ts']] },
    { name: 'engine', commands: [['packages/engine/scripts/build.ts']] },
    {
      name: 'library',
      commands: [
        ['tsc', '-p', 'packages/engine/tsconfig.build.json'],
        ['tsc', '-p', 'packages/pagewalk/tsconfig.build.json'],
      ],
    },
  ].filter(({ commands }) => commands.every(([script = '']) => !script.endsWith('.ts') || existsSync(script))),
  { stopAtFirst: true },
);
if (exitCode === 0) await bundles();
process.exitCode = exitCode;
