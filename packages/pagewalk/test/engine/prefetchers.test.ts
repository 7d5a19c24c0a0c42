/** The prefetchers by themselves: what they want after each demand. */
import { PREFETCHERS, type PrefetcherId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effort } from '../support/arbitrary.ts';
import { assembly } from '../support/assembly.ts';

interface Part {
  create(kind: number, processes: number, a: number, b: number, c: number): void;
  setCached(index: number, value: boolean): void;
  setDemand(
    process: number,
    page: bigint,
    fill: number,
    object: number,
    index: bigint,
    end: bigint,
    slot: number,
    advice: number,
  ): void;
  onFault(): void;
  onFirstTouch(): void;
  onMarker(): void;
  maps(): number;
  count(): number;
  wantedKind(): number;
  marker(): bigint;
  wanted(place: number): bigint;
}

const FILLS = ['zero', 'swap', 'file', 'cached'] as const;
const ADVICE = ['normal', 'sequential', 'random'] as const;
const KINDS = ['pages', 'object pages', 'slots'] as const;
const NONE = 0xffffffff;
const FILE = 3;
const instance = assembly<Part>('prefetchers');

interface Told {
  readonly process?: number;
  readonly fill?: (typeof FILLS)[number];
  /** Pages of the file. */
  readonly end?: number;
  readonly advice?: (typeof ADVICE)[number];
}

/** A prefetcher with its defaults but for `params`. */
class Subject {
  readonly part = instance();

  constructor(id: PrefetcherId, params: Readonly<Record<string, number>> = {}) {
    const row = PREFETCHERS.find((each) => each.id === id)!;
    const [a = 0, b = 0, c = 0] = row.params.map((param) => params[param.name] ?? param.default);
    this.part.create(PREFETCHERS.indexOf(row) + 1, 8, a, b, c);
    expect(this.part.maps()).toBe(row.maps ? 1 : 0);
  }

  fault(page: number, told: Told = {}): number[] {
    this.tell(page, told);
    this.part.onFault();
    return this.wanted;
  }

  touch(page: number, told: Told = {}): number[] {
    this.tell(page, told);
    this.part.onFirstTouch();
    return this.wanted;
  }

  atMarker(page: number, told: Told = {}): number[] {
    this.tell(page, { fill: 'cached', ...told });
    this.part.onMarker();
    return this.wanted;
  }

  get wanted(): number[] {
    return Array.from({ length: this.part.count() }, (_, place) => Number(BigInt.asIntN(64, this.part.wanted(place))));
  }

  get kind(): string {
    return KINDS[this.part.wantedKind()] ?? '';
  }

  get marker(): number | null {
    const marker = BigInt.asIntN(64, this.part.marker());
    return marker === -1n ? null : Number(marker);
  }

