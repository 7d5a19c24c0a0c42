/**
 * What must hold of the pages of any machine, looked up from outside: not with `check()`, but in the views, with the regions that the model
 * knows of. Large pages share one count of references between many pages and are left out of what counts them.
 */

import type { SpaceModel } from '../oracle/space/model.ts';
import { indexOf, type Region } from '../oracle/space/region.ts';
import { splitTag } from './raw-engine.ts';
import type { Place, SpaceEngine } from './space-engine.ts';

interface Seen {
  readonly slot: number;
  readonly pid: number;
  readonly page: number;
  readonly place: Place;
}

const INVALID = (1n << 64n) - 1n;
const READ_ONLY = 2 ** 31;
const FRAME = 2 ** 30 - 1;
const TLBS = [0, 1, 2];
const VIEWS_OF_A_CPU = 8;

export function broken(engine: SpaceEngine, model: SpaceModel): string[] {
  const seen = engine.pids.flatMap((pid, slot) =>
    [...engine.places(slot)].map(([page, place]): Seen => ({ slot, pid, page, place })),
  );
  const hasLarge = (engine.config.words?.large_pages ?? 0) > 0 || seen.some(({ place }) => place.huge);
  return [...(hasLarge ? [] : miscounted(engine, model, seen)), ...disagreeing(model, seen), ...stale(engine, seen)];
}

/** References are mappings; what two private pages share nobody may write. */
function miscounted(engine: SpaceEngine, model: SpaceModel, seen: readonly Seen[]): string[] {
  const references = engine.view('frame_references') as number[];
  const counted = new Map<number, number>();
  for (const { frame } of seen.map(({ place }) => place)) {
    if (frame !== null) counted.set(frame, (counted.get(frame) ?? 0) + 1);
  }
  const wrong = [...counted].filter(([frame, times]) => references[frame] !== times);
  const open = seen.filter(
    ({ pid, page, place: { frame, writable } }) =>
      writable && frame !== null && (counted.get(frame) ?? 0) > 1 && regionOf(model, pid, page)?.shared !== true,
  );
  return [
    ...wrong.map(([frame, times]) => `frame ${frame}: ${references[frame]} references, ${times} pages`),
    ...open.map(({ pid, page }) => `page ${page} of ${pid} is private, shares its frame and may be written`),
  ];
}

/** A page of an object is in one frame for all who map it shared. */
function disagreeing(model: SpaceModel, seen: readonly Seen[]): string[] {
  const frames = new Map<object, Map<number, number>>();
  return seen.flatMap(({ pid, page, place: { frame } }) => {
    const region = regionOf(model, pid, page);
    if (frame === null || region === undefined || region.object === null || !region.shared) return [];
    const known = frames.get(region.object) ?? new Map<number, number>();
    frames.set(region.object, known);
    const index = indexOf(region, page);
    const first = known.get(index) ?? frame;
    known.set(index, first);
    return first === frame ? [] : [`page ${index} of an object is in frames ${first} and ${frame}`];
  });
}

const regionOf = (model: SpaceModel, pid: number, page: number): Region | undefined =>
  model.process(pid)?.regions.at(page);

/** Every TLB entry is of a page that is mapped, to that frame, with no more rights. */
function stale(engine: SpaceEngine, seen: readonly Seen[]): string[] {
  const cpus = engine.config.words?.cpus ?? 1;
  const places = new Map(seen.map(({ slot, page, place }) => [`${slot}:${page}`, place]));
  const indices = Array.from({ length: cpus }, (_, cpu) => TLBS.map((index) => cpu * VIEWS_OF_A_CPU + index)).flat();
  return indices.flatMap((index) => {
    const values = engine.view('cache_value', index) as number[];
    return (engine.view('cache_tag', index) as bigint[]).flatMap((tag, at) => {
      const { asid, page } = splitTag(tag);
      if (tag === INVALID || page >> 47n !== 0n) return [];
      const place = places.get(`${asid}:${page}`);
      const value = values[at] as number;
      const frame = value & FRAME;
      const where = `TLB ${index}: page ${page} of slot ${asid}`;
      if (place === undefined) return [`${where} is not there`];
      const isThere = place.zero ? frame === engine.config.frames : frame === place.frame;
      if (!isThere) return [`${where} is in frame ${place.frame}, not in ${frame}`];
      return value < READ_ONLY && !place.writable ? [`${where} may not be written`] : [];
    });
  });
}
