/** What `explain` finds out about one access, as data: the text of the command and its `--json` are made from this and nothing else. */
import type { FaultName } from '../../machine/events.ts';
import type { RegionEntry } from '../../machine/space-views.ts';
import type { Op, Pfn, Pid, Slot, Vpn } from '../../machine/types.ts';

/** Which access: by its number, or by the number of the page fault that it caused; both count from 1. */
export type Target = { readonly at: number } | { readonly fault: number };

export interface Explanation {
  readonly trace: string;
  /** Number of the access, from 1. */
  readonly access: number;
  /** Accesses of the whole trace. */
  readonly accesses: number;
  /** Operations (fork, mmap …) among the records before it. */
  readonly operations: number;
  readonly pid: Pid;
  readonly op: Op;
  readonly address: bigint;
  /** Bytes; null where a folded trace does not say. */
  readonly size: number | null;
  /** Pages that it touches; `touches` has at most the first few of them. */
  readonly pages: number;
  readonly touches: readonly TouchExplanation[];
  readonly machine: MachineFacts;
}

export interface MachineFacts {
  readonly policy: string;
  readonly params: Readonly<Record<string, number>>;
  readonly frames: number;
  readonly page_size: number;
  readonly va_bits: number;
  readonly cpus: number;
  /** Addresses from here on do not exist; null: those that are not canonical. */
  readonly vspace: number | null;
  /** A process may have so many frames only. */
  readonly limited: boolean;
  /** Its policy gives pages back although there is room. */
  readonly releases: boolean;
}

/** The last five are failures. */
export type Result =
  | 'tlb_hit'
  | 'walk'
  | 'fault'
  | 'segfault'
  | 'region'
  | 'protection'
  | 'bus_error'
  | 'out_of_memory';

export interface TouchExplanation {
  /** Number of the touch in the run, from 1: the machine's own clock. */
  readonly time: number;
  readonly page: Vpn;
  readonly address: bigint;
  readonly result: Result;
  readonly fault: FaultFacts | null;
  readonly frame: Pfn | null;
  readonly origin: FrameOrigin | null;
  /** Simulated time of this touch. */
  readonly ns: number;
  readonly cpu: number;
  /** What the address belongs to in a trace with operations; null where nothing was mapped by one. */
  readonly region: RegionEntry | null;
  readonly translation: Translation;
  readonly eviction: EvictionFacts | null;
  readonly history: PageHistory;
  /** Null unless it is a page fault. */
  readonly verdict: Verdict | null;
}

/**
 * Where a faulting page's frame came from: it was free, another page had to go, the page was in it before, other mappings use it too, or it
 * is the one page of zeroes that all readers share.
 */
export type FrameOrigin = 'free' | 'evicted' | 'same' | 'shared' | 'zero_page';

export interface FaultFacts {
  /** Number of the fault among the page faults of the run, from 1; null if it was not served. */
  readonly number: number | null;
  readonly kind: FaultName;
  readonly meaning: string;
  readonly major: boolean;
  /** The slot that the page was read from. */
  readonly slot: Slot | null;
}

export interface Translation {
  /** The design of the page table. */
  readonly table: string;
  /** Entries of it that were read from memory. */
  readonly references: number;
  /** Index of the page in the table of each level, the root first. */
  readonly indices: readonly LevelIndex[];
  readonly offset: number;
  readonly offset_bits: number;
  readonly tlbs: readonly TlbRead[];
  readonly pwcs: readonly { readonly level: number; readonly hit: boolean }[];
  /** Whether a change of processes had emptied the TLBs just before. */
  readonly flushed: boolean;
  /** Entries that the walk read; empty if a TLB knew the page, or if the table is no radix tree. */
  readonly walk: readonly EntryRead[];
  /** The page's own entry before and after the touch; null where there is no table for it. */
  readonly before: EntryFacts;
  readonly after: EntryFacts;
}

export interface LevelIndex {
  readonly level: number;
  readonly bits: number;
  readonly index: number;
}

export interface TlbRead {
  readonly name: string;
  readonly set: number;
  readonly sets: number;
  readonly ways: number;
  readonly hit: boolean;
  /** The way that answered, or that was filled afterwards. */
  readonly way: number | null;
  /** What the set held when it was read, the next to go first where the TLB keeps an order. */
  readonly held: readonly TlbEntry[];
  /** The entry that had to go for the new one. */
  readonly displaced: TlbEntry | null;
}

