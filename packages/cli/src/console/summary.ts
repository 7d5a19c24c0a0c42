/** A result for a person: what ran, on what machine, how translation and memory fared, and where the time went. */
import type { RunResult } from 'pagewalk/node';
import { bar } from './bar.ts';
import { hints } from './hints.ts';
import { counted, duration, grouped, metric, percent, size } from './numbers.ts';
import { prefetchRows } from './prefetch.ts';
import { replacementFacts, replacementRows } from './replacement.ts';
import type { Style } from './style.ts';
import { systemFacts, systemRows } from './system.ts';
import { type Align, table, wrapped } from './table.ts';

const COLUMNS = 100;
const BAR = 20;
const INDENT = '  ';
const HEADING = 11;

export function summary(result: RunResult, style: Style): string[] {
  return [
    ...traceLines(result, style),
    ...machineLines(result, style),
    '',
    ...ratioLines(result, style),
    '',
    ...memoryLines(result, style),
    '',
    ...timeLines(result, style),
    ...hints(result).flatMap((hint) => ['', ...hintLines(hint, style)]),
    '',
    style.faint(hostLine(result)),
  ];
}

const heading = (text: string, style: Style): string =>
  style.strong(text) + ' '.repeat(Math.max(1, HEADING - text.length));

function traceLines({ trace, counters, processes, config, config_name }: RunResult, style: Style): string[] {
  const format = [trace.format, trace.compression].filter((part) => part !== null).join(', ');
  const name = `${style.accent(trace.name)} ${style.faint(`(${format})`)}`;
  const share = (part: number): string => percent(counters.accesses > 0 ? part / counters.accesses : 0);
  const ops = [
    `${share(counters.reads)} reads`,
    `${share(counters.writes)} writes`,
    ...(counters.ifetches > 0 ? [`${share(counters.ifetches)} fetches`] : []),
  ];
  const pages =
    trace.pages === null ? [] : [`${counted(trace.pages, 'page')} (${size(trace.pages * config.page_size)})`];
  const facts = [
    counted(counters.accesses, 'access', 'accesses'),
    ...ops,
    counted(processes.length, 'process', 'processes'),
    ...(trace.operations > 0 ? [counted(trace.operations, 'operation')] : []),
    ...pages,
  ];
  return [
    `${heading('trace', style)}${name}${config_name === null ? '' : style.faint(` · ${config_name}`)}`,
    ...wrapped(facts, ' · ', COLUMNS, '').map((line) => ' '.repeat(HEADING) + line),
  ];
}

/** The machine drawn in the order in which an access meets its parts. */
function machineLines({ config, tlbs, pwcs }: RunResult, style: Style): string[] {
  const tlbText = tlbs.map(({ name, entries, ways, policy }) => {
    const shape = ways === entries ? `${entries}` : `${entries}×${ways}`;
    return `${name} ${shape} ${policy}`;
  });
  const split =
    tlbText.length > 1 && tlbs[0]?.name === 'itlb' ? [`${tlbText[0]} | ${tlbText[1]}`, ...tlbText.slice(2)] : tlbText;
  const parts = [
    ...(tlbs.length === 0 ? ['no TLB'] : split),
    ...(pwcs.length === 0 ? [] : [`pwc ${config.pwc.join(',')}`]),
    `${tableWord(config.pt_type)} table`,
    `${counted(config.frames, 'frame')} of ${size(config.page_size)} = ${size(config.ram)}`,
    policyWords(config.policy),
    config.swap === 0 ? 'no swap' : `swap ${size(config.swap)}`,
  ];
  const [first = '', ...rest] = wrapped(parts, ' → ', COLUMNS - HEADING, '');
  const more = rest.map((line) => ' '.repeat(HEADING) + line);
  const untagged = config.tagged ? [] : [`${' '.repeat(HEADING)}flushed on context switches`];
  const system = [...replacementFacts(config), ...systemFacts(config)];
  const beyond = system.length > 0 ? wrapped(system, ' · ', COLUMNS - HEADING, '') : [];
  return [heading('machine', style) + first, ...more, ...beyond.map((line) => ' '.repeat(HEADING) + line), ...untagged];
}

const LEVELS: Readonly<Record<string, string>> = {
  SINGLE: 'flat',
  TWO_LEVEL: '2-level',
  THREE_LEVEL: '3-level',
  FOUR_LEVEL: '4-level',
  FIVE_LEVEL: '5-level',
};
const tableWord = (type: string): string => LEVELS[type] ?? type.toLowerCase().replaceAll('_', ' ');

function policyWords({ id, params }: RunResult['config']['policy']): string {
  const list = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return list.length > 0 ? `${id} (${list.join(', ')})` : id;
}

