/** What commands that read a trace have in common: groups of flags, and the flags that say how the trace is read. */
import { type Command, Option } from 'commander';
import { FORMATS } from 'pagewalk/node';

export type AddFlag = (group: string, flags: string, help: string, choices?: readonly string[]) => void;

/** Adds flags to a command, each under the heading of a group. */
export function flagAdder(command: Command): AddFlag {
  return (group, flags, help, choices) => {
    const option = new Option(flags, help).helpGroup(group);
    command.addOption(choices ? option.choices(choices) : option);
  };
}

/** `lenient` says what becomes of bad lines that are not refused. */
export function addTraceFlags(add: AddFlag, lenient: string): void {
  add('Trace:', '-t, --trace <FILE>', 'the trace, instead of the argument');
  addReadFlags(add, lenient);
}

/** The same where the trace is always an argument. */
export function addReadFlags(add: AddFlag, lenient: string): void {
  const formats = FORMATS.map(({ name }) => name);
  add('Trace:', '--format <NAME>', 'format of the trace (default: by its first lines)', formats);
  add('Trace:', '--modify <HOW>', 'a lackey modify is one access that writes (default), or a load and a store', [
    'write',
    'both',
  ]);
  add('Trace:', '--id-is <WHAT>', 'what the numbers of objects or blocks are (default: by the format)', [
    'page',
    'byte',
    'lbn512',
  ]);
  add(
    'Trace:',
    '--split',
    'an object or a block has its size, so touches all pages that it lies in (default: the first)',
  );
  add('Trace:', '--v2p <FILE>', "physical addresses: by a file that maps pages, or by the trace's own 'markers'");
  add(
    'Trace:',
    '--columns <LIST>',
    'which column of a csv is what: addr=4,op=2, by names or numbers (default: by its first line)',
  );
  add('Trace:', '--lenient', lenient);
}

/** Which part of the trace. No `sample` where neighbouring pages matter. */
export function addPartFlags(add: AddFlag, sample = true): void {
  add('Trace:', '--skip <N>', 'leave out the first N accesses, but not what is mapped meanwhile');
  if (!sample) return;
  add('Trace:', '--sample <SHARE>', 'only so many of the pages, as 1/R, and all their accesses');
}
