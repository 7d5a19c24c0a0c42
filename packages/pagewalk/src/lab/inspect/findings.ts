/**
 * What is odd about a trace, each with its evidence and what to do. A warning is for what makes results misleading; it must not come where
 * nothing is wrong. A note is for what one should know.
 */
import type { Finding, Inspection } from './schema.ts';
import type { Tally } from './tally.ts';

type Draft = Omit<Inspection, 'findings'>;
type Check = (draft: Draft, tally: Tally) => Finding | undefined;

/** Fewer accesses say nothing about habits. */
const SOME = 100;
const MANY = 1000;

export function findingsOf(draft: Draft, tally: Tally): Finding[] {
  const found = CHECKS.flatMap((check) => check(draft, tally) ?? []);
  return [
    ...found.filter(({ severity }) => severity === 'warning'),
    ...found.filter(({ severity }) => severity === 'note'),
  ];
}

const warning = (id: string, what: string, evidence: string, advice: string): Finding => ({
  id,
  severity: 'warning',
  what,
  evidence,
  advice,
});
const note = (id: string, what: string, evidence: string, advice: string): Finding => ({
  ...warning(id, what, evidence, advice),
  severity: 'note',
});

const number = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
const percent = (ratio: number): string => `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.01 ? 2 : 0)} %`;
const isMemory = ({ addresses }: Draft): boolean => addresses === 'virtual' || addresses === 'physical';

const skipped: Check = ({ trace }) =>
  trace.skipped === 0
    ? undefined
    : warning(
        'skipped',
        'Parts of the file could not be read and are left out.',
        `${number(trace.skipped)} skipped; the first: ${trace.first_skipped ?? 'unknown'}`,
        'Look at that place. If the file is damaged, get it again; if it is of another format, name it with --format.',
      );

const truncated: Check = ({ trace }) =>
  trace.truncated_tail === 0
    ? undefined
    : warning(
        'truncated',
        'The file is cut off in the middle of its last line or record.',
        `${number(trace.truncated_tail)} bytes at the end belong to nothing`,
        'The end of the trace is missing, nobody knows how much. Get the whole file, or treat it as the first part of a trace.',
      );

const unended: Check = ({ trace }) =>
  trace.facts['footer'] !== 'none'
    ? undefined
    : warning(
        'no_end',
        'The trace does not say that it ends here.',
        'footer: none',
        'It was cut between two records, or is still being written. What is missing at the end nobody knows.',
      );

const wrongNext: Check = ({ trace }) => {
  const next = String(trace.facts['next'] ?? '');
  return next.startsWith('wrong')
    ? warning(
        'wrong_next',
        'The field that says when an object is asked for next is wrong.',
        `next: ${next}`,
        'Results of others that trust it (optimal policies) are wrong. Here it is not used: the future is found by reading the trace.',
      )
    : undefined;
};

const blockIo: Check = ({ addresses, trace }) =>
  addresses !== 'block'
    ? undefined
    : warning(
        'block_io',
        'These are requests to a disk, not accesses to memory.',
        trace.notes.join('; '),
        'What the page cache above the disk could answer is missing, so there is little reuse left. Say so beside each result; miss ratios are those of a second cache.',
      );

const faultStream: Check = ({ trace }) => {
  const [found] = trace.notes.filter((each) => /fault stream|memory samples|heat map/i.test(each));
  return found === undefined
    ? undefined
    : warning(
        'not_all_accesses',
        'This is not every access of a program.',
        found,
        'Only what a real machine missed, or a sampler saw, is there. Good to see where memory is used; miss ratios from it are not those of the program. Record it with vmm record for that.',
      );
};

const nonCanonical: Check = (draft, { beyond48, beyond57 }) => {
  if (beyond48 === 0 || !isMemory(draft)) return undefined;
  const [count, bits] = beyond57 > 0 ? [beyond57, 57] : [beyond48, 48];
  const evidence = `${number(count)} of ${number(draft.accesses)} accesses; highest address ${draft.highest}`;
  if (beyond57 === 0) {
    return note(
      'five_levels',
      'Some addresses need 57 bits.',
      evidence,
      'Run it with --pt-type FIVE_LEVEL: with four levels these accesses fail.',
    );
  }
  return warning(
    'non_canonical',
    `Some addresses are none that an x86-64 processor has (${bits} bits).`,
    evidence,
    'They fail as segfaults. If they are numbers of objects or blocks, or tagged pointers, convert them first; if there are few, the file may be damaged.',
  );
};

const TIMES = [
  ['seconds', 1e9, 2.2e9],
  ['milliseconds', 1e12, 2.2e12],
  ['microseconds', 1e15, 2.2e15],
  ['nanoseconds', 1e18, 2.2e18],
  ['ticks of 100 ns since 1601', 1.25e17, 1.4e17],
] as const;

