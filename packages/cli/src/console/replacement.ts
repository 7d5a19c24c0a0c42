/** Lines of the summary that only some policies and some machines have: pages written ahead, given back, taken at a limit or in need. */
import type { RunResult } from 'pagewalk/node';
import { grouped, percent } from './numbers.ts';
import type { Style } from './style.ts';

export function replacementRows({ counters }: RunResult, style: Style): string[][] {
  const row = (name: string, count: number, what: string): string[][] =>
    count > 0 ? [[style.strong(name), grouped(count), what]] : [];
  const mean = counters.frame_touches / Math.max(1, counters.touches);
  const share = percent(counters.policy_fallbacks / Math.max(1, counters.evictions));
  return [
    ...row('  written', counters.scheduled_writes, 'ahead of their eviction, as the policy wished'),
    ...row(
      '  given back',
      counters.released_pages,
      `without need of room: ${mean.toFixed(1)} frames in use on average`,
    ),
    ...row('  at a limit', counters.limit_evictions, 'pages of processes that had all the frames they may have'),
    ...row('  from others', counters.local_fallbacks, 'for processes that had no page of their own to give'),
    ...row('  fallbacks', counters.policy_fallbacks, `victims that the policy's rule would have kept: ${share} of all`),
  ];
}

/** What of the machine is not the default, for its line. */
export function replacementFacts({ replacement, ws_limit, ws_interval }: RunResult['config']): string[] {
  const limit =
    ws_limit === 'equal' ? 'equal shares of the frames' : `at most ${grouped(ws_limit ?? 0)} frames a process`;
  const follows = ws_interval > 0 ? `, by faults ${grouped(ws_interval)} touches apart` : '';
  return [...(replacement === 'local' ? ['local replacement'] : []), ...(ws_limit === null ? [] : [limit + follows])];
}
