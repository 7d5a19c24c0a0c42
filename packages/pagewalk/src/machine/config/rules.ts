/**
 * What keys demand of each other. A rule sees the keys that it `needs` once each of them has been read; it names the key to blame.
 * Rules are independent: all that fail are reported together.
 */
import { bitsFor, defaults, derivedRam, derivedVaBits, isSplit } from './derive.ts';
import { levelsOf } from './fields.ts';
import { bytesText, isPowerOfTwo } from './quantity.ts';
import type { Rule } from './rule.ts';
import type { Given } from './schema.ts';
import { SYSTEM_RULES } from './system-rules.ts';

const pageSize = (given: Given): number => given.page_size ?? defaults().page_size;
const levels = (given: Given): number => levelsOf(given.pt_type ?? defaults().pt_type);

/** A size that must be made of whole pages. */
const wholePages = (key: 'ram' | 'swap' | 'vspace'): Rule => ({
  blames: key,
  needs: [key, 'page_size'],
  check(given) {
    const bytes = given[key];
    const page = pageSize(given);
    if (!bytes || bytes % page === 0) return undefined;
    const below = Math.floor(bytes / page) * page;
    const above = bytesText(below + page);
    return {
      reason: `not a multiple of the page size ${bytesText(page)}`,
      remedy: below > 0 ? `give ${bytesText(below)} or ${above}` : `give at least ${above}`,
    };
  },
});

/** tlb_size and tlb_policy make one TLB; the other keys describe TLBs in another way. */
const alone = (key: 'tlb_size' | 'tlb_policy', remedy: string): Rule => ({
  blames: key,
  needs: [key, 'tlb', 'itlb', 'dtlb', 'stlb'],
  check(given) {
    const others = (['tlb', 'itlb', 'dtlb', 'stlb'] as const).filter((other) => given[other]);
    if (given[key] === undefined || others.length === 0) return undefined;
    return { reason: `cannot stand beside ${others.join(', ')}`, remedy };
  },
});

const BASE_RULES: readonly Rule[] = [
  wholePages('ram'),
  wholePages('swap'),
  wholePages('vspace'),
  {
    blames: 'frames',
    needs: ['frames', 'ram', 'page_size'],
    check(given) {
      if (given.frames === undefined || given.ram === undefined || derivedRam(given) === given.ram) return undefined;
      const frames = given.ram / pageSize(given);
      return { reason: `ram ${bytesText(given.ram)} is ${frames} frames`, remedy: 'give ram or frames, not both' };
    },
  },
  {
    blames: 'va_bits',
    needs: ['va_bits', 'page_size', 'pt_type', 'vspace'],
    check(given) {
      const bits = derivedVaBits(given);
      const least = Math.log2(pageSize(given)) + levels(given);
      if (bits >= least) return undefined;
      return {
        reason: `${levels(given)} levels need a bit each above the ${Math.log2(pageSize(given))} bits inside a page`,
        remedy: least <= 57 ? `give at least ${least} bits or fewer levels` : 'give fewer levels',
      };
    },
  },
  {
    blames: 'va_bits',
    needs: ['va_bits', 'vspace'],
    check({ va_bits, vspace }) {
      if (va_bits === undefined || !vspace || vspace <= 2 ** va_bits) return undefined;
      return {
        reason: `vspace ${bytesText(vspace)} needs ${bitsFor(vspace)} bits`,
        remedy: 'leave va_bits or vspace out',
      };
    },
  },
  {
    blames: 'pwc',
    needs: ['pwc', 'pt_type'],
    check(given) {
      const most = levels(given) - 1;
      if (!given.pwc || given.pwc.length <= most) return undefined;
      return {
        reason: `${given.pwc.length} page-walk caches, but ${most} inner levels`,
        remedy: most > 0 ? `give at most ${most} numbers, from the root down` : 'give none',
      };
    },
  },
  alone('tlb_size', 'leave it out, or the others: it makes the only TLB'),
  alone('tlb_policy', "leave it out and write the policy into the others: '64x4:fifo'"),
  {
    blames: 'tlb',
    needs: ['tlb', 'itlb', 'dtlb'],
    check(given) {
      if (!given.tlb?.first || !isSplit(given)) return undefined;
      return { reason: 'a unified first level cannot stand beside itlb or dtlb', remedy: 'give tlb, or itlb and dtlb' };
    },
  },
  {
    blames: 'stlb',
    needs: ['stlb', 'tlb'],
    check(given) {
      if (!given.stlb || !given.tlb?.named) return undefined;
      return { reason: 'tlb names a second level already', remedy: 'give it once' };
    },
  },
  {
    blames: 'tlb_size',
    needs: ['tlb_size', 'tlb_policy'],
    check({ tlb_size, tlb_policy }) {
      if (tlb_policy !== 'plru' || tlb_size === undefined || isPowerOfTwo(tlb_size)) return undefined;
      return { reason: `plru needs a tree over ${tlb_size} ways`, remedy: 'give a power of two, or another policy' };
    },
  },
];

export const RULES: readonly Rule[] = [...BASE_RULES, ...SYSTEM_RULES];