  /** A page number is a slot for `swap`, and a page of the file for `file` and `cached`. */
  private tell(page: number, { process = 0, fill = 'zero', end = 0, advice = 'normal' }: Told): void {
    const inFile = fill === 'file' || fill === 'cached';
    const [number, index] = [BigInt(page), inFile ? BigInt(page) : 0n];
    const [object, slot] = [inFile ? FILE : NONE, fill === 'swap' ? page : NONE];
    const [kind, hint] = [FILLS.indexOf(fill), ADVICE.indexOf(advice)];
    this.part.setDemand(process, number, kind, object, index, BigInt(end), slot, hint);
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('next', () => {
  test('always on: the four pages behind each fault', () => {
    const next = new Subject('next', { trigger: 1 });
    expect(next.fault(10)).toEqual([11, 12, 13, 14]);
    expect(next.kind).toBe('pages');
    expect(next.fault(80)).toEqual([81, 82, 83, 84]);
    expect(next.fault(7)).toEqual([8, 9, 10, 11]);
  });

  test('a sequence of two starts it, and the first fault behind what was prefetched goes on', () => {
    const next = new Subject('next');
    expect(next.fault(10)).toEqual([]);
    expect(next.fault(11)).toEqual([12, 13, 14, 15]);
    expect(next.fault(16)).toEqual([17, 18, 19, 20]);
    expect(next.fault(22)).toEqual([]);
    expect(next.fault(23)).toEqual([24, 25, 26, 27]);
    // One that was dropped faults all the same.
    expect(next.fault(25)).toEqual([26, 27, 28, 29]);
    expect(next.fault(24)).toEqual([]);
  });

  test('a process does not continue the sequence of another', () => {
    const next = new Subject('next');
    next.fault(10, { process: 1 });
    expect(next.fault(11, { process: 2 })).toEqual([]);
    expect(next.fault(11, { process: 1 })).toHaveLength(4);
  });

  test('advice: sequential starts at once, random never', () => {
    const next = new Subject('next');
    expect(next.fault(10, { advice: 'sequential' })).toHaveLength(4);
    expect(next.fault(15, { advice: 'random' })).toEqual([]);
  });
});

describe('stride', () => {
  test('two equal distances make a stream, and first touches keep it four strides ahead', () => {
    const stride = new Subject('stride');
    expect(stride.fault(0)).toEqual([]);
    expect(stride.fault(8)).toEqual([]);
    expect(stride.fault(16)).toEqual([24, 32, 40, 48]);
    expect(stride.touch(24)).toEqual([56]);
    expect(stride.touch(32)).toEqual([64]);
    // A prefetched page that was lost: all that lies ahead of it may be, too.
    expect(stride.fault(40)).toEqual([48, 56, 64, 72]);
  });

  test('backwards', () => {
    const stride = new Subject('stride', { distance: 2 });
    for (const page of [100, 97]) expect(stride.fault(page)).toEqual([]);
    expect(stride.fault(94)).toEqual([91, 88]);
  });

  test('streams of one process, and of two, do not disturb each other', () => {
    const stride = new Subject('stride', { distance: 1 });
    const wanted = range(0, 4).map((i) => [
      stride.fault(i * 8),
      stride.fault(100_000 + i * 3),
      stride.fault(i * 2, { process: 1 }),
    ]);
    expect(wanted.slice(2)).toEqual([
      [[24], [100_009], [6]],
      [[32], [100_012], [8]],
    ]);
  });

  test('another distance takes over when it has come often enough', () => {
    const stride = new Subject('stride', { distance: 1 });
    for (const page of [0, 1, 2, 3]) stride.fault(page);
    expect([10, 20, 30, 40, 50].map((page) => stride.fault(page))).toEqual([[], [], [], [50], [60]]);
  });

  test('the stream used longest ago makes room', () => {
    const stride = new Subject('stride', { distance: 1, streams: 2 });
    for (const page of [0, 1, 2]) stride.fault(page);
    stride.fault(10_000);
    stride.fault(20_000);
    expect(stride.fault(3)).toEqual([]);
    expect(stride.fault(20_001)).toEqual([]);
    expect(stride.fault(20_002)).toEqual([20_003]);
  });
});

describe('markov', () => {
  test('what came next the last time', () => {
    const markov = new Subject('markov');
    for (const page of [5, 90, 33]) expect(markov.fault(page)).toEqual([]);
    expect(markov.fault(5)).toEqual([90]);
    expect(markov.touch(90)).toEqual([33]);
    expect(markov.touch(33)).toEqual([5]);
  });

  test('the most frequent successor first, the rarest is displaced', () => {
    const markov = new Subject('markov');
    for (const page of [1, 7, 1, 7, 1, 8]) markov.fault(page);
    expect(markov.fault(1)).toEqual([7, 8]);
    markov.fault(9);
    expect(markov.fault(1)).toEqual([7, 9]);
  });

  test('a bounded table forgets the page used longest ago', () => {
    const markov = new Subject('markov', { entries: 16 });
    for (const page of range(0, 18)) markov.fault(page);
    expect(markov.fault(0)).toEqual([]);
    markov.fault(500);
    expect(markov.fault(16)).toEqual([17]);
  });

  test('a process learns nothing from another', () => {
    const markov = new Subject('markov');
    for (const page of [1, 2]) markov.fault(page, { process: 1 });
    expect(markov.fault(1, { process: 2 })).toEqual([]);
  });
});

/**
 * Reads a file of `pages` pages in order, and draws each window: `page that asked → [from, to) marker`. What is cached is not read again;
 * a sequential reader never asks for it.
 */
function readFile(subject: Subject, pages: number, advice: (typeof ADVICE)[number] = 'sequential'): string[] {
  const windows: string[] = [];
  const cached = new Set<number>();
  const markers = new Set<number>();
  const answer = (page: number): void => {
    const { wanted, marker } = subject;
    const known = wanted.filter((each) => cached.has(each));
    if (advice === 'sequential') expect(known).toEqual([]);
    const batch = [...wanted, page].filter((each) => !cached.has(each)).sort((a, b) => a - b);
    for (const each of batch) cached.add(each);
    for (const each of batch) subject.part.setCached(each, true);
    if (wanted.length === 0 || batch.length === 0) return;
    const [from = 0] = batch;
    expect(batch).toEqual(range(from, from + batch.length));
    const marked = marker !== null && batch.includes(marker);
    if (marked) markers.add(marker);
    windows.push(`${page} [${from},${from + batch.length})${marked ? ` ${marker}` : ''}`);
  };
  for (const page of range(0, pages)) {
    const told = { end: pages, advice };
    if (markers.delete(page)) {
      subject.atMarker(page, told);
      answer(page);
    }
    subject.fault(page, { ...told, fill: cached.has(page) ? 'cached' : 'file' });
    answer(page);
  }
  return windows;
}

describe('readahead', () => {
  test('128 pages one by one with windows of up to 32', () => {
    expect(readFile(new Subject('readahead'), 128)).toEqual([
      '0 [0,4) 1',
      '1 [4,12) 4',
      '4 [12,28) 12',
      '12 [28,60) 28',
      '28 [60,92) 60',
      '60 [92,124) 92',
      '92 [124,128)',
    ]);
  });

  test('with sequential advice as Linux 6.18 for a mapping: the whole window is asked for at once', () => {
    // As mincore() shows it there, with read_ahead_kb 128.
    expect(readFile(new Subject('readahead', { request: 32 }), 140)).toEqual([
      '0 [0,32) 16',
      '16 [32,64) 32',
      '32 [64,96) 64',
      '64 [96,128) 96',
      '96 [128,140)',
    ]);
  });

  test('windows tile a file read in order, whatever its size and theirs', () => {
    const size = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 200 }), fc.constantFrom(...ADVICE), (pages, most, advice) => {
        const windows = readFile(new Subject('readahead', { pages: most }), pages, advice);
        const bounds = windows.map((text) =>
          text
            .match(/\[(\d+),(\d+)\)/)!
            .slice(1)
            .map(Number),
        );
        for (const [i, [from]] of bounds.entries()) {
          const before = bounds[i - 1]?.[1];
          // A window of one page is no window.
          if (before !== undefined && most > 1) expect(from).toBe(before);
        }
      }),
      effort(50),
    );
  });

  test('a miss in a mapping reads around the page', () => {
    const readahead = new Subject('readahead');
    expect(readahead.fault(100, { fill: 'file', end: 1000 })).toEqual([...range(84, 100), ...range(101, 116)]);
    expect(readahead.kind).toBe('object pages');
    expect(readahead.marker).toBe(108);
    // The marker goes on behind the window.
    expect(readahead.atMarker(108, { end: 1000 })).toEqual(range(116, 148));
    expect(readahead.marker).toBe(116);
    expect(readahead.fault(3, { fill: 'file', end: 1000 })).toEqual([...range(0, 3), ...range(4, 32)]);
    expect(readahead.fault(998, { fill: 'file', end: 1000 })).toEqual([...range(982, 998), 999]);
    expect(readahead.marker).toBe(992);
  });

  test('a file mapping read in order', () => {
    expect(readFile(new Subject('readahead'), 100, 'normal')).toEqual([
      '0 [0,32) 24',
      '24 [32,64) 32',
      '32 [64,96) 64',
      '64 [96,100)',
    ]);
  });

  test('random advice reads nothing ahead', () => {
    const readahead = new Subject('readahead');
    expect(readahead.fault(100, { fill: 'file', advice: 'random' })).toEqual([]);
    expect(readahead.fault(5, { fill: 'swap', advice: 'random' })).toEqual([]);
  });

  test('more than a hundred misses turn read-around off, hits turn it on again', () => {
    const readahead = new Subject('readahead');
    const miss = (i: number) => readahead.fault(i * 1000, { fill: 'file' }).length;
    expect(range(1, 101).every((i) => miss(i) === 31)).toBe(true);
    expect(range(101, 110).map(miss)).toEqual(range(101, 110).map(() => 0));
    for (const i of range(0, 10)) readahead.fault(i, { fill: 'cached' });
    expect(miss(200)).toBe(31);
    expect(miss(201)).toBe(0);
  });

  test('a swap-in reads the aligned cluster of its slot', () => {
    const readahead = new Subject('readahead');
    expect(readahead.fault(13, { fill: 'swap' })).toEqual([8, 9, 10, 11, 12, 14, 15]);
    expect(readahead.kind).toBe('slots');
    expect(readahead.marker).toBeNull();
    expect(new Subject('readahead', { cluster: 0 }).fault(13, { fill: 'swap' })).toEqual([]);
  });

  test('fresh anonymous pages are none of its business', () => {
    const readahead = new Subject('readahead');
    expect(range(0, 20).map((page) => readahead.fault(page))).toEqual(range(0, 20).map(() => []));
  });

  test('the marker of another stream starts where the cache ends', () => {
    const readahead = new Subject('readahead');
    readahead.fault(100, { fill: 'file' });
    readahead.fault(500, { fill: 'file' });
    for (const page of range(84, 116)) readahead.part.setCached(page, true);
    expect(readahead.atMarker(108)).toEqual(range(116, 132));
  });

  test('sequential advice in the middle of a file: what is cached before the page tells the window', () => {
    const readahead = new Subject('readahead');
    expect(readahead.fault(40, { fill: 'file', advice: 'sequential' })).toEqual([]);
    for (const page of range(60, 65)) readahead.part.setCached(page, true);
    expect(readahead.fault(65, { fill: 'file', advice: 'sequential' })).toEqual(range(66, 71));
    expect(readahead.marker).toBe(70);
  });
});

test('a random trace: no more is wanted per demand than the parameters say', () => {
  const most = { next: 4, stride: 4, readahead: 32 + 8, markov: 2 };
  const demand = fc.record({
    page: fc.integer({ min: 0, max: 100_000 }),
    process: fc.integer({ min: 0, max: 7 }),
    fill: fc.constantFrom(...FILLS),
    how: fc.constantFrom('fault', 'touch', 'atMarker'),
    advice: fc.constantFrom(...ADVICE),
  });
  for (const { id } of PREFETCHERS) {
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 300 }), (demands) => {
        const subject = new Subject(id);
        for (const { page, how, ...told } of demands) {
          const wanted = subject[how as 'fault'](page, told);
          expect(wanted.length).toBeLessThanOrEqual(most[id]);
          expect(new Set(wanted).size).toBe(wanted.length);
          if (id !== 'markov') expect(wanted).not.toContain(page);
        }
      }),
      effort(20),
    );
  }
});
