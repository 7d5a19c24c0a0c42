import { Column, column } from '../ds/column';
import { HashIndex } from '../ds/hash-index';
import {
  CFG_BLOOM_BITS,
  CFG_FLUSH_CEILING,
  CFG_INVALIDATION,
  CFG_INVLPG_NS,
  CFG_IPI_NS,
  CFG_MAX_PROCESSES,
} from '../gen/config';
import {
  C_BLOOM_FALSE_DROPS,
  C_FULL_FLUSHES,
  C_IPIS,
  C_SHOOTDOWN_NS,
  C_SHOOTDOWN_PAGES,
  C_SHOOTDOWNS,
  C_TLB_INVALIDATIONS,
} from '../gen/counters';
import { bump, Processes } from '../space/processes';
import { Clock } from '../time/clock';
import { Asid, NONE, NONE64, Ns, Vpn } from '../types';
import { BloomFilter } from './bloom-filter';
import { Cpus } from './cpus';
import { TranslationCaches } from './translation-caches';

const INVALIDATE_SINGLE: u64 = 1;
const INVALIDATE_BLOOM: u64 = 2;

/** Pages of one round. A batch of more takes several. */
export const ROUND_PAGES: u32 = 1024;
/** A TLB is searched entry by entry for a set that is larger than this share of it; else the pages are looked up one by one. */
const SEARCHED_SHARE: u32 = 4;
/** Pages of a set by the low bits of their numbers, 1024 of them. */
const LOW_WORDS: u32 = 16;

/**
 * Invalidation of translations on every cpu that may hold them: `begin`, any number of `add`, `finish`. In one round the cpu that began
 * interrupts each other one that may hold entries of the processes concerned; all drop the pages, and with them the page-walk cache
 * entries of these processes, as INVLPG does (Intel SDM vol. 3A, 4.10.4.1).
 *
 *   single   a round for each page
 *   batch    a round for all pages of the batch, kept as an exact set: the outcome is that of single in any order
 *   bloom    the set is sent as a Bloom filter (Bloom 1970, doi 10.1145/362686.362692): of fixed size, but pages drop that nobody named
 *
 * In a batch of more than `flush_ceiling` pages of one process all its translations are dropped instead (Linux:
 * tlb_single_page_flush_ceiling, Documentation/arch/x86/tlb.rst). Time: `ipi_ns` for each interrupted cpu, on each cpu `invlpg_ns` for each page, for each
 * process flushed whole, and for a filter.
 */
export class Shootdown {
  private cpus: Cpus;
  private processes: Processes;
  private clock: Clock;
  private single: bool;
  private bloom: bool;
  private ceiling: u64;
  private ipiNs: Ns;
  private invlpgNs: Ns;

  private cpu: u32 = 0;
  /** Batches that are open. */
  private depth: u32 = 0;
  private dropped: u32 = 0;
  /** Tags of the pages of the next round, and without `single` the same as a set. */
  private tags: Column<u64>;
  private count: u32 = 0;
  private named: HashIndex;
  private lowBits: Column<u64>;
  private filter: BloomFilter;
  /** Processes of this batch, and for each its pages in it: above the ceiling they are not kept. */
  private members: Column<u32>;
  private memberCount: u32 = 0;
  private pages: Column<u64>;

  constructor(config: Column<u64>, cpus: Cpus, processes: Processes, clock: Clock) {
    const slots = <u32>config.get(CFG_MAX_PROCESSES);
    const mode = config.get(CFG_INVALIDATION);
    this.cpus = cpus;
    this.processes = processes;
    this.clock = clock;
    this.single = mode == INVALIDATE_SINGLE;
    const bloom = mode == INVALIDATE_BLOOM;
    this.bloom = bloom;
    this.ceiling = min<u64>(config.get(CFG_FLUSH_CEILING), u32.MAX_VALUE);
    this.ipiNs = config.get(CFG_IPI_NS);
    this.invlpgNs = config.get(CFG_INVLPG_NS);
    this.tags = column<u64>(ROUND_PAGES);
    this.named = new HashIndex(ROUND_PAGES);
    this.lowBits = column<u64>(LOW_WORDS);
    this.filter = new BloomFilter(bloom ? <u32>config.get(CFG_BLOOM_BITS) : 0);
    this.members = column<u32>(slots);
    this.pages = column<u64>(slots);
  }

