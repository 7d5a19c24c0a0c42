// `npm run bench`: every benchmark in a process of its own, one after the other; what they wrote is in bench/results/.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BENCHMARKS = [
  { title: 'Simulating: the engine in Node against the same machine in C', script: 'simulate.ts' },
  { title: 'Reading: text and lackey traces against wc -l', script: 'reading.ts' },
];

for (const { title, script } of BENCHMARKS) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  if (!existsSync(path)) continue;
  console.log(`\n${title}\n`);
  const { status } = spawnSync(process.execPath, [path, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
