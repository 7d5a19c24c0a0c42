import { Column, column, Frame, HashIndex, Lists, NONE, PageKey, Policy, PolicyContext } from 'pagewalk/policy';

/** A policy that does what the parameter says, each a way to harm whoever runs it. Otherwise it is FIFO. */
export const policy = {
  id: 'hostile',
  observes: 'every-access',
  repeats: 'always',
  releases: true,
  params: [{ name: 'crime', default: 0, min: 0, max: 99, meaning: 'which' }],
};

class Node {
  next: Node | null = null;
}

function endlessly(n: u32): u32 {
  return endlessly(n + 1) + 1;
}

export class Hostile extends Policy {
  private crime: u32;
  private queue: Lists;
  private other: Lists;
  private pages: HashIndex;
  private ages: Column<u32>;
  private zero: u32 = 0;
  private none: f64 = 0;
  private chain: Node | null = null;

  constructor(context: PolicyContext) {
    super(context);
    const count = context.frames.count;
    const crime = <u32>context.params.get(0);
    this.crime = crime;
    this.queue = new Lists(count, 1);
    this.other = new Lists(count, 2);
    this.pages = new HashIndex(4);
    this.ages = column<u32>(count);
    if (crime == 1) for (;;) this.zero++;
    if (crime == 2) this.ages = column<u32>(1 << 28);
    if (crime == 3) this.hoard();
    if (crime == 4) endlessly(0);
    if (crime == 5) throw new Error('no such machine');
    if (crime == 6) this.ages.set(count, 1);
    if (crime == 7) this.keepsRecency = true;
    if (crime == 8) this.tick = 10;
    if (crime == 9) this.ages = column<u32>(u32.MAX_VALUE);
    this.releaseAt = crime >= 60 && crime < 70 ? 0 : u64.MAX_VALUE;
  }

  private hoard(): void {
    for (;;) {
      const node = new Node();
      node.next = this.chain;
      this.chain = node;
    }
  }

  onLoad(frame: Frame, page: PageKey): void {
    if (this.crime == 40) while (true) {}
    if (this.crime == 41) return;
    if (this.crime == 42) this.queue.pushBack(0, this.frames.count + 5);
    if (this.crime == 43) this.queue.pushBack(7, frame);
    this.queue.pushBack(0, frame);
  }

  onHit(frame: Frame): void {
    if (this.crime == 45) for (;;) this.onTick();
    if (this.crime == 46) this.ages.set(frame + this.frames.count, 1);
  }

  onEvict(frame: Frame): void {
    if (this.crime == 48) throw new Error('I will not');
    if (this.crime == 49) return;
    this.queue.remove(frame);
  }

  onTick(): void {
    if (this.crime == 8)
      do this.zero = 0;
      while (this.zero == 0);
  }

  surplus(): Frame {
    if (this.crime == 60) return this.frames.count;
    return NONE;
  }

  victim(page: PageKey): Frame {
    const count = this.frames.count;
    switch (this.crime) {
      case 10:
        while (this.queue.front(0) != NONE) this.steps++;
        break;
      case 11:
        return count;
      case 12:
        return NONE;
      case 13:
        throw new Error('no victim today');
      case 14:
        assert(count == 0, 'there are frames');
        break;
      case 15:
        return this.ages.get(this.zero - 1);
      case 16:
        this.ages = column<u32>(1);
        break;
      case 17:
        return 1 / this.zero;
      case 18:
        return endlessly(0);
      case 19:
        return <u32>(1.0 / this.none);
      case 20:
        this.chain = new Node();
        break;
      case 21:
        return u32(this.frames.isEvictable(NONE));
      case 22:
        this.other.remove(0);
        break;
      case 23:
        for (let key: u64 = 0; key < 100; key++) this.pages.set(key, key);
        break;
      case 24:
        this.frames.ref.set(count + 1000, 1);
        break;
      case 25:
        return this.chain!.next!.next == null ? 1 : 0;
      case 26:
        this.time.of(NONE);
        break;
      case 27:
        this.writer.schedule(count);
        break;
      case 28:
        // Each call is cheap, and there are too many of them.
        for (let i: u32 = 0; i < 4_000_000; i++) this.agrees(0, true);
        break;
      case 29:
        return 0;
    }
    for (let f = this.queue.front(0); !this.queue.isEnd(f); f = this.queue.after(f)) {
      this.steps++;
      if (this.frames.isEvictable(f)) return f;
    }
    return NONE;
  }

  state(frame: Frame): u32 {
    while (this.crime == 70) this.zero++;
    return frame;
  }

  agrees(frame: Frame, resident: bool): bool {
    for (let i: u32 = 0; i < 10; i++) this.zero += i * 0;
    if (this.crime == 71) for (;;) {}
    return this.queue.holds(frame) == resident;
  }
}
