/** What a summary says of sharing, files, large pages, nodes and cpus: nothing where there was none of it. */
import type { RunResult } from 'pagewalk/node';
import { counted, duration, grouped, percent } from './numbers.ts';
import type { Style } from './style.ts';

type Config = RunResult['config'];
type Counters = RunResult['counters'];

/** The machine beyond its translation and its memory. */
export function systemFacts(config: Config): string[] {
  return [
    ...(config.cpus > 1 ? [`${config.cpus} cpus`] : []),
    ...(config.nodes > 1 ? [`${config.nodes} nodes, ${config.numa_policy.mode}`] : []),
    ...(config.numa_balancing ? ['balanced'] : []),
    ...(config.large_pages === 'never' ? [] : [`large pages ${config.large_pages}`]),
    ...(config.large_tlb ? [`large TLB ${config.large_tlb.entries}`] : []),
    ...(config.prefetch.id === 'none' ? [] : [`prefetch ${config.prefetch.id}`]),
    ...(config.invalidation === 'batch' ? [] : [`invalidation ${config.invalidation}`]),
    ...(config.strict_regions ? ['strict regions'] : []),
    ...(config.fork === 'eager' ? ['eager fork'] : []),
  ];
}

/** Rows for the part on memory: a name, a count, what there is to say of it. */
export function systemRows({ counters, config }: RunResult, style: Style): string[][] {
  const row = (name: string, count: number, facts: readonly (string | false)[]): string[][] => {
    const told = facts.filter((fact) => fact !== false);
    return count > 0 || told.length > 0 ? [[style.strong(name), grouped(count), told.join(', ')]] : [];
  };
  return [
    ...row('file faults', fileFaults(counters), fileFacts(counters)),
    ...row('map faults', counters.map_faults, [counters.map_faults > 0 && 'the page was in memory already']),
    ...row('zero page', counters.zero_page_faults, [counters.zero_page_faults > 0 && 'first reads of anonymous pages']),
    ...row('cow faults', counters.cow_faults, cowFacts(counters, config)),
    ...row('large pages', counters.large_faults + counters.promotions, largeFacts(counters)),
    ...row('local', counters.local_touches, nodeFacts(counters)),
    ...row('shootdowns', counters.shootdowns, shootdownFacts(counters)),
  ];
}

const fileFaults = (counters: Counters): number =>
  counters.file_private_minor_faults +
  counters.file_private_major_faults +
  counters.file_private_cow_faults +
  counters.file_shared_minor_faults +
  counters.file_shared_major_faults +
  counters.file_shared_cow_faults;

const some = (count: number, what: string): string | false => count > 0 && `${grouped(count)} ${what}`;
const each = (count: number, one: string, what = ''): string | false => count > 0 && counted(count, one) + what;

const fileFacts = (counters: Counters): (string | false)[] => [
  some(counters.file_read_faults, 'read'),
  each(counters.write_notify_faults, 'first write'),
  some(counters.file_write_backs, 'written back'),
  some(counters.file_clean_drops, 'dropped clean'),
];

function cowFacts(counters: Counters, config: Config): (string | false)[] {
  const saved = counters.fork_pages - counters.cow_copies;
  return [
    some(counters.cow_copies, 'copied'),
    some(counters.cow_reuses, 'reused'),
    config.fork === 'cow' &&
      counters.fork_pages > 0 &&
      saved > 0 &&
      `${counted(saved, 'copy', 'copies')} spared at forks`,
  ];
}

function largeFacts(counters: Counters): (string | false)[] {
  if (counters.large_touches + counters.large_fallbacks + counters.reservations === 0) return [];
  return [
    `${percent(counters.touches > 0 ? counters.large_touches / counters.touches : 0)} of touches`,
    some(counters.promotions, 'promoted'),
    some(counters.splits, 'split'),
    some(counters.large_fallbacks, 'not to be had'),
    each(counters.bloat_pages, 'page', ' in them never touched'),
  ];
}

function nodeFacts(counters: Counters): (string | false)[] {
  const touches = counters.local_touches + counters.remote_touches;
  if (touches === 0) return [];
  return [
    `${percent(counters.local_touches / touches)} of touches, ${duration((counters.local_ns + counters.remote_ns) / touches)} on average`,
    some(counters.migrations, 'migrated'),
    each(counters.hint_faults, 'hint fault'),
  ];
}

const shootdownFacts = (counters: Counters): (string | false)[] =>
  counters.shootdowns === 0
    ? []
    : [
        each(counters.ipis, 'cpu', ' interrupted'),
        some(counters.full_flushes, 'address spaces dropped whole'),
        some(counters.bloom_false_drops, 'TLB entries dropped in error'),
      ];
