// No source file is longer than 500 lines.
import { readFileSync } from 'node:fs';
import { sources } from './sources.ts';

const LONGEST = 500;

for (const file of sources()) {
  const lines = readFileSync(file, 'utf8').split('\n').length - 1;
  if (lines <= LONGEST) continue;
  console.error(`${file}:${LONGEST + 1}: ${lines} lines, at most ${LONGEST}: split the file by purpose`);
  process.exitCode = 1;
}
