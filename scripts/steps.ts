// Runs the steps of a verb one after the other, prints each one's name and time, and fails if any failed.
import { spawnSync } from 'node:child_process';
import { styleText } from 'node:util';

export interface Step {
  name: string;
  /** A program of node_modules/.bin or a script, with its arguments; a step may have several. */
  commands: string[][];
}

/** Exit code: 0 when every step passed. */
export function runSteps(steps: Step[]): number {
  const failed: string[] = [];
  for (const { name, commands } of steps) {
    const start = performance.now();
    const passed = commands.every(run);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const mark = passed ? styleText('green', '✓') : styleText('red', '✗');
    console.log(`${mark} ${name} ${styleText('dim', `${seconds} s`)}`);
    if (!passed) failed.push(name);
  }
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

function run([program = '', ...args]: string[]): boolean {
  const [command, rest] = program.endsWith('.ts')
    ? [process.execPath, [program, ...args]]
    : [`node_modules/.bin/${program}`, args];
  const { status, error } = spawnSync(command, rest, { stdio: 'inherit' });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}
