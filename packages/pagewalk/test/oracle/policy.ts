/** What a replacement policy is told and asked. The frames are the machine's own: a policy reads, and some clear, their ref bits. */
export interface Frame {
  resident: boolean;
  ref: boolean;
  dirty: boolean;
}

export abstract class Policy {
  /** Frames looked at to find victims. */
  steps = 0;
  protected readonly frames: readonly Frame[];

  constructor(frames: readonly Frame[]) {
    this.frames = frames;
  }

  /** Ref bit of a page whose load is its first use. */
  refOnLoad(): boolean {
    return true;
  }

  onLoad(_frame: number, _nextUse: number): void {}
  onHit(_frame: number, _nextUse: number): void {}
  onEvict(_frame: number): void {}
  /** After each touch, with the number of touches so far. */
  onTouched(_vtime: number): void {}

  /** The frame to evict. Every frame is resident when this is asked. */
  abstract victim(): number;
}

/** Every frame once, starting at the hand. */
export function around(hand: number, frames: number): number[] {
  return Array.from({ length: frames }, (_, step) => (hand + step) % frames);
}
