/** Plays a trace on machines up to one access, and hands that access over by itself. */
import type { Attendant } from '../../machine/attended.ts';
import { type Core, Refused } from '../../machine/core.ts';
import { countOperations } from '../../machine/operations/places.ts';
import { nextUsesOf, refuseSmallPages } from '../../machine/run.ts';
import { FOLDED, RECORD_BYTES } from '../../trace/record.ts';
import type { TraceSource } from '../../trace/source.ts';
import { recordTouches } from '../../trace/touches.ts';
import type { Past } from './past.ts';
import { accessesOf, type Single, wordsOf } from './records.ts';

/** A machine, and who follows its events. */
export interface Player {
  readonly core: Core;
  readonly past?: Past;
  /** Said behind the place of an operation that fails on a machine which is only there for comparison. */
  readonly role?: string;
}

export interface PlayOptions {
  readonly attendant?: Attendant | undefined;
  /** Asked after each chunk; true ends the play. */
  readonly until?: () => boolean;
}

const WORDS = RECORD_BYTES / 4;
const USE_BYTES = 8;

/**
 * Plays everything before access number `access` on all players, and returns that access; null if the trace ends before it. The source is
 * closed.
 *
 * @throws TraceError, MismatchError, and what the attendant throws.
 */
export async function playTo(
  source: TraceSource,
  players: readonly Player[],
  access: number,
  { attendant, until }: PlayOptions = {},
): Promise<Single | null> {
  let done = 0;
  let operations = 0;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      await attendant?.look();
      for (const { core } of players) prepare(core, source);
      const words = wordsOf(chunk.bytes.subarray(0, chunk.records * RECORD_BYTES));
      const nextUses = nextUsesOf(chunk);
      const [place, before] = placeOf(words, chunk.records, access - done);
      const known = { source, operations };
      if (place < chunk.records) return playPart(players, words, place, access - 1 - done - before, known, nextUses);
      for (const player of players) play(player, words, chunk.records, known, nextUses);
      operations += countOperations(words, 0, chunk.records);
      done += before;
      if (until?.() === true) return null;
    }
    return null;
  } finally {
    await source.close();
  }
}

/** The place of the record that holds the `wanted`-th access from here, or the end, and the accesses before that place. */
function placeOf(words: Uint32Array, records: number, wanted: number): [number, number] {
  let before = 0;
  for (let place = 0; place < records; place++) {
    const accesses = accessesOf(words, place);
    if (before + accesses >= wanted) return [place, before];
    before += accesses;
  }
  return [records, before];
}

/** Plays up to `part` accesses into the record at `place`, and returns the access behind them. */
function playPart(
  players: readonly Player[],
  words: Uint32Array,
  place: number,
  part: number,
  before: Before,
  nextUses: Uint8Array | undefined,
): Single {
  const one = words.slice(place * WORDS, (place + 1) * WORDS);
  if ((one[3]! & FOLDED) !== 0) one[2] = 1;
  const pageBytes = players[0]!.core.config.page_size;
  let firstUse = 0;
  for (let i = 0; nextUses && i < place; i++) firstUse += recordTouches(words, i, pageBytes);
  const uses = nextUses?.slice(firstUse * USE_BYTES, (firstUse + recordTouches(words, place, pageBytes)) * USE_BYTES);
  // What comes before the access in its own folded record is played as a shorter record.
  if (part > 0) words[place * WORDS + 2] = part;
  for (const player of players) play(player, words, part > 0 ? place + 1 : place, before, nextUses);
  return { record: new Uint8Array(one.buffer), nextUses: uses ?? null };
}

/** Before a chunk: the machine must fit the trace, and know the names in it. */
export function prepare(core: Core, source: TraceSource): void {
  refuseSmallPages(source, core.config.page_size);
  core.adopt(source);
}

/** A source, and how many of its operations are done. */
export interface Before {
  readonly source: TraceSource;
  readonly operations: number;
}

/** Runs the first `count` records on one machine. @throws OperationError with its place in the trace. */
export function play(
  { core, past, role = '' }: Player,
  words: Uint32Array,
  count: number,
  before: Before,
  nextUses?: Uint8Array,
): void {
  if (count === 0) return;
  core.load(new Uint8Array(words.buffer, words.byteOffset, count * RECORD_BYTES), nextUses);
  past?.expect(words, count);
  try {
    perform(core, count, (events) => past?.take(events), past !== undefined);
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { source, operations } = before;
    const index = operations + countOperations(words, 0, thrown.place);
    const line = source.operations?.lineOf(index) ?? null;
    const place = line === null ? `${source.name}: operation ${index + 1}` : `${source.name}:${line}`;
    throw thrown.error.at(place + role);
  }
}

/** Runs the records that are loaded, and passes their events on. */
export function perform(core: Core, count: number, take: (events: Uint8Array) => void, watched = true): void {
  core.setEvents(watched);
  try {
    for (let place = 0; place < count; ) {
      place = core.execute(place, count);
      if (!watched) continue;
      take(core.events());
      core.drainEvents();
    }
  } finally {
    core.setEvents(false);
  }
}
