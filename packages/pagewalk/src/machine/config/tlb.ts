/**
 * The shape of one TLB as text: `ENTRIES[xWAYS][:POLICY]`, e.g. `64x4:lru`; `64` alone is fully associative; `none` is no TLB.
 * Sets = entries / ways need not be a power of two: 1536x12 has 128 sets, 1000x8 has 125.
 */
import { TLB_POLICIES, type TlbPolicy } from '@pagewalk/engine/catalog';
import { nearest } from './nearest.ts';
import { isPowerOfTwo } from './quantity.ts';

export interface TlbShape {
  readonly entries: number;
  readonly ways: number;
  readonly policy: TlbPolicy;
}

export const MAX_TLB_ENTRIES = 1 << 20;

export interface Complaint {
  readonly reason: string;
  readonly remedy: string;
}

const SPEC = /^(\d+)(?:x(\d+))?(?::(\w+))?$/i;

/** A shape, null for `none`, or complaints. */
export function parseTlb(text: string): TlbShape | null | Complaint[] {
  const spec = text.trim();
  if (/^(none|off|0)$/i.test(spec)) return null;
  const match = SPEC.exec(spec);
  if (!match) return [{ reason: 'not a TLB', remedy: "give ENTRIES[xWAYS][:POLICY] such as '64x4:lru', or none" }];
  const entries = Number(match[1]);
  const ways = match[2] === undefined ? entries : Number(match[2]);
  const name = match[3] ?? 'lru';
  const policy = readTlbPolicy(name);
  if (typeof policy !== 'string') return [...policy, ...complaintsAbout({ entries, ways, policy: 'lru' })];
  const shape = { entries, ways, policy };
  const complaints = complaintsAbout(shape);
  return complaints.length > 0 ? complaints : shape;
}

/** The policy inside the sets of a TLB, any case. */
export function readTlbPolicy(text: string): TlbPolicy | Complaint[] {
  const name = text.trim().toLowerCase();
  const policy = TLB_POLICIES.find((known) => known === name);
  if (policy) return policy;
  const meant = nearest(name, TLB_POLICIES);
  const known = `give ${TLB_POLICIES.join(', ')}`;
  return [{ reason: `no TLB policy '${text}'`, remedy: meant ? `did you mean ${meant}? ${known}` : known }];
}

/** What keeps a shape from being built. */
export function complaintsAbout({ entries, ways, policy }: TlbShape): Complaint[] {
  if (entries < 1 || entries > MAX_TLB_ENTRIES) {
    return [{ reason: `${entries} entries`, remedy: `give 1 to ${MAX_TLB_ENTRIES} entries, or none` }];
  }
  const complaints: Complaint[] = [];
  if (ways < 1 || ways > entries || entries % ways !== 0) {
    complaints.push({ reason: `${ways} ways do not divide ${entries} entries`, remedy: waysRemedy(entries, ways) });
  }
  if (policy === 'plru' && !isPowerOfTwo(ways)) {
    complaints.push({
      reason: `plru needs a tree over ${ways} ways`,
      remedy: 'give a power of two as ways, or another policy',
    });
  }
  return complaints;
}

function waysRemedy(entries: number, wanted: number): string {
  let below = Math.max(1, Math.min(wanted, entries));
  while (entries % below !== 0) below -= 1;
  let above = Math.max(1, Math.min(wanted, entries));
  while (entries % above !== 0) above += 1;
  return below === above ? `give ${below} ways` : `give ${below} or ${above} ways`;
}

/** The text that `parseTlb` reads back. */
export function tlbText(shape: TlbShape | null): string {
  return shape === null ? 'none' : `${shape.entries}x${shape.ways}:${shape.policy}`;
}
