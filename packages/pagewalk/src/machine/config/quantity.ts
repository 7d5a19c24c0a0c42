/**
 * Sizes as people write them: `64MiB`, `4k`, `1.5GiB`, `4096`. Units are binary; `MB` is refused because it means 10^6 bytes to some
 * and 2^20 to others. Every size the machine takes is a multiple of 256 below 2^61, so a double holds it exactly.
 */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

const SIZE = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i;

/** Bytes, or what is wrong with the text. */
export function parseBytes(text: string): number | string {
  const match = SIZE.exec(text.trim());
  if (!match) return 'not a size';
  const [, digits = '', unit = ''] = match;
  const power = unitPower(unit);
  if (power === undefined) {
    return /^[kmgtp]b$/i.test(unit) ? `'${unit}' is a power of ten to some and of two to others` : `no unit '${unit}'`;
  }
  const bytes = Number(digits) * 1024 ** power;
  if (!Number.isInteger(bytes)) return 'not a whole number of bytes';
  return bytes < 2 ** 61 ? bytes : 'too large for 64-bit addresses';
}

/** The shortest exact spelling: 67108864 → `64MiB`, 1000 → `1000B`. */
export function bytesText(bytes: number): string {
  let power = 0;
  let rest = bytes;
  while (rest !== 0 && rest % 1024 === 0 && power < UNITS.length - 1) {
    rest /= 1024;
    power += 1;
  }
  return `${rest}${UNITS[power]}`;
}

function unitPower(unit: string): number | undefined {
  if (unit === '') return 0;
  const full = UNITS.findIndex((name) => name.toLowerCase() === unit.toLowerCase());
  if (full >= 0) return full;
  const letter = UNITS.findIndex((name, power) => power > 0 && name[0]?.toLowerCase() === unit.toLowerCase());
  return letter >= 0 ? letter : undefined;
}

export function isPowerOfTwo(value: number): boolean {
  return value >= 1 && Number.isInteger(Math.log2(value));
}
