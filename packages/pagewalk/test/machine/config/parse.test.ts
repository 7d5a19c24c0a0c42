import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/machine/config/parse.ts';
import { ConfigError, type ConfigProblem } from '../../../src/machine/config/problem.ts';
import { bytesText, parseBytes } from '../../../src/machine/config/quantity.ts';
import type { ConfigInput } from '../../../src/machine/config/schema.ts';

function problemsOf(input: Record<string, unknown>): readonly ConfigProblem[] {
  try {
    parseConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const LRU64 = { entries: 64, ways: 4, policy: 'lru' };
const LRU1536 = { entries: 1536, ways: 12, policy: 'lru' };

describe('what a configuration means', () => {
  it('has the documented defaults', () => {
    expect(parseConfig()).toMatchObject({
      ram: 64 * 2 ** 20,
      frames: 16_384,
      page_size: 4096,
      swap: 256 * 2 ** 20,
      vspace: null,
      va_bits: 48,
      pt_type: 'FOUR_LEVEL',
      tlb: LRU64,
      itlb: null,
      dtlb: null,
      stlb: LRU1536,
      pwc: [],
      tagged: true,
      policy: { id: 'clock', params: { bits: 1, ref_on_load: 1 } },
      seed: 1,
      max_processes: 1024,
      verify: false,
    });
  });

  const meanings: [ConfigInput, object][] = [
    [{ frames: 4 }, { ram: 16_384, frames: 4 }],
    [{ frames: 4, ram: '16KiB' }, { frames: 4 }],
    [{ page_size: '1GiB' }, { ram: 2 ** 30, frames: 1, swap: 2 ** 30 }],
    [{ swap: 'none' }, { swap: 0 }],
    [{ swap: '1G' }, { swap: 2 ** 30 }],
    [{ pt_type: 'five-level' }, { pt_type: 'FIVE_LEVEL', va_bits: 57 }],
    [{ pt_type: 'single' }, { pt_type: 'SINGLE', va_bits: 48 }],
    [{ vspace: '4GiB' }, { va_bits: 32 }],
    [{ vspace: '3GiB', pt_type: 'TWO_LEVEL' }, { va_bits: 32 }],
    [{ vspace: 4096 }, { va_bits: 16 }],
    [{ vspace: 'none' }, { vspace: null, va_bits: 48 }],
    [
      { vspace: 2 ** 57, pt_type: 'FIVE_LEVEL' },
      { vspace: 2 ** 57, va_bits: 57 },
    ],
    [{ tlb: '32x8:plru' }, { tlb: { entries: 32, ways: 8, policy: 'plru' }, stlb: null }],
    [{ tlb: '16' }, { tlb: { entries: 16, ways: 16, policy: 'lru' }, stlb: null }],
    [{ tlb: '64x4,1536x12' }, { tlb: LRU64, stlb: LRU1536 }],
    [
      { tlb: '64x4', stlb: '1536x12' },
      { tlb: LRU64, stlb: LRU1536 },
    ],
    [{ tlb: 'none' }, { tlb: null, stlb: null }],
    [{ tlb: 'none,64x4' }, { tlb: null, stlb: LRU64 }],
    [{ itlb: '16x4' }, { tlb: null, itlb: { entries: 16, ways: 4, policy: 'lru' }, dtlb: LRU64, stlb: LRU1536 }],
    [
      { dtlb: '16:FIFO', stlb: 'none' },
      { itlb: LRU64, dtlb: { entries: 16, ways: 16, policy: 'fifo' }, stlb: null },
    ],
    [{ itlb: 'none' }, { tlb: null, itlb: null, dtlb: LRU64 }],
    [{ tlb_size: 8 }, { tlb: { entries: 8, ways: 8, policy: 'lru' }, stlb: null }],
    [{ tlb_policy: 'FIFO' }, { tlb: { entries: 64, ways: 64, policy: 'fifo' }, stlb: null }],
    [{ tlb_size: 0 }, { tlb: null, stlb: null }],
    [{ pwc: '2,4,32' }, { pwc: [2, 4, 32] }],
    [{ pwc: 'none' }, { pwc: [] }],
    [{ policy: 'Second-Chance' }, { policy: { id: 'clock', params: { bits: 1, ref_on_load: 1 } } }],
    [{ policy: 'APPROX_LRU:tick=5' }, { policy: { id: 'aging', params: { bits: 8, tick: 5 } } }],
    [{ policy: { id: 'nru' } }, { policy: { id: 'nru', params: { tick: 1000 } } }],
  ];
  for (const [input, expected] of meanings) {
    it(JSON.stringify(input), () => {
      const config = parseConfig(input);
      expect(config).toMatchObject(expected);
      expect(parseConfig(config)).toEqual(config);
    });
  }
});

/** Input, path, a piece of the reason, a piece of the remedy. */
const complaints: [Record<string, unknown>, string, string, string][] = [
  [{ ram: '64' }, 'ram', 'without a unit', '64MiB'],
  [{ ram: '64MB' }, 'ram', "'MB'", 'MiB'],
  [{ ram: '1.3B' }, 'ram', 'not a whole number of bytes', 'size'],
  [{ ram: 5000 }, 'ram', 'not a multiple of any page', 'multiple'],
  [{ ram: '5KiB' }, 'ram', 'not a multiple of the page size 4KiB', '4KiB or 8KiB'],
  [{ ram: 1024 }, 'ram', 'not a multiple of the page size', 'at least 4KiB'],
  [{ ram: null }, 'ram', 'not a size', 'size'],
  [{ ram: true }, 'ram', 'not a size', 'size'],
  [{ frames: 0 }, 'frames', 'below 1', 'from 1'],
  [{ frames: 2.5 }, 'frames', 'not a whole number', 'whole number'],
  [{ frames: '7' }, 'frames', 'not a number', 'whole number'],
  [{ frames: 5, ram: '64MiB' }, 'frames', '16384 frames', 'not both'],
  [{ page_size: 3000 }, 'page_size', 'not a power of two', '256'],
  [{ page_size: 128 }, 'page_size', 'below 256', '256'],
  [{ page_size: '2GiB' }, 'page_size', 'above 1GiB', '1GiB'],
  [{ swap: '1KiB' }, 'swap', 'not a multiple', 'at least 4KiB'],
  [{ swap: -1 }, 'swap', 'negative', '256MiB'],
  [{ vspace: '5000B' }, 'vspace', 'not a multiple', ''],
  [{ vspace: '1EiB' }, 'vspace', 'no unit', '4GiB'],
  [{ vspace: '1000PiB' }, 'vspace', 'above 128PiB', '4GiB'],
  [{ va_bits: 58 }, 'va_bits', 'above 57', '57'],
  [{ va_bits: 12 }, 'va_bits', '4 levels need a bit each', 'at least 16'],
  [{ va_bits: 30, vspace: '4GiB' }, 'va_bits', 'needs 32 bits', 'leave'],
  [{ pt_type: 'six_level' }, 'pt_type', 'no such page table', 'FIVE_LEVEL'],
  [{ pt_type: 'tow_level' }, 'pt_type', 'no such page table', 'did you mean TWO_LEVEL'],
  [{ tlb: '63x4' }, 'tlb', '4 ways do not divide 63', '3 or 7 ways'],
  [{ tlb: '64x4:lur' }, 'tlb', "no TLB policy 'lur'", 'did you mean lru'],
  [{ tlb: '48x3:plru' }, 'tlb', 'plru needs a tree', 'power of two'],
  [{ tlb: 'x4' }, 'tlb', 'not a TLB', 'ENTRIES'],
  [{ tlb: '1,2,3' }, 'tlb', 'more than two', 'A,B'],
  [{ tlb: 7 }, 'tlb', 'not a TLB', 'ENTRIES'],
  [{ tlb: '64x4', itlb: '16' }, 'tlb', 'unified', 'itlb and dtlb'],
  [{ tlb: '64x4,64', stlb: '64' }, 'stlb', 'already', 'once'],
  [{ tlb: '2000000' }, 'tlb', '2000000 entries', '1048576'],
  [{ tlb_size: 8, tlb: '8' }, 'tlb_size', 'beside tlb', 'leave it out'],
  [{ tlb_size: 8, dtlb: '8' }, 'tlb_size', 'beside dtlb', 'leave it out'],
  [{ tlb_policy: 'fifo', tlb: '8' }, 'tlb_policy', 'beside tlb', '64x4:fifo'],
  [{ tlb_size: 12, tlb_policy: 'plru' }, 'tlb_size', 'plru needs a tree', 'power of two'],
  [{ tlb_policy: 'belady' }, 'tlb_policy', 'no TLB policy', 'lru'],
  [{ pwc: '1,2,3,4' }, 'pwc', '3 inner levels', 'at most 3'],
  [{ pwc: '2', pt_type: 'SINGLE' }, 'pwc', '0 inner levels', 'none'],
  [{ pwc: 'a,b' }, 'pwc', 'not a list', "'2,4,32'"],
  [{ pwc: [70_000] }, 'pwc.0', 'above 65536', '65536'],
  [{ tagged: 'maybe' }, 'tagged', 'neither', 'true or false'],
  [{ policy: 'clok' }, 'policy', "no policy 'clok'", 'did you mean clock'],
  [{ policy: 'zzz' }, 'policy', "no policy 'zzz'", 'fifo, lru'],
  [{ policy: 'clock:bits=9' }, 'policy', 'bits=9 is out of range', 'from 1 to 8'],
  [{ policy: 'clock:bits=x' }, 'policy', 'bits=x is out of range', 'from 1 to 8'],
  [{ policy: 'clock:bit=2' }, 'policy', "no parameter 'bit'", 'did you mean bits'],
  [{ policy: 'lru:bits=2' }, 'policy', "no parameter 'bits'", 'lru takes none'],
  [{ policy: 'clock:bits=1,bits=2' }, 'policy', 'given twice', 'once'],
  [{ policy: 'clock:2' }, 'policy', 'not PARAMETER=VALUE', 'parameter=value'],
  [{ seed: -1 }, 'seed', 'below 0', 'from 0'],
  [{ seed: 2 ** 53 }, 'seed', 'whole number', 'from 0'],
  [{ max_processes: 40_000 }, 'max_processes', 'above 32767', '32767'],
  [{ swap_channels: 65 }, 'swap_channels', 'above 64', '64'],
  [{ memory_ns: 2e9 }, 'memory_ns', 'above', '1000000000'],
  [{ ram: '1PiB' }, 'ram', 'do not fit into the 4 GiB', 'larger page_size'],
  [{ swap: '1TiB' }, 'swap', 'do not fit into the 4 GiB', 'less swap'],
  [{ swap: '200GiB', verify: true }, 'swap', 'do not fit into the 4 GiB', 'do not verify'],
  [{ page_sise: 4096 }, 'page_sise', 'no such key', 'did you mean page_size'],
  [{ quux: 1 }, 'quux', 'no such key', 'the keys are'],
];

describe('what is wrong with a configuration', () => {
  for (const [input, path, reason, remedy] of complaints) {
    it(JSON.stringify(input), () => {
      const found = problemsOf(input).find((problem) => problem.path === path && problem.reason.includes(reason));
      expect(found, JSON.stringify(problemsOf(input))).toBeDefined();
      expect(found?.remedy).toContain(remedy);
      expect(found?.remedy).not.toBe('');
    });
  }

  it('is said all at once', () => {
    const problems = problemsOf({
      frames: 0,
      page_size: 3000,
      policy: 'x',
      tlb: '63x4:lry',
      pwc: '1,2,3,4',
      nonsense: 1,
    });
    expect(problems.map((problem) => problem.path)).toEqual([
      'frames',
      'page_size',
      'policy',
      'tlb',
      'tlb',
      'nonsense',
      'pwc',
    ]);
  });

  it('names path, value, reason and remedy in one line each', () => {
    expect(() => parseConfig({ frames: 0, page_size: 3000 })).toThrow(
      'frames 0: below 1; give a whole number from 1 to 4294967294\n' +
        'page_size 3000: not a power of two; give a power of two from 256 to 1GiB',
    );
  });

  it('is reported for things that are no object', () => {
    expect(() => parseConfig([] as never)).toThrow('not an object');
    expect(() => parseConfig('lru' as never)).toThrow('not an object');
  });
});

it('reads back the sizes it writes', () => {
  const size = fc.integer({ min: 0, max: 2 ** 49 }).map((pages) => pages * 256);
  fc.assert(fc.property(size, (bytes) => parseBytes(bytesText(bytes)) === bytes));
});