export interface TlbEntry {
  readonly way: number;
  readonly pid: Pid;
  readonly page: Vpn;
  /** Base pages that it is good for. */
  readonly pages: number;
  readonly frame: Pfn | null;
}

export interface EntryRead {
  readonly level: number;
  readonly index: number;
  readonly present: boolean;
  /** Whether the table did not exist and was made by this fault. */
  readonly made: boolean;
}

/** A page-table entry as the engine keeps it; `value` is the 64-bit word. */
export interface EntryFacts {
  readonly value: bigint;
  readonly present: boolean;
  readonly writable: boolean;
  readonly accessed: boolean;
  readonly dirty: boolean;
  readonly cow: boolean;
  /** Part of a large page: 0 no, 1 of 512 base pages, 2 of 512 × 512. */
  readonly large: 0 | 1 | 2;
  readonly frame: Pfn | null;
  readonly slot: Slot | null;
}

export interface EvictionFacts {
  /** Null if nobody mapped the page, which was then one of a file or of shared memory. Of a shared page one of its mappings. */
  readonly pid: Pid | null;
  readonly page: Vpn | null;
  /** A page of a file, which needs no swap. */
  readonly file: boolean;
  readonly frame: Pfn;
  readonly dirty: boolean;
  readonly slot: Slot | null;
  /** A clean page went instead of the policy's choice, because swap was full. */
  readonly clean_fallback: boolean;
  /** Frames that the policy looked at. */
  readonly looked_at: number;
  readonly hand: { readonly before: Pfn; readonly after: Pfn } | null;
  /** The page that had to go; null only if the policy evicted what it had just taken in. */
  readonly victim: Candidate | null;
  /** The first pages that the policy's hand went over on its way to the victim, and how many there were in all. */
  readonly passed_over: readonly Candidate[];
  readonly passed: number;
  /** The pages that would have gone next, where the policy keeps an order. */
  readonly next: readonly Candidate[];
  /** The page whose next use is furthest away: what OPT would have evicted from the same memory. */
  readonly furthest: Candidate | null;
}

export interface Candidate {
  readonly frame: Pfn;
  readonly pid: Pid;
  readonly page: Vpn;
  readonly ref: boolean;
  readonly dirty: boolean;
  /** The policy's own word about the frame. */
  readonly state: number;
  /** Access at which the page came into its frame, and the last that used it. */
  readonly loaded: number;
  readonly last_use: number;
  /** The access that uses it next; null if none does. */
  readonly next_use: number | null;
}

export interface PageHistory {
  /** Accesses of the page before this one, and times that it was loaded. */
  readonly uses: number;
  readonly loads: number;
  readonly first_use: number | null;
  readonly last_use: number | null;
  /** Accesses since the last use. */
  readonly reuse_distance: number | null;
  /** Distinct pages used since the last use, this one included. */
  readonly stack_distance: number | null;
  readonly last_eviction: PastEviction | null;
  /** The access that uses the page next; null if none does. */
  readonly next_use: number | null;
}

export interface PastEviction {
  /** The access that needed the frame, its process and its page; null if none did: an operation, or the policy, took it behind that access. */
  readonly access: number;
  readonly by_pid: Pid | null;
  readonly by_page: Vpn | null;
  readonly dirty: boolean;
  readonly slot: Slot | null;
}

/**
 * cold: never in memory before, or unmapped since; policy_miss: OPT would have had the page in memory; capacity: not even OPT; present: the
 * page was in memory, only its entry did not allow what was asked for (copy on write, write notification, NUMA hint).
 */
export type FaultClass = 'cold' | 'capacity' | 'policy_miss' | 'present';

export interface Verdict {
  readonly class: FaultClass;
  /** Whether the same machine with policy opt has the page in memory at this touch. */
  readonly opt_hits: boolean;
  /** Null for a cold fault, for which no memory is large enough, and for one on a page that was present. */
  readonly remedy: Remedy | null;
}

export interface Remedy {
  /** Frames with which this touch is a hit under the same policy, and how many more that is; null if no size that was tried is enough. */
  readonly frames: number | null;
  readonly more: number | null;
  /** Whether every larger memory hits too, and no smaller one. */
  readonly exact: boolean;
  readonly method: 'stack_distance' | 'reruns';
  /** Sizes that were tried by running the trace again. */
  readonly tried: readonly { readonly frames: number; readonly hit: boolean }[];
}
