import { column } from '../ds/column';
import { FRAME_EVICTABLE, FRAME_FREE, Frames } from '../frame/frames';
import { Frame, NONE } from '../types';

/** Frames in one block: as many as a vector has bytes, which is the width of ref bits and states. */
const BLOCK: u32 = 16;

/**
 * The age counters of aging, 16 frames at a time (v128), in the narrowest of 8, 16 and 32 bits that holds them. Ref bits and states are
 * bytes; they are widened to the lanes of an age. What is left over behind the last whole block goes frame by frame.
 */
export class Ages {
  private frames: Frames;
  private base: usize;
  private bits: u32;
  /** Bytes of an age: 1, 2 or 4. */
  private bytes: u32;

  constructor(frames: Frames, bits: u32) {
    const bytes: u32 = bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
    this.frames = frames;
    this.bits = bits;
    this.bytes = bytes;
    this.base = column<u8>(frames.count * bytes).at(0);
  }

  get(frame: Frame): u32 {
    if (this.bytes == 1) return load<u8>(this.at<u8>(frame));
    if (this.bytes == 2) return load<u16>(this.at<u16>(frame));
    return load<u32>(this.at<u32>(frame));
  }

  set(frame: Frame, age: u32): void {
    if (this.bytes == 1) store<u8>(this.at<u8>(frame), <u8>age);
    else if (this.bytes == 2) store<u16>(this.at<u16>(frame), <u16>age);
    else store<u32>(this.at<u32>(frame), age);
  }

  /** Shifts the ref bit of each frame in use into its age, and clears it. */
  tick(): void {
    if (this.bytes == 1) this.tickOf<u8>();
    else if (this.bytes == 2) this.tickOf<u16>();
    else this.tickOf<u32>();
  }

  /** Of the frames that may be taken: first by ref bit, then by age, then from the hand on. All pages are in scope. */
  oldest(hand: Frame): Frame {
    if (this.bytes == 1) return this.oldestOf<u8>(hand);
    if (this.bytes == 2) return this.oldestOf<u16>(hand);
    return this.oldestOf<u32>(hand);
  }

  @inline
  private at<T>(frame: Frame): usize {
    return this.base + <usize>frame * sizeof<T>();
  }

  /** Part `k` of a vector of bytes, as many lanes of T as fit into a vector; signed, so that a mask stays one. */
  @inline
  private part<T>(bytes: v128, k: u32): v128 {
    if (sizeof<T>() == 1) return bytes;
    if (sizeof<T>() == 2) return k == 0 ? i16x8.extend_low_i8x16_s(bytes) : i16x8.extend_high_i8x16_s(bytes);
    const half = k < 2 ? i16x8.extend_low_i8x16_s(bytes) : i16x8.extend_high_i8x16_s(bytes);
    return (k & 1) == 0 ? i32x4.extend_low_i16x8_s(half) : i32x4.extend_high_i16x8_s(half);
  }

  /** new = (old >> 1) | (ref << top) in part `k` of the frames of `used`. */
  @inline
  private shift<T>(age: usize, refs: v128, used: v128, k: u32): void {
    const place = age + k * 16;
    const old = v128.load(place);
    const aged = v128.or(v128.shr<T>(old, 1), v128.shl<T>(this.part<T>(refs, k), <i32>this.bits - 1));
    v128.store(place, v128.bitselect(aged, old, this.part<T>(used, k)));
  }

  @inline
  private smaller<T>(least: v128, age: usize, candidates: v128, k: u32): v128 {
    return v128.min<T>(least, v128.or(v128.load(age + k * 16), v128.not(this.part<T>(candidates, k))));
  }

  /** Which candidates of part `k` have this age: a bit for each frame of the block. */
  @inline
  private matches<T>(wanted: v128, age: usize, candidates: v128, k: u32): u32 {
    const equal = v128.eq<T>(v128.load(age + k * 16), wanted);
    return (<u32>v128.bitmask<T>(v128.and(equal, this.part<T>(candidates, k)))) << (k * (16 / sizeof<T>()));
  }