const timestamps: Check = (draft, { ascending, watched }) => {
  if (watched < SOME || draft.lowest === null || draft.highest === null) return undefined;
  const [lowest, highest] = [Number(draft.lowest), Number(draft.highest)];
  const ratio = ascending / watched;
  const unit = TIMES.find(([, from, to]) => lowest >= from && highest < to && highest > lowest);
  if (ratio < 0.99 || !unit || draft.folded_records > 0) return undefined;
  return warning(
    'timestamps',
    'The addresses look like times.',
    `${percent(ratio)} of them never fall, and all are between ${number(lowest)} and ${number(highest)}: ${unit[0]} of our years`,
    'The wrong column was taken for the address. Name the right one (--columns for csv).',
  );
};

const lineNumbers: Check = (draft, { successors, watched }) => {
  const ratio = successors / Math.max(1, watched);
  if (watched < SOME || ratio < 0.9 || draft.folded_records > 0) return undefined;
  return warning(
    'line_numbers',
    'The addresses are consecutive numbers, like those of lines.',
    `${percent(ratio)} of the addresses are the one before plus 1; the highest is ${number(Number(draft.highest))}`,
    'A column with a counter was probably taken for the address. If they are numbers of pages, read them as such (--format reference, or --id-is page).',
  );
};

const ids: Check = (draft, tally) => {
  if (draft.records < SOME || tally.smallAccesses < draft.accesses || draft.folded_records > 0) return undefined;
  const distinct = tally.small.reduce((sum, byte) => sum + BITS[byte]!, 0);
  const data = draft.alignment.data;
  const all = data.reduce((sum, each) => sum + each, 0);
  const odd = all === 0 ? 0 : data[0]! / all;
  const isOneSize = sizesOfData(draft).length <= 1;
  if (distinct < 32 || odd < 0.3 || odd > 0.7 || !isOneSize || lineNumbers(draft, tally)) return undefined;
  return warning(
    'ids',
    'The addresses look like numbers of objects or pages, not like bytes of memory.',
    `${number(distinct)} different ones, all below ${number(2 ** 20)}, ${percent(odd)} of them odd, all accesses of one size`,
    'As addresses, thousands of them share a page and everything is a hit. Multiply by the page size, or name a format that does (--format reference, --id-is page).',
  );
};

const BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

const singlePage: Check = ({ pages, accesses, page_size }) =>
  pages.distinct > 1 || accesses < SOME
    ? undefined
    : warning(
        'single_page',
        'All accesses are to one page.',
        `${number(accesses)} accesses within ${number(page_size)} bytes`,
        'There is nothing to replace. Are the addresses numbers of pages, or was the wrong column read?',
      );

const unique: Check = ({ pages, touches, addresses }) => {
  const ratio = pages.distinct / Math.max(1, touches);
  if (touches < MANY || ratio < 0.5) return undefined;
  const kind = addresses === 'block' || addresses === 'object' ? note : warning;
  return kind(
    'mostly_unique',
    'Most touches are of a page that is never touched again or was never touched before.',
    `${number(pages.distinct)} different pages in ${number(touches)} touches`,
    'Nearly every fault is a first touch, which no policy can spare. A program does not behave so: is the address column right, are addresses in bytes, is the trace a sample?',
  );
};

const tooShort: Check = (draft, tally) => {
  const { pages, touches } = draft;
  const each = touches / Math.max(1, pages.distinct);
  if (each >= 8 || pages.distinct < 2 || unique(draft, tally)) return undefined;
  const evidence = `${number(touches)} touches of ${number(pages.distinct)} pages: ${each.toFixed(1)} each`;
  if (touches < MANY) {
    return note(
      'too_short',
      'A short trace: good to follow by hand.',
      evidence,
      'Most faults are first touches. Choose a memory of a few frames (--frames) to see any replacement.',
    );
  }
  return (each < 3 ? warning : note)(
    'too_short',
    'The trace is short for the memory that it uses.',
    evidence,
    `At least ${percent(1 / each)} of the touches are the first of their page, whatever the policy, and a memory of half the pages has hardly filled when the trace ends. Record for longer, or try small memories only.`,
  );
};

const growing: Check = ({ timeline, pages, touches }) => {
  const rows = timeline.pages.length;
  const before = timeline.pages[Math.ceil(rows * 0.75) - 1] ?? 0;
  const share = (pages.distinct - before) / Math.max(1, pages.distinct);
  if (rows < 16 || touches < MANY || pages.distinct < 64 || share < 0.2) return undefined;
  return note(
    'still_growing',
    'The program was still coming to new pages when the trace ended.',
    `${percent(share)} of the ${number(pages.distinct)} pages are first touched in the last quarter`,
    'Its footprint is not known from this. Compare policies in memories smaller than what it had used by the middle.',
  );
};

