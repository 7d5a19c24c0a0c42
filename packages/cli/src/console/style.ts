/** Colours where they are welcome: on a terminal, unless NO_COLOR says otherwise. */
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  accent(text: string): string;
}

export function styleFor(stream: NodeJS.WriteStream): Style {
  const as =
    (format: Format) =>
    (text: string): string =>
      styleText(format, text, { stream });
  return { strong: as('bold'), faint: as('dim'), good: as('green'), warn: as('yellow'), accent: as('cyan') };
}

const same = (text: string): string => text;
export const PLAIN: Style = { strong: same, faint: same, good: same, warn: same, accent: same };
