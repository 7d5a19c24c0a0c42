import { expect, it } from 'vitest';
import { plot } from '../src/console/plot.ts';

const percent = (value: number): string => `${Math.round(value)} %`;
const drawn = (lines: readonly string[]): string => `\n${lines.join('\n')}`;

it('draws curves, the first in front', () => {
  const curves = [
    {
      letter: 'A',
      points: [
        [1, 90],
        [3, 0],
      ] as const,
    },
    {
      letter: 'B',
      points: [
        [1, 90],
        [2, 60],
        [3, 60],
      ] as const,
    },
  ];
  const words = {
    logarithmic: false,
    y: percent,
    x: [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ] as const,
  };
  expect(drawn(plot(curves, 13, 4, words))).toBe(`
90 % ┤A···
     │   ···B·····B
     │       ····
 0 % ┤           ·A
     └─────────────
      one  two`);
});

it('draws powers at equal distances on logarithmic axes', () => {
  const curves = [
    {
      letter: 'A',
      points: [
        [1, 1000],
        [10, 100],
        [100, 10],
        [1000, 1],
      ] as const,
    },
  ];
  const words = {
    logarithmic: true,
    y: percent,
    x: [
      [1, '1'],
      [1000, '1000'],
    ] as const,
  };
  expect(drawn(plot(curves, 10, 4, words))).toBe(`
1000 % ┤A·
       │  ·A·
       │     ·A·
   1 % ┤        ·A
       └──────────
        1     1000`);
});

it('has room for a single point, and for nothing but zeroes', () => {
  const words = { logarithmic: false, y: percent, x: [[7, '7']] as const };
  for (const value of [0, 5]) {
    const lines = plot([{ letter: 'A', points: [[7, value]] }], 5, 4, words);
    expect(lines.join('\n')).not.toMatch(/NaN|Infinity/);
    expect(lines.join('')).toContain('A');
  }
});