  private tickOf<T>(): void {
    const frames = this.frames;
    const count = frames.count;
    const free = i8x16.splat(FRAME_FREE);
    let f: u32 = 0;
    for (; f + BLOCK <= count; f += BLOCK) {
      const refs = v128.load(frames.ref.at(f));
      const used = i8x16.ne(v128.load(frames.state.at(f)), free);
      const age = this.at<T>(f);
      this.shift<T>(age, refs, used, 0);
      if (sizeof<T>() > 1) this.shift<T>(age, refs, used, 1);
      if (sizeof<T>() > 2) {
        this.shift<T>(age, refs, used, 2);
        this.shift<T>(age, refs, used, 3);
      }
      v128.store(frames.ref.at(f), v128.andnot(refs, used));
    }
    for (; f < count; f++) {
      if (frames.state.get(f) == FRAME_FREE) continue;
      this.set(f, (this.get(f) >> 1) | ((<u32>frames.ref.get(f)) << (this.bits - 1)));
      frames.ref.set(f, 0);
    }
  }

  private oldestOf<T>(hand: Frame): Frame {
    for (let ref: u8 = 0; ref <= 1; ref++) {
      const age = this.leastOf<T>(ref);
      if (age == u64.MAX_VALUE) continue;
      const count = this.frames.count;
      const found = this.firstOf<T>(ref, <T>age, hand, count);
      return found != NONE ? found : this.firstOf<T>(ref, <T>age, 0, hand);
    }
    return NONE;
  }

  /** The frames of a block that may be taken and have this ref bit, as a mask of bytes. */
  @inline
  private candidates(f: Frame, ref: u8): v128 {
    const evictable = i8x16.eq(v128.load(this.frames.state.at(f)), i8x16.splat(FRAME_EVICTABLE));
    return v128.and(evictable, i8x16.eq(v128.load(this.frames.ref.at(f)), i8x16.splat(ref)));
  }

  @inline
  private isCandidate(f: Frame, ref: u8): bool {
    return this.frames.state.get(f) == FRAME_EVICTABLE && this.frames.ref.get(f) == ref;
  }

  /** The least age among the candidates; all ones: there are none. Nothing is below 0, so that ends the search. */
  private leastOf<T>(ref: u8): u64 {
    const count = this.frames.count;
    let least = v128.splat<T>(<T>-1);
    let any = i8x16.splat(0);
    let f: u32 = 0;
    for (; f + BLOCK <= count; f += BLOCK) {
      const candidates = this.candidates(f, ref);
      const age = this.at<T>(f);
      any = v128.or(any, candidates);
      least = this.smaller<T>(least, age, candidates, 0);
      if (sizeof<T>() > 1) least = this.smaller<T>(least, age, candidates, 1);
      if (sizeof<T>() > 2) {
        least = this.smaller<T>(least, age, candidates, 2);
        least = this.smaller<T>(least, age, candidates, 3);
      }
      if (!v128.all_true<T>(least)) return 0;
    }
    let result = u64.MAX_VALUE;
    if (v128.any_true(any)) {
      const lanes = memory.data(16);
      v128.store(lanes, least);
      for (let i: usize = 0; i < 16; i += sizeof<T>()) result = min<u64>(result, <u64>load<T>(lanes + i));
    }
    for (; f < count; f++) if (this.isCandidate(f, ref)) result = min<u64>(result, this.get(f));
    return result;
  }

  /** The first candidate of this age in from … end - 1, or NONE. */
  private firstOf<T>(ref: u8, age: T, from: Frame, end: Frame): Frame {
    const wanted = v128.splat<T>(age);
    let f = from;
    for (; f + BLOCK <= end; f += BLOCK) {
      const candidates = this.candidates(f, ref);
      const at = this.at<T>(f);
      let found = this.matches<T>(wanted, at, candidates, 0);
      if (sizeof<T>() > 1) found |= this.matches<T>(wanted, at, candidates, 1);
      if (sizeof<T>() > 2) {
        found |= this.matches<T>(wanted, at, candidates, 2);
        found |= this.matches<T>(wanted, at, candidates, 3);
      }
      if (found != 0) return f + <u32>ctz(found);
    }
    for (; f < end; f++) if (this.isCandidate(f, ref) && this.get(f) == <u32>age) return f;
    return NONE;
  }
}
