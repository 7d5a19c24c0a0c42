/** Free frames: buddy blocks and stacks, node by node, as drawings and against a list of what is in use. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { effort } from '../support/arbitrary.ts';
import { assembly } from '../support/assembly.ts';

interface Allocator {
  create(frames: number, nodes: number, buddy: boolean): void;
  mark(frame: number, frames: number, state: number): void;
  take(node: number, order: number): number;
  release(frame: number, order: number): void;
  fragment(permille: number): void;
  isUnmovable(frame: number): number;
  adopt(frames: number, inUse: number): void;
  toBlocks(): void;
  free(): number;
  freeOn(node: number): number;
  first(node: number): number;
  size(node: number): number;
  nodeOf(frame: number): number;
  freeBlocks(node: number, order: number): number;
  largestFree(node: number): number;
  unusable(node: number, order: number): number;
  check(): number;
}

const NONE = -1;
const instance = assembly<Allocator>('frames');
let frames = instance();
beforeEach(() => {
  frames = instance();
});

/** Free blocks of a node as `order:count`. */
function blocks(node = 0): string {
  const counts = Array.from({ length: 19 }, (_, order) => [order, frames.freeBlocks(node, order)] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([order, count]) => `${order}:${count}`)
    .join(' ');
}

describe('buddy blocks', () => {
  test('16 frames: one frame splits the whole, and comes back to it', () => {
    frames.create(16, 1, true);
    expect(blocks()).toBe('4:1');
    expect(frames.take(0, 0)).toBe(0);
    expect(blocks()).toBe('0:1 1:1 2:1 3:1');
    frames.release(0, 0);
    expect(blocks()).toBe('4:1');
  });

  test('the smallest block that fits is split, the lowest of its order', () => {
    //  0 1 2 3 4 5 6 7 8 9 …           taken: 0, then 1 (rest of the split), then 2–3, then 4 of the order-2 block
    frames.create(16, 1, true);
    expect([frames.take(0, 0), frames.take(0, 0), frames.take(0, 1), frames.take(0, 0)]).toEqual([0, 1, 2, 4]);
    expect(blocks()).toBe('0:1 1:1 3:1');
    frames.release(0, 0);
    expect(frames.take(0, 0)).toBe(0);
  });

  test('released in any order, the lowest goes first', () => {
    frames.create(8, 1, true);
    for (let f = 0; f < 8; f++) frames.take(0, 0);
    for (const f of [6, 2, 4]) frames.release(f, 0);
    expect([frames.take(0, 0), frames.take(0, 0), frames.take(0, 0), frames.take(0, 0)]).toEqual([2, 4, 6, NONE]);
  });

  test('a part of a block can be released alone', () => {
    frames.create(1024, 1, true);
    expect(frames.take(0, 9)).toBe(0);
    frames.release(3, 0);
    frames.release(2, 0);
    expect(blocks()).toBe('1:1 9:1');
  });

  test('blocks are aligned in frame numbers and never cross a node', () => {
    // 13 frames on 3 nodes: 0–4, 5–8, 9–12.
    frames.create(13, 3, true);
    expect([0, 1, 2].map((n) => [frames.first(n), frames.size(n), blocks(n)])).toEqual([
      [0, 5, '0:1 2:1'],
      [5, 4, '0:2 1:1'], // 5 | 6–7 | 8
      [9, 4, '0:2 1:1'], // 9 | 10–11 | 12
    ]);
    expect(frames.take(1, 2)).toBe(NONE);
    expect(frames.take(1, 1)).toBe(6);
  });

  test('1 GiB and what is above it', () => {
    frames.create(3 << 18, 1, true);
    expect(blocks()).toBe('18:3');
    expect([frames.take(0, 18), frames.take(0, 9), frames.largestFree(0)]).toEqual([0, 1 << 18, 18]);
  });
});

describe('contiguity', () => {
  test('one frame kept out of each 2 MiB block: most is free, none of it large', () => {
    frames.create(4096, 1, true);
    frames.fragment(1000);
    expect(frames.free()).toBe(4096 - 8);
    expect(frames.largestFree(0)).toBe(8);
    expect([frames.take(0, 9), frames.unusable(0, 9), frames.unusable(0, 8)]).toEqual([NONE, 1000, 499]);
  });

  test('half of them, spread evenly', () => {
    frames.create(4096, 2, true);
    frames.fragment(500);
    expect([blocks(0), blocks(1)].map((text) => text.split(' ').at(-1))).toEqual(['9:2', '9:2']);
    expect(Array.from({ length: 8 }, (_, block) => frames.isUnmovable(block * 512))).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });
});

