import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { access } from '../support.ts';
import { readBack, written } from './support.ts';

const LONG = process.env['SOAK'] === '1';

const records = Array.from({ length: 60 }, (_, index) => {
  return access(index % 3, index % 2 === 0 ? 'read' : 'ifetch', BigInt(index * 977) ** 3n % 2n ** 40n, (index % 7) + 1);
});
const sample = written({ records, names: ['a'] }, { blockEvents: 12, frameBytes: 140, facts: { tool: 'test' } });
const stored = written({ records: records.slice(0, 20) }, { blockEvents: 12, host: {} });

/** Byte place of each section, its tag and its length. */
function sectionsOf(bytes: Uint8Array): { place: number; tag: string; end: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sections = [];
  for (let place = 12; place < bytes.length; ) {
    const end = place + 12 + view.getUint32(place + 4, true);
    sections.push({ place, tag: String.fromCharCode(...bytes.subarray(place, place + 4)), end });
    place = end;
  }
  return sections;
}

/** With its checksum put right. */
function mended(bytes: Uint8Array, { place, end }: { place: number; end: number }): Uint8Array {
  new DataView(bytes.buffer).setUint32(end - 4, crc32(bytes.subarray(place, end - 4)), true);
  return bytes;
}

describe('cut at every byte', () => {
  test.each<[string, Promise<Uint8Array>, number]>([
    ['stored', stored, 1],
    ['compressed', sample, LONG ? 1 : 13],
  ])(
    '%s: strict reading says so, lenient reading keeps the whole blocks and counts the rest',
    async (_, made, step) => {
      const bytes = await made;
      const sections = sectionsOf(bytes);
      const blocks = sections.filter(({ tag }) => tag === 'BLOK');
      const whole = (await readBack(bytes)).events;
      for (let length = 0; length < bytes.length; length += step) {
        const cut = bytes.slice(0, length);
        const strict = await readBack(cut, length < 8 ? {} : { format: 'vmt' });
        expect(strict.error, `cut at ${length}`).not.toBeNull();
        if (length < 12) continue;
        expect(strict.error!.message, `cut at ${length}`).toMatch(/^trace: byte \d+: truncated: /);
        const lenient = await readBack(cut, { lenient: true });
        const kept = blocks.filter(({ end }) => end <= length).length * 12;
        expect(lenient.events, `cut at ${length}`).toEqual(whole.slice(0, kept));
        if (kept === 0) continue;
        expect(lenient.error).toBeNull();
        const begun = sections.find(({ place, end }) => place < length && end > length);
        expect(lenient.info.truncatedTail, `cut at ${length}`).toBe(begun ? length - begun.place : 0);
        expect(lenient.info.notes).toEqual(['the file has no end: it was cut, or never finished']);
      }
    },
  );
});

describe('bits that flipped', () => {
  test.each<[string, Promise<Uint8Array>, number]>([
    ['stored', stored, LONG ? 1 : 2],
    ['compressed', sample, LONG ? 1 : 7],
  ])('%s: every byte of it', async (_, made, step) => {
    const bytes = await made;
    const whole = (await readBack(bytes)).events;
    for (let at = 0; at < bytes.length; at += step) {
      const bad = bytes.slice();
      bad[at]! ^= 1 << (at % 8);
      const { error, events } = await readBack(bad, { format: 'vmt' });
      // The two bytes behind the version are not used.
      if (at === 10 || at === 11) expect(error).toBeNull();
      else expect(error, `byte ${at}`).not.toBeNull();
      expect(whole.slice(0, events.length)).toEqual(events);
      const lenient = await readBack(bad, { format: 'vmt', lenient: true });
      if (lenient.error === null && at > 11) {
        expect(lenient.info.firstSkipped ?? lenient.info.notes[0], `byte ${at}`).toBeTruthy();
      }
    }
  });

  test('with checksums put right: an error or other records, and never a crash', async () => {
    const [packed, plain] = [await sample, await stored];
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (isPacked, which, changes) => {
          const bytes = (isPacked ? packed : plain).slice();
          const sections = sectionsOf(bytes);
          const section = sections[which % sections.length]!;
          for (const [at, value] of changes)
            bytes[section.place + 8 + (at % (section.end - section.place - 12))] = value;
          for (const lenient of [false, true]) {
            const { events } = await readBack(mended(bytes, section), { lenient });
            expect(events.length).toBeLessThan(70_000);
          }
        },
      ),
      { numRuns: LONG ? 5000 : 100 },
    );
  });
});