function ratioLines({ counters, tlbs, pwcs }: RunResult, style: Style): string[] {
  const line = (name: string, hits: number, lookups: number): string[] => {
    if (lookups === 0) return [name, style.faint(bar(0, BAR)), '', style.faint('never looked up')];
    const ratio = hits / lookups;
    return [name, style.good(bar(ratio, BAR)), percent(ratio), style.faint(`${grouped(hits)} of ${grouped(lookups)}`)];
  };
  const rows = [
    line(style.strong('TLB hits'), counters.tlb_hits, counters.tlb_hits + counters.tlb_misses),
    ...(tlbs.length < 2 ? [] : tlbs.map(({ name, hits, misses }) => line(INDENT + name, hits, hits + misses))),
    ...pwcs.map(({ level, hits, misses }) => line(`${INDENT}pwc ${level}`, hits, hits + misses)),
  ];
  const perWalk = counters.tlb_misses > 0 ? (counters.walk_refs / counters.tlb_misses).toFixed(2) : '0';
  const walks = `${counted(counters.tlb_misses, 'walk')} of the page table, ${perWalk} references each`;
  return [...table(rows, ['left', 'left', 'right', 'left']), `${' '.repeat(HEADING)}${style.faint(walks)}`];
}

function memoryLines(result: RunResult, style: Style): string[] {
  const { counters, ratios, config } = result;
  const align: Align[] = ['left', 'right', 'left'];
  const rows = [
    [
      style.strong('page faults'),
      grouped(counters.page_faults),
      `${percent(ratios.page_fault_ratio)} of touches: ${grouped(counters.minor_faults)} minor, ${grouped(counters.major_faults)} major`,
    ],
    [
      style.strong('evictions'),
      grouped(counters.evictions),
      counters.evictions === 0
        ? ''
        : `${grouped(counters.clean_evictions)} clean, ${grouped(counters.dirty_evictions)} dirty; swap: ${grouped(counters.swap_ins)} in, ${grouped(counters.swap_outs)} out`,
    ],
    ...replacementRows(result, style),
    ...systemRows(result, style),
    ...prefetchRows(result, style),
    ...failures(counters, style),
    [
      style.strong('frames used'),
      grouped(counters.resident_peak),
      `${percent(counters.resident_peak / config.frames)} of ${grouped(config.frames)} at the peak; page tables ${size(counters.table_bytes_peak)}`,
    ],
  ];
  return table(rows, align);
}

function failures(counters: RunResult['counters'], style: Style): string[][] {
  const row = (name: string, count: number, what: string): string[][] =>
    count > 0 ? [[style.warn(name), style.warn(grouped(count)), what]] : [];
  return [
    ...row('out of memory', counters.oom_failures, 'failed touches: memory and swap were full'),
    ...row('segfaults', counters.segfaults, 'failed touches: no such address'),
    ...row('outside', counters.region_segfaults, 'failed touches: in no region'),
    ...row('forbidden', counters.protection_failures, 'failed touches: the mapping does not allow them'),
    ...row('bus errors', counters.bus_errors, 'failed touches: behind the end of a file, or no large page to be had'),
  ];
}

const PARTS: readonly (readonly [keyof RunResult['time']['parts'], string])[] = [
  ['data_ns', 'data'],
  ['tlb_lookup_ns', 'tlb'],
  ['stlb_lookup_ns', 'stlb'],
  ['walk_ns', 'walks'],
  ['fault_ns', 'faults'],
  ['zero_ns', 'zeroing'],
  ['swap_read_wait_ns', 'swap reads'],
  ['swap_write_wait_ns', 'swap writes'],
  ['file_read_wait_ns', 'file reads'],
  ['file_write_wait_ns', 'file writes'],
  ['prefetch_wait_ns', 'late prefetches'],
  ['copy_ns', 'copies'],
  ['shootdown_ns', 'shootdowns'],
];

function timeLines({ time, counters }: RunResult, style: Style): string[] {
  const per = Math.max(1, counters.accesses);
  const parts = PARTS.filter(([name]) => time.parts[name] > 0).map(([name, word]) => {
    const share = time.parts[name] / Math.max(1, time.total_ns);
    return `${word} ${duration(time.parts[name] / per)}${share >= 0.1 ? ` (${Math.round(share * 100)} %)` : ''}`;
  });
  const total = `${style.strong(duration(time.eat_ns))} ${style.faint(`× ${counted(counters.accesses, 'access', 'accesses')} = ${duration(time.total_ns)} simulated`)}`;
  const lines = wrapped(parts, ' + ', COLUMNS - HEADING, '').map((line) => ' '.repeat(HEADING) + line);
  return [`${heading('per access', style)}${total}`, ...lines];
}

function hintLines(hint: string, style: Style): string[] {
  return wrapped(hint.split(' '), ' ', COLUMNS, INDENT).map((line) => style.warn(line.replaceAll('\u00a0', ' ')));
}

function hostLine({ host, counters }: RunResult): string {
  const memory = host.rss_bytes === null ? '' : ` · ${size(host.rss_bytes)} of memory`;
  const speed = `${metric(host.accesses_per_s)} accesses/s`;
  return `ran ${counted(counters.accesses, 'access', 'accesses')} in ${duration(host.wall_ms * 1e6)} · ${speed}${memory}`;
}
