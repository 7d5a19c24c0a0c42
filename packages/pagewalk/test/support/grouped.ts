/** Traces of loops for any machine, and their records in runs: cut by chance, so that members are cold, alone, of other sides and without rights, too. */

import { STOPS } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import type { MachineConfig } from '../oracle/config.ts';
import { isForeseeing } from '../oracle/future.ts';
import type { Access, Op } from '../oracle/trace.ts';
import { type Case, caseOf } from './arbitrary.ts';
import { Dice } from './dice.ts';
import { type RawEngine, Stopped } from './raw-engine.ts';
import { CHUNK_RECORDS, pack, RECORD_BYTES, recordUses } from './records.ts';

const OPS = { R: 0, W: 1, I: 2 } as const;
const RUN = 5;
const MEMBER = 6;

/** A seed with it, for what is chosen on the way. */
export interface Looped extends Case {
  readonly seed: number;
}

/** A machine, and stretches of accesses to a few of the pages of a random trace, ending in the random trace itself. */
export function loopsOf(config: fc.Arbitrary<MachineConfig>, length: number): fc.Arbitrary<Looped> {
  return fc
    .tuple(caseOf(config, 60), fc.nat(), fc.integer({ min: 1, max: length }))
    .map(([{ config, trace }, seed, steps]) => {
      const dice = new Dice(seed);
      // Only seldom is there something that no run can be played at once with.
      const verify = config.verify && dice.chance(0.2);
      const valid = trace.filter(({ address }) => isValid(config, address));
      const pages = dice.chance(0.2) || valid.length === 0 ? trace : valid;
      const pids = dice.one([1, 1, 3]);
      const all: Access[] = [];
      while (trace.length > 0 && all.length < steps) all.push(...stretch(pages, dice, pids, Math.min(steps, 120)));
      return { config: { ...config, verify }, trace: [...all, ...trace], seed };
    });
}

function isValid({ vspace, vaBits }: MachineConfig, address: bigint): boolean {
  if (vspace > 0n) return address < vspace;
  return BigInt.asUintN(64, BigInt.asIntN(vaBits, address)) === address;
}

/** Which members it has changes seldom, and what is done with them often. */
function stretch(pages: readonly Access[], dice: Dice, pids: number, most: number): Access[] {
  const pid = (pages[dice.below(pids) % pages.length] as Access).pid;
  const members = Array.from({ length: dice.between(1, dice.one([3, 6, 18])) }, () => dice.one(pages));
  const count = dice.one([1, 3, 20]);
  const others = dice.chance(0.1) ? 0.1 : 0;
  return Array.from({ length: dice.between(1, most) }, (): Access => {
    const member = dice.one(members);
    return {
      ...member,
      pid: dice.chance(others) ? member.pid : pid,
      extent: dice.between(1, count),
      folded: true,
    };
  });
}

/** Accesses of a program: a few pages again and again, sometimes others in passing, then other pages. */
export function loops(
  dice: Dice,
  { pages, length, pids }: { readonly pages: number; readonly length: number; readonly pids: number },
): Access[] {
  const trace: Access[] = [];
  const any = (pid: number): Access => ({
    pid,
    op: dice.one<Op>(['R', 'R', 'W', 'I']),
    address: BigInt(dice.below(pages)) << 12n,
    extent: 1,
    folded: true,
  });
  while (trace.length < length) {
    const pid = dice.between(1, pids);
    const members = Array.from({ length: dice.between(1, dice.one([4, 9])) }, () => any(pid));
    const few = dice.one([2, 2, 18]);
    for (let step = dice.between(5, 150); step > 0; step--)
      trace.push({ ...dice.one(members), extent: dice.between(1, few) });
    for (let passing = dice.below(6); passing > 0; passing--) trace.push(any(pid));
  }
  return trace;
}

/** Groups of records; each stands for the accesses from … end of the trace. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly end: number;
}

/** The trace in pieces, folded accesses in runs with this chance to begin one. */
export function grouped(trace: readonly Access[], dice: Dice, chance = 0.9): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < trace.length; ) {
    const end = dice.chance(chance) ? runEnd(trace, at, dice) : at;
    if (end === at) {
      const bytes = new Uint8Array(RECORD_BYTES);
      pack(new DataView(bytes.buffer), 0, trace[at] as Access);
      pieces.push({ bytes, from: at, end: at + 1 });
      at++;
    } else {
      pieces.push({ bytes: runOf(trace.slice(at, end)), from: at, end });
      at = end;
    }
  }
  return pieces;
}

