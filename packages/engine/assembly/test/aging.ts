/**
 * Exports of aging's counters for packages/pagewalk/test/engine/ages.test.ts and bench/aging.ts, and the same frame by frame: the reference for
 * both. They share the frames, so whoever compares sets the ref bits twice.
 */
import { Column, column } from '../ds/column';
import { FRAME_FREE, Frames } from '../frame/frames';
import { Ages } from '../policy/ages';
import { Clock } from '../time/clock';
import { NONE } from '../types';

let frames = changetype<Frames>(0);
let ages = changetype<Ages>(0);
let plain = changetype<Column<u32>>(0);
let bits: u32 = 0;

export function create(count: u32, width: u32): void {
  frames = new Frames(count, false, new Clock(0, 0, 0, 4));
  ages = new Ages(frames, width);
  plain = column<u32>(count);
  bits = width;
}

/** Addresses of the columns of bytes; both are one longer than there are frames. */
export function refs(): usize {
  return frames.ref.at(0);
}

export function states(): usize {
  return frames.state.at(0);
}

export function setAge(frame: u32, age: u32): void {
  ages.set(frame, age);
  plain.set(frame, age);
}

export function age(frame: u32): u32 {
  return ages.get(frame);
}

export function plainAge(frame: u32): u32 {
  return plain.get(frame);
}

export function tick(): void {
  ages.tick();
}

export function plainTick(): void {
  const ref = frames.ref;
  const state = frames.state;
  const ages = plain;
  const count = frames.count;
  const top = bits - 1;
  for (let f: u32 = 0; f < count; f++) {
    if (state.get(f) == FRAME_FREE) continue;
    ages.set(f, (ages.get(f) >> 1) | ((<u32>ref.get(f)) << top));
    ref.set(f, 0);
  }
}

export function oldest(hand: u32): u32 {
  return ages.oldest(hand);
}

export function plainOldest(hand: u32): u32 {
  const all = frames;
  const ages = plain;
  const count = all.count;
  const width = bits;
  let best = NONE;
  let least = u64.MAX_VALUE;
  let f = hand;
  for (let i: u32 = 0; i < count; i++) {
    const age = ((<u64>all.ref.get(f)) << width) | ages.get(f);
    if (age < least && all.isEvictable(f)) {
      least = age;
      best = f;
    }
    f = f + 1 == count ? 0 : f + 1;
  }
  return best;
}
