/** Counts as people type them: `1000000`, `1_000_000`, `1e6`, `10M` (10^6). Undefined if the text is none. */
const SCALES: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

export function parseCount(text: string): number | undefined {
  const match = /^(\d[\d_]*(?:\.\d+)?)(e\d{1,2})?([kmg]?)$/i.exec(text.trim());
  if (!match) return undefined;
  const [, digits = '', exponent = '', scale = ''] = match;
  const value = Number(digits.replaceAll('_', '') + exponent) * (SCALES[scale.toLowerCase()] ?? 1);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A count of at least `least`, or a complaint to add to `problems`. */
export function count(flag: string, text: string | undefined, problems: string[], least = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = parseCount(text);
  if (value !== undefined && value >= least) return value;
  problems.push(`${flag} ${text}: not a count; give a whole number of at least ${least}, such as 1000000, 1e6 or 10M`);
  return undefined;
}