const sizesOfData = ({ sizes }: Draft): Draft['sizes'] => sizes.filter(({ reads, writes }) => reads + writes > 0);

const constantSizes: Check = (draft) => {
  const sizes = sizesOfData(draft);
  const [only] = sizes;
  if (!only || sizes.length > 1 || only.more || draft.folded_records > 0) return undefined;
  if (draft.trace.notes.some((each) => /no sizes/.test(each))) return undefined;
  if (only.reads + only.writes < SOME || draft.trace.format === 'reference') return undefined;
  return note(
    'constant_sizes',
    'All accesses have one size, so the trace probably does not tell sizes.',
    `${number(only.reads + only.writes)} data accesses of ${only.bytes} ${only.bytes === 1 ? 'byte' : 'bytes'}`,
    'Pages and faults are right but for accesses across a page boundary, of which some are missing.',
  );
};

const misaligned: Check = (draft, { sized, natural }) => {
  if (sized < SOME || natural / sized >= 0.5 || draft.folded_records > 0 || !isMemory(draft)) return undefined;
  return warning(
    'misaligned',
    'Addresses and sizes do not go together.',
    `only ${percent(natural / sized)} of ${number(sized)} accesses of 4, 8, 16 … bytes are at a multiple of their size; compilers align nearly all`,
    'Were two columns swapped, or are the addresses in another unit than bytes?',
  );
};

const oneSided: Check = ({ accesses, reads, writes, fetches, trace }) => {
  if (accesses < SOME || trace.format === 'reference') return undefined;
  if (writes === accesses) {
    return warning(
      'only_writes',
      'Every access is a write.',
      `${number(writes)} writes`,
      'Was the op column read right? Every page is dirty, so write-backs are at their most.',
    );
  }
  if (reads === accesses || fetches === accesses) {
    return note(
      'only_reads',
      `Every access is ${reads === accesses ? 'a read' : 'an instruction fetch'}.`,
      `${number(accesses)} ${reads === accesses ? 'reads' : 'fetches'}, no write`,
      'No page ever becomes dirty: nothing can be said of write-backs. Does the format tell writes?',
    );
  }
  return undefined;
};

const modify: Check = ({ trace }) =>
  trace.settings['modify'] !== 'write'
    ? undefined
    : note(
        'modify',
        'An instruction that changes memory in place counts as one access that writes.',
        'modify: write',
        'Others count a read and a write. For that, --modify both; faults stay the same, the number of accesses does not.',
      );

const pidZero: Check = ({ processes, processes_total, accesses }) =>
  processes_total !== 1 || processes[0]?.pid !== 0 || accesses < SOME
    ? undefined
    : note(
        'pid_zero',
        'All accesses are of process 0.',
        'one pid, 0',
        'The format does not tell processes, or the column is wrong.',
      );

const sampled: Check = ({ trace, pages }) => {
  const share = trace.settings['sample'];
  return share === undefined
    ? undefined
    : note(
        'sampled',
        'Only a sample of the pages is looked at.',
        `${share} of the pages by their hash; ${number(pages.distinct)} are in it`,
        'Of 1/R: multiply numbers of pages and accesses by R, and give it a memory of 1/R of the frames.',
      );
};

const leftOut: Check = ({ trace, accesses }) => {
  const total = Object.values(trace.left_out).reduce((sum, each) => sum + each, 0);
  if (total <= accesses || total < SOME) return undefined;
  return note(
    'much_left_out',
    'More of the file is left out than read.',
    Object.entries(trace.left_out)
      .map(([name, each]) => `${number(each)} ${name.replaceAll('_', ' ')}`)
      .join(', '),
    'That is by design of the format, and usual for traces with encodings or markers. If it is not expected, is the format right?',
  );
};

const estimated: Check = ({ pages }) =>
  pages.exact
    ? undefined
    : note(
        'estimated',
        'There are too many pages to count each.',
        `${number(pages.distinct)} pages, from a sample`,
        'The number of pages is right within about 0.2 %; hot pages are those that were busy early, or are in the sample. Larger pages (--page 2MiB) are counted exactly.',
      );

const CHECKS: readonly Check[] = [
  skipped,
  truncated,
  unended,
  wrongNext,
  blockIo,
  faultStream,
  timestamps,
  lineNumbers,
  ids,
  singlePage,
  unique,
  tooShort,
  nonCanonical,
  misaligned,
  oneSided,
  growing,
  constantSizes,
  modify,
  pidZero,
  leftOut,
  sampled,
  estimated,
];
