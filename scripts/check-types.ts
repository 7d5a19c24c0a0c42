// Types of every project of tsconfig.json. Most files belong to several (the library is read by its tests, the command
// and the benchmarks), so an error is found several times: it is printed once.
import { spawnSync } from 'node:child_process';

const { stdout, status, error } = spawnSync('node_modules/.bin/tsc', ['-b', '--pretty', 'false'], { encoding: 'utf8' });
if (error) throw error;

// An error begins at the margin; its explanation is indented.
const errors = new Set(stdout.split(/\n(?=\S)/).map((text) => text.trimEnd()));
for (const text of errors) if (text !== '') console.error(text);
process.exitCode = status ?? 1;