describe('stacks', () => {
  test('from the lowest frame up; the frame released last goes first; single frames only', () => {
    frames.create(6, 2, false);
    expect([frames.take(0, 0), frames.take(0, 0), frames.take(1, 0), frames.take(0, 1)]).toEqual([0, 1, 3, NONE]);
    frames.release(1, 0);
    frames.release(0, 0);
    expect([frames.take(0, 0), frames.take(0, 0), frames.take(0, 0), frames.take(0, 0)]).toEqual([0, 1, 2, NONE]);
  });

  test('a running machine’s free frames are taken over, and become blocks', () => {
    frames.create(16, 1, false);
    frames.adopt(16, 3);
    frames.mark(0, 3, 1);
    expect([frames.free(), frames.check()]).toEqual([13, 1]);
    expect(frames.take(0, 0)).toBe(3);
    frames.release(3, 0);
    frames.toBlocks();
    expect(blocks()).toBe('0:1 2:1 3:1');
    expect(frames.check()).toBe(1);
  });
});

/** A step: take 2^order frames of a node, or release part of what was taken. */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ node: fc.nat(7), order: fc.nat(10) }) },
    { weight: 2, arbitrary: fc.record({ release: fc.nat(), split: fc.boolean() }) },
  ),
  { maxLength: 120 },
);

describe('any order of taking and releasing', () => {
  const machines = fc.record({
    frames: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 500, max: 5000 })),
    nodes: fc.integer({ min: 1, max: 8 }),
    buddy: fc.boolean(),
    permille: fc.constantFrom(0, 0, 300, 1000),
  });

  test('no frame is given twice, blocks are aligned, counts agree, and all comes back to the first state', () => {
    fc.assert(
      fc.property(machines, steps, (machine, program) => {
        const { nodes, buddy } = machine;
        frames = instance();
        frames.create(machine.frames, nodes, buddy);
        if (buddy && machine.permille > 0) {
          frames.fragment(machine.permille);
          for (let f = 0; f < machine.frames; f++) if (frames.isUnmovable(f)) frames.mark(f, 1, 1);
        }
        const picture = () => Array.from({ length: nodes }, (_, node) => `${frames.freeOn(node)} ${blocks(node)}`);
        const before = picture();
        const start = frames.free();
        const inUse = new Set<number>();
        let held: { frame: number; order: number }[] = [];
        const giveBack = ({ frame, order }: { frame: number; order: number }) => {
          frames.mark(frame, 2 ** order, 0);
          frames.release(frame, order);
          for (let f = frame; f < frame + 2 ** order; f++) inUse.delete(f);
        };
        for (const step of program) {
          if ('node' in step) {
            const node = step.node % nodes;
            const most = frames.largestFree(node);
            const frame = frames.take(node, step.order);
            const can = buddy
              ? most >= step.order
              : step.order === 0 && frames.freeOn(node) + (frame === NONE ? 0 : 1) > 0;
            expect(frame !== NONE).toBe(can);
            if (frame === NONE) continue;
            expect(frame % 2 ** step.order).toBe(0);
            for (let f = frame; f < frame + 2 ** step.order; f++) {
              expect(inUse.has(f)).toBe(false);
              expect(frames.nodeOf(f)).toBe(node);
              inUse.add(f);
            }
            frames.mark(frame, 2 ** step.order, 1);
            held.push({ frame, order: step.order });
          } else if (held.length > 0) {
            const at = step.release % held.length;
            const { frame, order } = held.splice(at, 1)[0] as { frame: number; order: number };
            if (step.split && order > 0) {
              // The lower half goes back, the upper one is kept.
              giveBack({ frame, order: order - 1 });
              held.push({ frame: frame + 2 ** (order - 1), order: order - 1 });
            } else giveBack({ frame, order });
          }
          expect(frames.free()).toBe(start - inUse.size);
          expect(frames.check()).toBe(1);
        }
        for (const block of held) giveBack(block);
        held = [];
        expect(picture()).toEqual(before);
        expect(frames.check()).toBe(1);
      }),
      effort(150),
    );
  });
});
