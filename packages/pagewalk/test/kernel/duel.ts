/** A random script on the kernel and in a subject: the first line at which they part, and the shortest script that still shows it. */

import type { Subject } from '../support/scene.ts';
import { shortest } from '../support/shrink.ts';
import { follow } from './in-machine.ts';
import type { Kernel } from './on-kernel.ts';
import { said } from './outcome.ts';
import { read } from './script.ts';

/** The lines of `random-script.ts` that make the objects. */
const HEAD = 3;

/** '' if they agree; else the script up to where they part, with the kernel's outcomes. */
export function difference(text: string, kernel: Kernel, subject: () => Subject): string {
  const lines = text.trim().split('\n');
  const told = play(lines, kernel, subject);
  if (told === null) return '';
  const head = lines.slice(0, HEAD);
  const parts = (some: readonly string[]) =>
    play(
      [...head, ...some].flatMap((unit) => unit.split('\n')),
      kernel,
      subject,
    );
  const isSame = (some: readonly string[]) => {
    const again = parts(some);
    return again !== null && !again.refused;
  };
  const short = shortest(units(lines.slice(HEAD, told.lines.length)), isSame, 5000);
  return (parts(short) ?? told).lines.join('\n');
}

/** A file and its advice stay together. */
function units(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (const line of lines) {
    if (line.endsWith(' random')) result.push(`${result.pop()}\n${line}`);
    else result.push(line);
  }
  return result;
}

/** Null if they agree. In a random script every operation is done; in a part of one some may be refused. */
export function play(
  body: readonly string[],
  kernel: Kernel,
  subject: () => Subject,
): { lines: string[]; refused: boolean } | null {
  const script = read('random', `${body.join('\n')}\n`);
  const [real, simulated] = [kernel.run(script), follow(script, subject())];
  const lines: string[] = [];
  let refused = false;
  for (const { number, body: line } of script.lines) {
    const [outcome, other] = [real.get(number), simulated.get(number)];
    if (outcome === undefined || other === undefined) throw new Error(`no outcome of line ${number}: ${line}`);
    refused ||= Boolean(outcome.error || other.error);
    const [expected, got] = [said(outcome), said(other)];
    lines.push(`${line.padEnd(50)}# ${expected}${got === expected ? '' : ` but the machine: ${got || 'nothing'}`}`);
    if (got !== expected) return { lines, refused };
  }
  return null;
}
