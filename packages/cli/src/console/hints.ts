/** What a reader of the numbers should know, and can rely on: each hint states a fact and what follows from it. */
import { bytesText, type RunResult } from 'pagewalk/node';
import { counted, grouped, percent } from './numbers.ts';

export function hints(result: RunResult): string[] {
  return [outOfMemory, segfaults, outside, fullSwap, moreMemory, lessMemory, skipped, notes, early].flatMap(
    (hint) => hint(result) ?? [],
  );
}

/** Those that must not go unnoticed where the summary is not shown. */
export function warnings(result: RunResult): string[] {
  return [outOfMemory, segfaults, outside, fullSwap, skipped, notes].flatMap(
    (hint) => hint(result)?.replaceAll('\u00a0', ' ') ?? [],
  );
}

/** A flag and its size, not to be broken over two lines. */
const flag = (name: string, bytes: number): string => `--${name}\u00a0${bytesText(bytes)}`;

const MIB = 2 ** 20;
const roundUp = (bytes: number): number => (bytes > MIB ? Math.ceil(bytes / MIB) * MIB : bytes);

type Hint = (result: RunResult) => string | undefined;

const outOfMemory: Hint = ({ counters, config }) =>
  counters.oom_failures === 0
    ? undefined
    : `${counted(counters.oom_failures, 'touch', 'touches')} failed because all ${grouped(config.frames)} frames held dirty pages and ` +
      `swap was full: enlarge --ram (now ${bytesText(config.ram)}) or --swap (now ${config.swap === 0 ? 'none' : bytesText(config.swap)}).`;

const segfaults: Hint = ({ counters, config }) => {
  if (counters.segfaults === 0) return undefined;
  const why =
    config.vspace === null
      ? `their addresses are not canonical with ${config.va_bits} bits${config.va_bits < 57 ? '; --va-bits takes up to 57' : ''}`
      : `their addresses are not below ${flag('vspace', config.vspace)}`;
  return `${counted(counters.segfaults, 'touch', 'touches')} failed: ${why}.`;
};

const outside: Hint = ({ counters }) =>
  counters.region_segfaults === 0
    ? undefined
    : `${counted(counters.region_segfaults, 'touch', 'touches')} failed: they are in no region; without --strict-regions that is ` +
      'anonymous memory.';

const fullSwap: Hint = ({ counters, config }) =>
  counters.clean_fallbacks === 0
    ? undefined
    : `Swap was full: ${counted(counters.clean_fallbacks, 'time')} a clean page was evicted instead of the one that ` +
      `${config.policy.id} chose; the faults say less about ${config.policy.id} then. Enlarge --swap.`;

const moreMemory: Hint = ({ counters, config, trace, time }) => {
  const waits = time.parts.swap_read_wait_ns + time.parts.swap_write_wait_ns;
  const share = time.total_ns > 0 ? waits / time.total_ns : 0;
  // Pages may have gone because they were advised to.
  const wasFull = counters.resident_peak >= config.frames * 0.9;
  if (share < 0.1 || trace.pages === null || counters.evictions === 0 || !wasFull) return undefined;
  return (
    `Waiting for swap took ${percent(share)} of the time. All ${counted(trace.pages, 'page')} fit with ` +
    `${flag('ram', roundUp(trace.pages * config.page_size))}: then nothing is evicted.`
  );
};

/** Where everything fits, half of what was used is a memory in which something happens. */
const lessMemory: Hint = ({ counters, config }) => {
  const half = Math.floor(counters.resident_peak / 2);
  if (counters.evictions > 0 || counters.oom_failures > 0 || half === 0) return undefined;
  return (
    `Memory was never full, so nothing was evicted: ${flag('ram', half * config.page_size)} is half of what ` +
    `was used, and shows what ${config.policy.id} does.`
  );
};

const skipped: Hint = ({ trace }) =>
  trace.skipped === null || trace.skipped === 0
    ? undefined
    : `${counted(trace.skipped, 'line')} skipped; the first: ${trace.first_skipped ?? 'unknown'}`;

const notes: Hint = ({ trace }) => (trace.notes.length === 0 ? undefined : `Of this trace: ${trace.notes.join('; ')}.`);

const early: Hint = ({ trace }) =>
  trace.ended === 'max_accesses'
    ? `Stopped after ${counted(trace.accesses, 'access', 'accesses')}, as -n says.`
    : undefined;
