// `npm run bench` runs each bench/*.ts, `npm run bench -- simulate --quick` one of them with its options.
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { runSteps } from './steps.ts';

const [first = '', ...rest] = process.argv.slice(2);
const names = globSync('bench/*.ts').map((file) => basename(file, '.ts'));
const chosen = names.includes(first) ? [first] : names.sort();
const options = names.includes(first) ? rest : process.argv.slice(2);

process.exitCode = runSteps(chosen.map((name) => ({ name, commands: [[`bench/${name}.ts`, ...options]] })));
