/**
 * What a replacement policy is told and asked, and the world that it sees. The frames are the machine's own: a policy reads, and some clear,
 * their ref bits. A frame stands for the page in it from `onLoad` to `onEvict`; what a policy remembers of a page for longer than that, it
 * remembers by the page's name.
 */
export interface Frame {
  readonly resident: boolean;
  ref: boolean;
  readonly dirty: boolean;
  /** A write-back ahead of the eviction is under way. */
  readonly writing: boolean;
  /** The process whose page it is; null: nobody's. */
  readonly owner: number | null;
  /** It may be taken: it is resident and within what the search is restricted to. */
  readonly evictable: boolean;
}

export interface World {
  readonly frames: readonly Frame[];
  /** Number of the touch that is being served; the first is 1. */
  now(): number;
  /** Touches of a process so far, the one being served included: its virtual time. */
  timeOf(owner: number): number;
  /** Posts the write of a dirty frame, which is clean then. False: no slot, no room in the queue, or not dirty. */
  schedule(frame: number): boolean;
  /** Writes scheduled and not finished. */
  pendingWrites(): number;
  /** The process that runs. */
  running(): number;
  /** Processes that have appeared. */
  processes(): number;
  /** The number that stands for a page in the engine: for policies that hash pages. */
  keyOf(page: string): bigint;
  readonly seed: bigint;
}

/** No frame; in `victim()`, none that may be taken. */
export const NONE = -1;

export abstract class Policy {
  /** Frames looked at to find victims. */
  steps = 0;
  /** Victims that the rule of the policy did not want, where it says that there are such. */
  fallbacks = 0;
  /** Whether `steps` is what the engine counts; where it is not, the head of the file says why. */
  readonly countsSteps: boolean = true;
  protected readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  protected get frames(): readonly Frame[] {
    return this.world.frames;
  }

  /** Ref bit of a page whose load is its first use. */
  refOnLoad(): boolean {
    return true;
  }

  onLoad(_frame: number, _page: string, _nextUse: number): void {}
  onHit(_frame: number, _nextUse: number): void {}
  onEvict(_frame: number): void {}
  /** After each touch, with the number of touches so far. */
  onTouched(_vtime: number): void {}

  /** Frames to give back now, in this order: asked after each touch, when all else is done. */
  surplus(): number[] {
    return [];
  }

  /** The frame to evict for this page, which is not resident: an evictable one, or NONE. May be asked again for the same page. */
  abstract victim(page: string): number;
}

/** A policy from its parameters, in the order of its catalog row. */
export type PolicyMaker = (world: World, params: readonly number[]) => Policy;

/** Every frame once, starting at the hand. */
export function around(hand: number, frames: number): number[] {
  return Array.from({ length: frames }, (_, step) => (hand + step) % frames);
}
