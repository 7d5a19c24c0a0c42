import { describe, expect, it } from 'vitest';
import { amend, CONFIG_FLAGS, valueOfFlag } from '../../../src/machine/config/flags.ts';
import { nearest } from '../../../src/machine/config/nearest.ts';
import { parseConfig } from '../../../src/machine/config/parse.ts';

describe('flags', () => {
  it('are the keys, with the letters of the C simulator', () => {
    const letters = Object.fromEntries(CONFIG_FLAGS.flatMap(({ short, long }) => (short ? [[short, long]] : [])));
    expect(letters).toEqual({ r: 'ram', p: 'page-size', s: 'swap', v: 'vspace', a: 'policy', T: 'tlb-size' });
    expect(CONFIG_FLAGS.find(({ key }) => key === 'policy')?.aliases).toEqual(['algorithm']);
    expect(CONFIG_FLAGS.find(({ key }) => key === 'tagged')?.long).toBe('no-tagged');
    expect(CONFIG_FLAGS.every(({ help }) => help.length > 5)).toBe(true);
  });

  it('read a bare number as MiB where the C simulator does', () => {
    expect(valueOfFlag('ram', '64')).toBe(64 * 2 ** 20);
    expect(valueOfFlag('vspace', '4096')).toBe(2 ** 32);
    expect(valueOfFlag('page_size', '4096')).toBe(4096);
    expect(valueOfFlag('ram', '64KiB')).toBe('64KiB');
    expect(valueOfFlag('frames', '7')).toBe(7);
    expect(valueOfFlag('frames', 'x')).toBe('x');
    expect(valueOfFlag('tlb', '64')).toBe('64');
    expect(valueOfFlag('pwc', '2')).toBe('2');
  });

  it('displace from a file what says the same in another way', () => {
    const file = parseConfig({ ram: '16KiB', vspace: '1MiB', tlb: '4,8' });
    const amended = (flags: object): object => parseConfig(amend(file, flags));
    expect(amended({ frames: 3 })).toMatchObject({ frames: 3, ram: 12_288 });
    expect(amended({ page_size: 8192 })).toMatchObject({ frames: 2, ram: 16_384 });
    expect(amended({ vspace: '4GiB' })).toMatchObject({ va_bits: 32 });
    expect(amended({ va_bits: 40 })).toMatchObject({ vspace: null, va_bits: 40 });
    expect(amended({ itlb: '2' })).toMatchObject({ tlb: null, itlb: { entries: 2 }, stlb: { entries: 1536 } });
    expect(amended({ stlb: 'none' })).toMatchObject({ tlb: { entries: 4 }, stlb: null });
    expect(amended({ tlb_size: 5 })).toMatchObject({ tlb: { entries: 5 }, stlb: null });
    expect(amended({ policy: 'lru' })).toMatchObject({ tlb: { entries: 4 }, stlb: { entries: 8 }, vspace: 2 ** 20 });
  });
});

describe('the nearest name', () => {
  it('is found for a slip, and not for another word', () => {
    const names = ['fifo', 'lru', 'clock', 'aging', 'random'];
    expect(['lur', 'clok', 'FIFFO', 'agng', 'randm', 'rand', 'clcok'].map((word) => nearest(word, names))).toEqual([
      'lru',
      'clock',
      'fifo',
      'aging',
      'random',
      'random',
      'clock',
    ]);
    expect(nearest('zzz', names)).toBeUndefined();
    expect(nearest('', names)).toBeUndefined();
  });
});
