/** A ratio as a bar of eighths of a character. What is not none shows, and what is not all leaves a gap. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export function bar(ratio: number, columns: number): string {
  const whole = columns * 8;
  const exact = Math.round(ratio * whole);
  const eighths = ratio <= 0 ? 0 : ratio >= 1 ? whole : Math.min(whole - 1, Math.max(1, exact));
  const text = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return text.padEnd(columns, '░');
}