  /** Opens a batch on behalf of `cpu`. Inside of another it is a part of that one, and closed with it. */
  begin(cpu: u32): void {
    if (this.depth++ != 0) return;
    this.cpu = cpu;
    this.dropped = 0;
  }

  /** The translation of `page` of size class `k` (any page of a large one) must go. */
  add(process: Asid, page: Vpn, k: u32): void {
    if (this.cpus.mayHold.get(process) == 0) return;
    const tag = this.cpus.caches(0).tagOfClass(process, page, k);
    if (!this.single && !this.isNew(process, tag)) return;
    this.tags.set(this.count++, tag);
    if (this.count == ROUND_PAGES) this.rounds();
  }

  /** All pages of a process are going to be added: it is dropped whole, unless they must be dropped one by one. */
  addAll(process: Asid): void {
    if (!this.single) this.addWhole(process);
  }

  /** Closes the batch: nothing of it is in any TLB any more. Returns how many TLB entries that were, on all cpus. */
  finish(): u32 {
    if (--this.depth != 0) return 0;
    this.rounds();
    let flushes: u32 = 0;
    let reached: u64 = 0;
    for (let m: u32 = 0; m < this.memberCount; m++) {
      const process = this.members.get(m);
      if (this.isWhole(process)) {
        flushes++;
        reached |= this.cpus.mayHold.get(process);
      }
    }
    if (flushes != 0) this.flushMembers(flushes, reached);
    for (let m: u32 = 0; m < this.memberCount; m++) this.pages.set(this.members.get(m), 0);
    this.memberCount = 0;
    return this.dropped;
  }

  /** Drops every translation of a process on behalf of `cpu`; returns how many TLB entries that were, on all cpus. */
  flushProcess(process: Asid, cpu: u32): u32 {
    this.begin(cpu);
    this.addWhole(process);
    return this.finish();
  }

  private addWhole(process: Asid): void {
    if (this.cpus.mayHold.get(process) == 0) return;
    if (this.pages.get(process) == 0) this.members.set(this.memberCount++, process);
    this.pages.set(process, u64.MAX_VALUE);
  }

  /** Notes a page of a batch; false if it is known, or if all of its process is to be dropped. */
  private isNew(process: Asid, tag: u64): bool {
    const pages = this.pages.get(process);
    if (pages > this.ceiling || this.named.find(tag) != NONE) return false;
    if (pages == 0) this.members.set(this.memberCount++, process);
    this.pages.set(process, pages + 1);
    if (pages == this.ceiling) return false;
    this.named.set(tag, 0);
    return true;
  }

  private isWhole(process: Asid): bool {
    return this.pages.get(process) > this.ceiling;
  }

  private rounds(): void {
    if (this.single) {
      for (let i: u32 = 0; i < this.count; i++) this.round(i, i + 1);
    } else {
      this.round(0, this.count);
      for (let i: u32 = 0; i < this.count; i++) this.named.remove(this.tags.get(i));
    }
    this.count = 0;
  }

  /** One round for the pages `from` … `to` - 1; those of processes that are going to be dropped whole wait for that. */
  private round(from: u32, to: u32): void {
    const mayHold = this.cpus.mayHold;
    let reached: u64 = 0;
    let pages: u32 = 0;
    for (let i = from; i < to; i++) {
      const tag = this.tags.get(i);
      const process = processOf(tag);
      if (this.isWhole(process)) continue;
      // In front, so that what follows has only these.
      this.tags.set(i, this.tags.get(from + pages));
      this.tags.set(from + pages, tag);
      pages++;
      reached |= mayHold.get(process);
    }
    if (reached == 0) return;
    const end = from + pages;
    if (this.bloom) this.fillFilter(from, end);
    else if (pages > 1) this.fillLowBits(from, end);
    let invalidations: u64 = 0;
    for (let left = reached; left != 0; left &= left - 1) {
      const cpu = <u32>ctz(left);
      invalidations += this.bloom ? 1 : this.pagesOn(cpu, from, end);
      this.dropOn(cpu, from, end);
    }
    if (this.charge(reached, invalidations)) this.tally(C_SHOOTDOWN_PAGES, pages);
  }

