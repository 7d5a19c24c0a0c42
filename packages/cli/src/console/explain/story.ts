/** What a fault was about, in words without jargon. */
import type { Explanation, Result, TouchExplanation } from 'pagewalk/node';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { hex } from './words.ts';

/** A touch that failed. */
export function failureOf(result: Result, { machine, op }: Explanation, style: Style): string {
  const what = { read: 'read', write: 'written', ifetch: 'executed' }[op];
  switch (result) {
    case 'segfault':
      return `${style.warn('Segmentation fault:')} ${noSuchAddress(machine)} Nothing was read.`;
    case 'region':
      return `${style.warn('Segmentation fault:')} nothing is mapped at this address, and the machine has strict regions.`;
    case 'protection':
      return `${style.warn('Protection failure:')} the region does not allow that it is ${what}.`;
    case 'bus_error':
      return `${style.warn('Bus error:')} the page is behind the end of its file, or no large page could be had for it.`;
    default:
      return `${style.warn('Failed:')} the page is not in memory, no frame (of ${grouped(machine.frames)}) could be freed for it, and swap is full.`;
  }
}

function noSuchAddress({ va_bits: bits, vspace }: Explanation['machine']): string {
  if (vspace !== null) return `no such address: this machine has those below ${hex(BigInt(vspace))}.`;
  return `no such address: with ${bits} bits, all from bit ${bits - 1} up must be equal (a canonical address).`;
}

/** Why there was a fault. */
export function causeOf({ fault, verdict, history, translation }: TouchExplanation): string {
  const used = history.uses > 0;
  const from = grouped(translation.before.frame ?? 0);
  switch (fault?.kind) {
    case 'swap_in':
      return `the page was in swap slot ${grouped(fault.slot ?? 0)} and had to be read from there`;
    case 'demand_zero':
      if (!used) return 'nobody used the page before, so it is filled with zeroes';
      if (verdict?.class === 'cold') return 'the page was unmapped since its last use, so it begins with zeroes again';
      return 'the page had lost its frame and, never written to, was kept nowhere: it is filled with zeroes again';
    case 'zero_page':
      return 'a first read needs no frame: the entry points to the one page of zeroes that all readers share';
    case 'map':
      return 'the page was in memory, but not in this page table: only the entry was missing';
    case 'file_read':
      return 'the page was not in memory and had to be read from its file';
    case 'cow_copy':
      return `the first write to a page that others share (copy on write): it is copied from frame ${from}`;
    case 'cow_reuse':
      return 'the first write to a page that was shared, but nobody else has it any more: it is made writable without a copy';
    case 'write_notify':
      return 'the first write to a clean page of a shared file: the system notes that it must be written back';
    case 'hint':
      return 'the system had hidden the page to learn which node uses it';
    default:
      return fault?.meaning ?? '';
  }
}

/** Where the page is now, and what became of that frame's last page. */
export function frameOf({ frame, origin, eviction }: TouchExplanation): string {
  const number = grouped(frame ?? 0);
  switch (origin) {
    case 'zero_page':
      return 'It uses no frame yet.';
    case 'same':
      return `It stays in frame ${number}.`;
    case 'shared':
      return `It is in frame ${number}, which other mappings use too.`;
    case 'evicted':
      return `It got frame ${number}, for which ${leaver(eviction)} had to go.`;
    default:
      return `It got frame ${number}, which was free.`;
  }
}

function leaver(eviction: TouchExplanation['eviction']): string {
  if (!eviction) return 'another page';
  return eviction.page === null ? 'a cached page that nobody maps' : hex(eviction.page);
}
