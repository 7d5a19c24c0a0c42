/** The ring between the thread that reads and those that play: order, room, the end, and counts that go round. */
import { expect, test } from 'vitest';
import type { Feed } from '../../src/lab/compare/cell.ts';
import { RingReader, RingWriter, ringMemory, SLOTS } from '../../src/lab/compare/ring.ts';

const feed = (value: number, nextUses = false): Feed => ({
  bytes: new Uint8Array(32).fill(value),
  records: 2,
  nextUses: nextUses ? new Uint8Array(16).fill(value + 1) : undefined,
  accesses: value * 10,
  operations: value,
  even: value % 2 === 0,
});

test('what is written comes out, as it was, in order', () => {
  const memory = ringMemory(1, true);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory, 0)];
  for (const value of [1, 2, 3]) writer.write(feed(value, value === 2));
  expect(reader.take()).toEqual([1, 2, 3].map((value) => feed(value, value === 2)));
});

test('there is room until the slowest reader is a ring behind', async () => {
  const memory = ringMemory(2, false);
  const writer = new RingWriter(memory);
  const [quick, slow] = [new RingReader(memory, 0), new RingReader(memory, 1)];
  for (let value = 0; value < SLOTS; value++) {
    expect(writer.room()).toBe(true);
    writer.write(feed(value));
  }
  for (let half = 0; half < 2; half++) quick.release(quick.take().length);
  const room = writer.room();
  expect(room).not.toBe(true);
  slow.release(slow.take().length);
  await room;
  expect(writer.room()).toBe(true);
  expect(slow.take()[0]?.operations).toBe(SLOTS / 2);
});

test('readers leave the writer half of the ring', () => {
  const memory = ringMemory(1, false);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory, 0)];
  for (let value = 0; value < SLOTS; value++) writer.write(feed(value));
  expect(reader.take().length).toBe(SLOTS / 2);
});

test('the end comes behind everything that was written', () => {
  const memory = ringMemory(1, false);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory, 0)];
  writer.write(feed(7));
  writer.end();
  expect(reader.take().length).toBe(1);
  reader.release(1);
  expect(reader.take()).toEqual([]);
});

test('counts of chunks go round', () => {
  const memory = ringMemory(1, false);
  const begin = 2 ** 31 - 5;
  new Int32Array(memory.control).fill(begin, 0, 1).fill(begin, 5);
  const [writer, reader] = [new RingWriter(memory), new RingReader(memory, 0, begin)];
  for (let value = 0; value < 40; value++) {
    expect(writer.room()).toBe(true);
    writer.write(feed(value));
    expect(reader.take().map(({ operations }) => operations)).toEqual([value]);
    reader.release(1);
  }
});

test('machines that were given up are counted', () => {
  const memory = ringMemory(2, false);
  new RingReader(memory, 0).fail(2);
  new RingReader(memory, 1).fail(1);
  expect(new RingWriter(memory).failed).toBe(3);
});
