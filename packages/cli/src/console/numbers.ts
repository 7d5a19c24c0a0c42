/** Numbers as people read them. */

/** 12345678 → `12,345,678`. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 page`, `2 pages`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : many}`;

/** 0.98765 → `98.77 %`; what is not none or all never reads 0 or 100. */
export function percent(ratio: number): string {
  const text = (ratio * 100).toFixed(2);
  if (text === '0.00' && ratio > 0) return '<0.01 %';
  if (text === '100.00' && ratio < 1) return '>99.99 %';
  return `${text} %`;
}

/** 0.0000183 → `0.00183 %`: three digits, for ratios that are compared. */
export function exactPercent(ratio: number): string {
  const value = ratio * 100;
  if (value === 0 || value >= 100) return `${value} %`;
  return `${value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(value))))} %`;
}

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `64 MiB`, `1.5 GiB`: three digits or so. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BINARY.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${trimmed(value)} ${BINARY[unit]}`;
}

const TIMES: readonly (readonly [string, number])[] = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
  ['ns', 1],
];

/** Nanoseconds: `105.3 ns`, `1.30 s`. */
export function duration(ns: number): string {
  if (ns > 0 && ns < 0.005) return '<0.01 ns';
  const [unit, scale] = TIMES.find(([, each]) => ns >= each) ?? ['ns', 1];
  return `${trimmed(ns / scale)} ${unit}`;
}

/** The same with five digits: `1.4314 s`. */
export function exactDuration(ns: number): string {
  const [unit, scale] = TIMES.find(([, each]) => ns >= each) ?? ['ns', 1];
  const value = ns / scale;
  return `${value >= 10_000 ? grouped(value) : value.toFixed(Math.max(0, 4 - Math.floor(Math.log10(Math.max(1, value)))))} ${unit}`;
}

/** 29300000 → `29.3 M`. */
export function metric(value: number): string {
  const [unit, scale] = value >= 1e9 ? ['G', 1e9] : value >= 1e6 ? ['M', 1e6] : value >= 1e3 ? ['k', 1e3] : ['', 1];
  return `${trimmed(value / Number(scale))} ${unit}`.trim();
}

function trimmed(value: number): string {
  if (value >= 1000) return grouped(value);
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\.0+$/, '');
}
