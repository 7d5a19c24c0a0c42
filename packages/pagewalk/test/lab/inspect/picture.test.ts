import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLOURS, LEVELS } from '../../../src/lab/inspect/bands.ts';
import { inspect } from '../../../src/lab/inspect/inspect.ts';
import { packOperation } from '../../../src/trace/operations/operation.ts';
import { packRecords, type TraceRecord } from '../../../src/trace/record.ts';
import { traceFromRecords } from '../../../src/trace/records-source.ts';
import { trace } from '../../trace/arbitrary.ts';
import { access } from '../../trace/support.ts';

async function drawn(
  records: Uint8Array | readonly TraceRecord[],
  name = 'a',
  objects: string[] = [],
): Promise<string> {
  const source = traceFromRecords(records, { name, foldedPage: 4096, objects });
  const { picture } = await inspect(source, { picture: true, eventHash: false });
  return picture ?? '';
}

interface Image {
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Places in COLOURS, from the top left. */
  readonly pixels: readonly number[];
}

/** The images of the document, decoded by what the PNG specification says. */
function imagesOf(svg: string): Image[] {
  return [...svg.matchAll(/<image x="[\d.]+" y="([\d.]+)".*?base64,([^"]+)"/g)].map(([, y, data]) => {
    const bytes = Buffer.from(data!, 'base64');
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const chunks = new Map<string, Buffer>();
    for (let at = 8; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at);
      chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length));
      at += length + 12;
    }
    const header = chunks.get('IHDR')!;
    const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
    expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
    expect(chunks.get('PLTE')!.equals(Uint8Array.from(COLOURS.flat()))).toBe(true);
    const rows = inflateSync(chunks.get('IDAT')!);
    expect(rows.length).toBe((width + 1) * height);
    const pixels = Array.from({ length: width * height }, (_, place) => {
      const row = Math.floor(place / width);
      return rows[row * (width + 1) + 1 + (place % width)]!;
    });
    return { y: Number(y), width, height, pixels };
  });
}

/** Tags are closed in order, attributes quoted, text escaped. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replace(/<(\/?)([\w]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (_, closes, name, __, empty) => {
    if (closes === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name as string);
    return '';
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/);
}

const READ = 1;
const WRITE = 2;
const BOTH = 3;
const FETCH = 4;
/** What a pixel shows: 0 nothing, or the ink. */
const inkOf = (pixel: number): number => (pixel === 0 ? 0 : Math.floor((pixel - 1) / LEVELS) + 1);

describe('a picture', () => {
  test('has a mark for each access where it is: a column each, the highest page on top', async () => {
    const svg = await drawn([
      access(1, 'read', 0x1000n, 8),
      access(1, 'write', 0x3000n, 8),
      access(1, 'ifetch', 0x2000n, 8),
      access(1, 'read', 0x1ffcn, 8),
    ]);
    expectWellFormed(svg);
    const [image, ...others] = imagesOf(svg);
    expect(others).toEqual([]);
    expect([image!.width, image!.height]).toEqual([4, 3]);
    const rows = [0, 1, 2].map((row) => image!.pixels.slice(row * 4, row * 4 + 4).map(inkOf));
    expect(rows).toEqual([
      [0, WRITE, 0, 0],
      [0, 0, FETCH, READ],
      [READ, 0, 0, READ],
    ]);
  });

  test('cuts gaps: a band for each region, each process by itself', async () => {
    const svg = await drawn([
      access(2, 'read', 0x7ffe_0000_0000n, 8),
      access(1, 'write', 0x1000n, 8),
      access(1, 'read', 0x5555_0000_0000n, 8),
    ]);
    const images = imagesOf(svg);
    expect(images.map(({ pixels }) => pixels.map(inkOf))).toEqual([
      [0, 0, READ],
      [0, WRITE, 0],
      [READ, 0, 0],
    ]);
    expect(images.map(({ y }) => y)).toEqual(images.map(({ y }) => y).toSorted((a, b) => a - b));
    for (const words of ['1: read only', '0x555500000000', '1: data', '2: read only', '0x7ffe00000000']) {
      expect(svg).toContain(`>${words}<`);
    }
  });

  test('joins columns; what is read and written is of a colour of its own, and more is darker', async () => {
    const records = Array.from({ length: 2048 }, (_, index) =>
      access(1, index % 2 === 0 ? 'read' : 'write', index < 1024 ? 0n : 0x1000n, index < 16 ? 1 : 8),
    );
    const [image] = imagesOf(await drawn(records));
    expect([image!.width, image!.height]).toEqual([512, 2]);
    const row = (y: number): number[] => image!.pixels.slice(y * 512, (y + 1) * 512);
    expect(row(1).map(inkOf)).toEqual([...Array(256).fill(BOTH), ...Array(256).fill(0)]);
    expect(row(0).map(inkOf)).toEqual([...Array(256).fill(0), ...Array(256).fill(BOTH)]);
    const many = [access(1, 'read', 0n, 100_000, true), access(1, 'read', 0x1000n, 1, true)];
    const [dark] = imagesOf(await drawn(many));
    const levels = [...new Set(dark!.pixels.filter((pixel) => pixel > 0))];
    expect(levels).toHaveLength(2);
  });

  test('marks operations', async () => {
    const bytes = Buffer.concat([
      packRecords([access(1, 'read', 0n)]),
      packOperation({ pid: 1, operation: 'fork', words: [2n] }),
      packRecords([access(2, 'read', 0n), access(2, 'read', 0n), access(2, 'read', 0n)]),
      packOperation({ pid: 2, operation: 'exit', words: [] }),
    ]);
    const svg = await drawn(new Uint8Array(bytes));
    // 840 for four accesses from 310 on: behind the first is 520, behind the fourth 1150.
    expect(svg).toMatch(/>fork \(1\)<\/text>\n<path class="operations" d="M520 \d+v9"/);
    expect(svg).toMatch(/>exit \(1\)<\/text>\n<path class="operations" d="M1150 \d+v9"/);
  });

  test('of whatever trace and name is well-formed', async () => {
    await fc.assert(
      fc.asyncProperty(trace, fc.string({ unit: 'binary' }), async (records, name) => {
        const svg = await drawn(records, name);
        if (records.length === 0) return;
        expectWellFormed(svg);
        const touched = imagesOf(svg).flatMap(({ pixels }) => pixels.filter((pixel) => pixel > 0));
        expect(touched.length).toBeGreaterThan(0);
      }),
      { numRuns: 10 },
    );
  });

  test('is below a megabyte for noise all over, of many processes and operations', async () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const records: TraceRecord[] = Array.from({ length: 200_000 }, (_, index) =>
      index % 100 === 0
        ? { pid: 1, operation: 'brk', words: [BigInt(index)] }
        : access(
            1 + random(9),
            (['read', 'write', 'ifetch'] as const)[random(3)]!,
            BigInt(random(300)) * 0x1000n + BigInt(random(40)) * 0x10_0000_0000n,
            1 + random(1 << random(16)),
            true,
          ),
    );
    const svg = await drawn(records);
    expect(svg.length).toBeLessThan(1_000_000);
    expectWellFormed(svg);
  });
});
