/** The result object as text: indented, but the long columns of its intervals one line each. */
import type { RunResult } from 'pagewalk/node';

export function jsonText({ intervals, ...rest }: RunResult): string {
  const { host, ...facts } = rest;
  const text = JSON.stringify({ ...facts, intervals: null, host }, null, 2);
  return `${intervals === null ? text : text.replace('"intervals": null', () => `"intervals": ${columns(intervals)}`)}\n`;
}

function columns(intervals: NonNullable<RunResult['intervals']>): string {
  const { counters, ...others } = intervals;
  const lines = (object: object, indent: string): string =>
    Object.entries(object)
      .map(([name, value]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{\n${lines(others, '    ')},\n    "counters": {\n${lines(counters, '      ')}\n    }\n  }`;
}