  private dropOn(cpu: u32, from: u32, to: u32): void {
    const caches = this.cpus.caches(cpu);
    if (this.bloom) this.drop(this.dropMatching(caches));
    else if ((to - from) * SEARCHED_SHARE > caches.places()) this.drop(this.dropNamed(caches));
    else for (let i = from; i < to; i++) this.drop(caches.invalidateAny(this.tags.get(i)));
    const walk = this.cpus.walk(cpu);
    if (!walk.enabled) return;
    // The pages of a process usually follow each other.
    let last = NONE;
    for (let i = from; i < to; i++) {
      const process = processOf(this.tags.get(i));
      if (process != last) walk.invalidateAsid(process);
      last = process;
    }
  }

  /** Searches all entries for those of the set. */
  private dropNamed(caches: TranslationCaches): u32 {
    let dropped: u32 = 0;
    for (let t: u32 = 0; t < 4; t++) {
      const cache = caches.cache(t);
      for (let e = <i32>cache.places() - 1; e >= 0 && cache.live != 0; e--) {
        const tag = cache.tags.get(e);
        if (tag == NONE64 || !this.mayBeNamed(tag) || this.named.find(tag) == NONE) continue;
        cache.invalidateEntry(e);
        dropped++;
      }
    }
    return dropped;
  }

  /** Searches all entries for those that the filter holds, or seems to. */
  private dropMatching(caches: TranslationCaches): u32 {
    let dropped: u32 = 0;
    let others: u32 = 0;
    for (let t: u32 = 0; t < 4; t++) {
      const cache = caches.cache(t);
      for (let e = <i32>cache.places() - 1; e >= 0 && cache.live != 0; e--) {
        const tag = cache.tags.get(e);
        if (tag == NONE64 || !this.filter.mayHave(tag)) continue;
        others += u32(this.named.find(tag) == NONE);
        cache.invalidateEntry(e);
        dropped++;
      }
    }
    this.tally(C_BLOOM_FALSE_DROPS, others);
    return dropped;
  }

  private flushMembers(flushes: u32, reached: u64): void {
    let invalidations: u64 = 0;
    for (let m: u32 = 0; m < this.memberCount; m++) {
      const process = this.members.get(m);
      if (!this.isWhole(process)) continue;
      for (let left = this.cpus.mayHold.get(process); left != 0; left &= left - 1) {
        const cpu = <u32>ctz(left);
        this.drop(this.cpus.caches(cpu).invalidateAsid(process));
        this.cpus.walk(cpu).invalidateAsid(process);
        this.cpus.forget(process, cpu);
        invalidations++;
      }
    }
    this.tally(C_FULL_FLUSHES, flushes);
    this.charge(reached, invalidations);
  }

  /** What a round costs that reaches these cpus; returns whether one of them had to be interrupted. */
  private charge(reached: u64, invalidations: u64): bool {
    const ipis = <u32>popcnt(reached & ~((<u64>1) << this.cpu));
    const ns = ipis * this.ipiNs + invalidations * this.invlpgNs;
    this.clock.extra += ns;
    this.tally(C_SHOOTDOWN_NS, ns);
    this.tally(C_SHOOTDOWNS, u64(ipis != 0));
    this.tally(C_IPIS, ipis);
    return ipis != 0;
  }

  private drop(entries: u32): void {
    this.dropped += entries;
    this.tally(C_TLB_INVALIDATIONS, entries);
  }

  private tally(counter: u32, amount: u64): void {
    bump(this.processes.block(this.processes.machine), counter, amount);
  }

  private pagesOn(cpu: u32, from: u32, to: u32): u64 {
    let pages: u64 = 0;
    for (let i = from; i < to; i++) pages += (this.cpus.mayHold.get(processOf(this.tags.get(i))) >> cpu) & 1;
    return pages;
  }

  private fillFilter(from: u32, to: u32): void {
    this.filter.clear();
    for (let i = from; i < to; i++) this.filter.add(this.tags.get(i));
  }

  private fillLowBits(from: u32, to: u32): void {
    memory.fill(this.lowBits.at(0), 0, LOW_WORDS * 8);
    for (let i = from; i < to; i++) {
      const low = <u32>this.tags.get(i) & (LOW_WORDS * 64 - 1);
      this.lowBits.set(low >> 6, this.lowBits.get(low >> 6) | ((<u64>1) << (low & 63)));
    }
  }

  private mayBeNamed(tag: u64): bool {
    const low = <u32>tag & (LOW_WORDS * 64 - 1);
    return ((this.lowBits.get(low >> 6) >> (low & 63)) & 1) != 0;
  }
}

function processOf(tag: u64): Asid {
  return <Asid>(tag >> 49);
}
