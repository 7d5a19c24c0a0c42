/**
 * Lines of valgrind's `--trace-syscalls=yes`:
 *
 *   SYSCALL[12,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, 0 ) --> [pre-success] Success(0x4835000)
 *   SYSCALL[12,1](10) sys_mprotect ( 0x4a15000, 16384, 1 )[sync] --> Success(0x0)
 *   SYSCALL[12,1](257) sys_openat ( 4294967196, 0x4034bb0(/etc/passwd), 524288 ) --> [async] ...
 *   SYSCALL[12,1](257) ... [async] --> Success(0x4)
 *   SYSCALL[12,1](56) sys_clone ( 1200011, 0x0, 0x0, 0x4a28a10, 0x0 )   clone(fork): process 12 created child 13
 *    --> [pre-success] Success(0xd)
 *
 * A call is told at once, or in two lines: of the same thread, or, without its name, of whichever call was begun last.
 */

/** A call that has come back. */
export interface SystemCall {
  readonly tid: number;
  /** Of the processor's table: 9 is mmap on x86-64. */
  readonly number: number;
  /** Without `sys_`. */
  readonly name: string;
  readonly words: readonly CallWord[];
  readonly succeeded: boolean;
  /** What it returned, or the number of the error. */
  readonly value: number;
}

/** An argument: what valgrind printed of it, and of a pointer to a string the string. */
export interface CallWord {
  readonly text: string;
  readonly string: string | null;
}

interface Begun {
  readonly tid: number;
  readonly number: number;
  readonly name: string;
  readonly words: readonly CallWord[];
}

const START = /^SYSCALL\[\d+,(\d+)\]\((\d+)\) (.*)$/s;
const OUTCOME = /(?:\[sync\])? ?--> (?:\[[\w-]+\] )?(Success|Failure)\((0x[0-9a-f]+)[^)]*\) ?$/;
const WAITING = / ?--> \[async\] \.\.\. ?$/;
const CHILD = /\) +(?:clone\()?(?:v?fork)\)?: process \d+ created child (\d+)\s*$/;
/** With `--trace-sched=yes` a line without an end may have this behind it. */
const BEHIND = / --\d+--\s+SCHED\[.*$/s;
const SCHEDULED = /^--\d+--\s+SCHED\[(\d+)\]:\s+acquired lock/;
const NUMBER = /^-?(?:0x)?[0-9a-f]+/;
const MORE_WORDS = /^(?:, -?(?:0x)?[0-9a-f]+(?:\(.*)?)*$/s;

/** The thread that a line of `--trace-sched=yes` says runs from here on, from 1; null if it says nothing of the kind. */
export function threadOf(line: string): number | null {
  const [, tid] = line.startsWith('--') ? (SCHEDULED.exec(line) ?? []) : [];
  return tid === undefined ? null : Number(tid);
}

/** Puts the lines of one process's log together to calls. */
export class CallLines {
  /** Calls that wait, by thread. */
  private readonly waiting = new Map<number, Begun>();
  /** The call whose outcome is on the next line without a name. */
  private open: Begun | null = null;

  /** The call that the line completes, null if it completes none. `text` has a character for each byte. */
  read(text: string): SystemCall | null {
    const line = text.replace(BEHIND, ' ');
    const [, tid, number, rest] = START.exec(line) ?? [];
    if (tid === undefined || number === undefined || rest === undefined) {
      const begun = this.open;
      if (begun === null || !line.startsWith(' --> ')) return null;
      this.open = null;
      return ended(begun, line);
    }
    if (rest.startsWith('... ')) {
      const begun = this.waiting.get(Number(tid));
      this.waiting.delete(Number(tid));
      return begun ? ended(begun, rest) : null;
    }
    const begun = { tid: Number(tid), number: Number(number), ...calledIn(rest) };
    if (WAITING.test(rest)) {
      this.waiting.set(begun.tid, begun);
      return null;
    }
    const call = ended(begun, rest);
    this.open = call === null ? begun : null;
    return call;
  }
}

function ended(begun: Begun, text: string): SystemCall | null {
  const [, outcome, value] = OUTCOME.exec(text) ?? [];
  return outcome === undefined ? null : { ...begun, succeeded: outcome === 'Success', value: Number(value) };
}

function calledIn(text: string): { name: string; words: CallWord[] } {
  const [, name = '', list = ''] = /^(?:sys_)?(\w+)[^( ]* ?\((.*)$/s.exec(text) ?? [];
  const known = list.replace(OUTCOME, '').replace(WAITING, '').replace(CHILD, ')');
  return { name, words: wordsOf(known.replace(/\)\s*$/, '').trim()) };
}

/** A string ends where what follows are words again; one that holds `), 0x1` is told wrong. */
function wordsOf(list: string): CallWord[] {
  const words: CallWord[] = [];
  for (let rest = list; rest !== ''; ) {
    const text = NUMBER.exec(rest)?.[0];
    if (text === undefined) return words;
    rest = rest.slice(text.length);
    let string: string | null = null;
    if (rest.startsWith('(')) {
      const end = stringEnd(rest);
      string = rest.slice(1, end);
      rest = rest.slice(end + 1);
    }
    words.push({ text, string });
    if (!rest.startsWith(', ')) return words;
    rest = rest.slice(2);
  }
  return words;
}

function stringEnd(rest: string): number {
  for (let at = rest.indexOf(')'); at >= 0; at = rest.indexOf(')', at + 1)) {
    if (MORE_WORDS.test(rest.slice(at + 1))) return at;
  }
  return rest.length;
}
