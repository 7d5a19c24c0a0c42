/**
 * The scripts of `scripts/`: traces whose lines say in a comment what the kernel does at them (`outcome.ts`). Where the machine does
 * something else the comment goes on with that and with the reason, a heading of docs/real-kernel.md:
 *
 *   1 mlock 0x50000000 4096     # minor 1 | major 1 mlock-reads
 *
 * A line `# machine: name=value …` says what is not as in `support/machine.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type Outcome, said } from './outcome.ts';

export interface ScriptLine {
  /** From 1. */
  number: number;
  /** Without its comment. */
  body: string;
  kernel: string;
  /** Where the machine does not do what the kernel does. */
  differs: { machine: string; reason: string } | null;
}

export interface Script {
  name: string;
  text: string;
  config: Record<string, number>;
  lines: ScriptLine[];
}

const FOLDER = new URL('scripts/', import.meta.url);
const COLUMN = 50;

export function scripts(): Script[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .map((file) => read(file.replace('.txt', ''), readFileSync(new URL(file, FOLDER), 'utf8')));
}

export function scriptFile(name: string): URL {
  return new URL(`${name}.txt`, FOLDER);
}

/** A script that is not one of the files. */
export function read(name: string, text: string): Script {
  const settings = /^# machine: (.*)$/m.exec(text)?.[1] ?? '';
  const config = Object.fromEntries(
    settings
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => word.split('='))
      .map(([key, value]) => [key, Number(value)]),
  );
  const lines = text.split('\n').flatMap((line, at) => {
    const [body = '', ...comment] = line.split('#');
    if (body.trim() === '') return [];
    const [kernel = '', differs] = comment.join('#').split('|');
    return [{ number: at + 1, body: body.trim(), kernel: kernel.trim(), differs: difference(differs) }];
  });
  return { name, text, config, lines };
}

function difference(text: string | undefined): ScriptLine['differs'] {
  if (text === undefined) return null;
  const words = text.trim().split(' ');
  const reason = words.pop() ?? '';
  return { machine: words.join(' '), reason };
}

/** The text of the script with the outcomes that the kernel was seen to have. */
export function annotated({ text, lines }: Script, outcomes: ReadonlyMap<number, Outcome>): string {
  const result = text.split('\n');
  for (const { number, body, differs } of lines) {
    const outcome = outcomes.get(number);
    const kernel = outcome === undefined ? 'not reached' : said(outcome);
    const machine = differs === null ? '' : `| ${differs.machine} ${differs.reason}`.replace(/ +/g, ' ');
    const comment = [kernel, machine].filter((part) => part !== '').join(' ');
    result[number - 1] = comment === '' ? body : `${body.padEnd(COLUMN)}# ${comment}`;
  }
  return result.join('\n');
}

/** The same with the machine's outcomes, and what the machine should have done. */
export function compared(
  { lines }: Script,
  outcomes: ReadonlyMap<number, Outcome>,
): { machine: string[]; expected: string[] } {
  const row = ({ number, body }: ScriptLine, outcome: string) =>
    `${number}: ${body.padEnd(COLUMN)}${outcome}`.trimEnd();
  return {
    machine: lines.map((line) => row(line, said(outcomes.get(line.number) ?? { minor: 0, major: 0 }))),
    expected: lines.map((line) => row(line, line.differs?.machine ?? line.kernel)),
  };
}