const nameOf = ({ address, op }: Access): string => `${op} ${address}`;

function runEnd(trace: readonly Access[], from: number, dice: Dice): number {
  const most = from + dice.between(1, dice.one([3, 60, 500, 500]));
  const members = new Set<string>();
  let at = from;
  for (; at < Math.min(most, trace.length); at++) {
    const access = trace[at] as Access;
    if (!access.folded || access.pid !== trace[from]?.pid) break;
    members.add(nameOf(access));
    if (members.size > 16) break;
  }
  return at;
}

/** The records of a run of these accesses. */
export function runOf(accesses: readonly Access[]): Uint8Array {
  const last = new Map<string, Access>();
  const counts = new Map<string, number>();
  for (const access of accesses) {
    const name = nameOf(access);
    last.delete(name);
    last.set(name, access);
    counts.set(name, (counts.get(name) ?? 0) + access.extent);
  }
  const names = [...last.keys()];
  const steps = accesses.flatMap((access) => stepOf(names.indexOf(nameOf(access)), access.extent));
  const stepRecords = Math.ceil(steps.length / RECORD_BYTES);
  const bytes = new Uint8Array((1 + names.length + stepRecords) * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(accesses.length), true);
  view.setUint32(
    8,
    accesses.reduce((sum, { extent }) => sum + extent, 0),
    true,
  );
  view.setUint32(12, RUN | (names.length << 8) | (stepRecords << 16), true);
  for (const [place, name] of names.entries()) {
    const at = (1 + place) * RECORD_BYTES;
    const { address, op, pid } = last.get(name) as Access;
    view.setBigUint64(at, address, true);
    view.setUint32(at + 8, counts.get(name) as number, true);
    view.setUint32(at + 12, MEMBER | (OPS[op] << 5) | (pid << 8), true);
  }
  bytes.set(steps, (1 + names.length) * RECORD_BYTES);
  return bytes;
}

function stepOf(member: number, count: number): number[] {
  if (count < 16) return [(member << 4) | count];
  const bytes = [member << 4];
  let left = count;
  for (; left >= 0x80; left = Math.floor(left / 128)) bytes.push((left & 0x7f) | 0x80);
  return [...bytes, left];
}

/** Has the engine run the pieces; the event ring, if it is on, is drained whenever it is full. */
export function play<E extends RawEngine>(
  engine: E,
  config: MachineConfig,
  trace: readonly Access[],
  pieces: readonly Piece[],
): E {
  const uses = isForeseeing(config.policy) ? recordUses(trace, config.pageShift) : null;
  for (let at = 0; at < pieces.length; ) {
    let records = 0;
    let end = at;
    for (; end < pieces.length && end - at < 500; end++) {
      const more = (pieces[end] as Piece).bytes.length / RECORD_BYTES;
      if (records + more > CHUNK_RECORDS) break;
      records += more;
    }
    const chunk = pieces.slice(at, end);
    const bytes = new Uint8Array(engine.abi.memory.buffer, engine.abi.chunk() >>> 0, records * RECORD_BYTES);
    let to = 0;
    for (const piece of chunk) {
      bytes.set(piece.bytes, to);
      to += piece.bytes.length;
    }
    const next = uses?.slice(chunk[0]?.from, chunk.at(-1)?.end).flat();
    if (next) engine.words(engine.abi.nextUses(), next.length).set(next);
    runAll(engine, records);
    at = end;
  }
  return engine;
}

function runAll(engine: RawEngine, records: number): void {
  const { abi } = engine;
  for (let done = 0; done < records; ) {
    done += abi.run(done, records - done);
    const stop = STOPS[abi.stopReason()]?.name;
    if (stop === 'events_full') engine.onEventsFull();
    else if (stop !== 'none')
      throw new Stopped(`${stop} at record ${done}: ${engine.words(abi.stopDetail(), 4).join(' ')}`);
  }
}