describe('messages', () => {
  test.each<[string, (bytes: Uint8Array, blocks: { place: number; end: number }[]) => Uint8Array, string]>([
    [
      'another version',
      (bytes) => bytes.fill(2, 8, 9),
      'trace: byte 8: version 2 of .vmt: expected version 1; a newer vmm reads and converts it',
    ],
    [
      'a transfer as text',
      (bytes) => bytes.fill(10, 4, 5),
      'trace: byte 0: no .vmt file: expected the bytes 89 56 4d 54 0d 0a 1a 0a; a transfer as text would have changed them',
    ],
    [
      'a bad head',
      (bytes) => bytes.fill(7, 22, 23),
      'trace: byte 12: damaged head: expected bytes that fit their checksum',
    ],
    [
      'a bad block',
      (bytes, [, second]) => bytes.fill(7, second!.end - 5, second!.end - 4),
      'trace: record 2: byte PLACE: damaged block: expected bytes that fit their checksum',
    ],
    [
      'a block that is missing',
      (bytes, [first, second]) => Uint8Array.from([...bytes.slice(0, first!.place), ...bytes.slice(second!.place)]),
      'trace: record 1: byte 43: damaged block (number 1, not 0)',
    ],
    [
      'a codec to come',
      (bytes, [, second]) => mended(bytes.fill(9, second!.place + 8, second!.place + 9), second!),
      'trace: record 2: byte PLACE: damaged block (codec 9, which this version does not know)',
    ],
    [
      'a kind to come',
      (bytes, [, second]) => mended(bytes.fill(9, second!.place + 9, second!.place + 10), second!),
      'trace: record 2: byte PLACE: damaged block (kind 9, which this version does not know)',
    ],
    [
      'a section to come',
      (bytes, [, second]) => mended(bytes.fill(0x58, second!.place, second!.place + 4), second!),
      'trace: byte PLACE: section XXXX: expected one that this version knows; a newer vmm may read it',
    ],
    [
      'no section',
      (bytes, [, second]) => bytes.fill(0x30, second!.place, second!.place + 4),
      'trace: byte PLACE: no section: expected a tag of 4 letters',
    ],
    [
      'a huge block',
      (bytes, [, second]) => bytes.fill(0xff, second!.place + 4, second!.place + 8),
      'trace: byte PLACE: a block of 4294967295 bytes: expected 32 to 2162688',
    ],
    [
      'more behind the end',
      (bytes) => Uint8Array.from([...bytes, 1]),
      'trace: byte END: data behind the end: expected the end of the file',
    ],
  ])('%s', async (_, change, expected) => {
    const bytes = (await sample).slice();
    const blocks = sectionsOf(bytes).filter(({ tag }) => tag === 'BLOK');
    const { error } = await readBack(change(bytes, blocks), { format: 'vmt' });
    const message = expected.replace('PLACE', String(blocks[1]!.place)).replace('END', String((await sample).length));
    expect(error?.message).toBe(message);
  });

  test('a section that need not be known is passed over', async () => {
    const bytes = await sample;
    const [, first] = sectionsOf(bytes);
    const extra = Uint8Array.from([0x6e, 0x6f, 0x74, 0x65, 3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0]);
    new DataView(extra.buffer).setUint32(11, crc32(extra.subarray(0, 11)), true);
    const longer = Uint8Array.from([...bytes.slice(0, first!.place), ...extra, ...bytes.slice(first!.place)]);
    // The end says where the index is.
    const end = sectionsOf(longer).at(-1)!;
    const view = new DataView(longer.buffer);
    view.setBigUint64(end.place + 8, view.getBigUint64(end.place + 8, true) + 15n, true);
    const { error, events } = await readBack(mended(longer, end));
    expect(error).toBeNull();
    expect(events.length).toBe(records.length);
  });

  test('lenient reading leaves a damaged block out, and those of its frame behind it', async () => {
    const bytes = (await sample).slice();
    const blocks = sectionsOf(bytes).filter(({ tag }) => tag === 'BLOK');
    bytes[blocks[1]!.place + 20]! ^= 1;
    const { events, info, error } = await readBack(bytes, { lenient: true });
    expect(error).toBeNull();
    expect(info.skipped).toBeGreaterThanOrEqual(1);
    expect(info.firstSkipped).toBe(
      `trace: record 2: byte ${blocks[1]!.place}: damaged block: expected bytes that fit their checksum`,
    );
    expect(events.length).toBe(records.length - 12 * info.skipped);
    expect(events.slice(0, 12)).toEqual(records.slice(0, 12));
    expect(events.at(-1)).toEqual(records.at(-1));
  });
});
