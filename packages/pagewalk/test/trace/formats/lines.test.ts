import fc from 'fast-check';
import { describe, test } from 'vitest';
import { compare, damaged, PIECES, RUNS } from './case.ts';
import { LINES } from './cases.ts';
import { bytesOf } from './line-traces.ts';

const INDEXED = LINES.map((one, index) => ({ ...one, index }));

describe.each(INDEXED)('$format $index', (one) => {
  const options = fc.constantFrom(...(one.options ?? [{}]));

  test('whole traces, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(one.traces, PIECES, options, fc.boolean(), (trace, pieces, chosen, lenient) =>
        compare(one, trace, lenient, chosen, pieces),
      ),
      { numRuns: RUNS },
    );
  });

  test('damaged ones', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(one.traces), PIECES, options, fc.boolean(), (trace, pieces, chosen, lenient) =>
        compare(one, trace, lenient, chosen, pieces),
      ),
      { numRuns: RUNS },
    );
  });

  test('odd ends, bytes and lengths', async () => {
    const [trace = ''] = fc
      .sample(one.traces, { numRuns: 30, seed: 11 })
      .map((bytes) => String.fromCharCode(...bytes))
      .filter((text) => text.split('\n').length > 8);
    const unix = trace.replaceAll('\r', '');
    const lines = unix.split('\n');
    const within = (line: string): string => [...lines.slice(0, 5), line, ...lines.slice(5)].join('\n');
    const odd = [
      '',
      '\n',
      '\r\n\r\n',
      unix.replaceAll('\n', '\r\n'),
      unix.replaceAll('\n', '\r'),
      unix.replaceAll('\n', '\r\r\n'),
      `\u00ef\u00bb\u00bf${unix}`,
      unix.replaceAll('\n', '\0\n'),
      ...['#', '0', ' ', '\r'].flatMap((sign) => [4095, 4096, 4097, 9000].map((length) => within(sign.repeat(length)))),
      ...[4095, 4096, 4097].map((length) => unix + '1'.repeat(length)),
    ];
    for (const text of odd) {
      for (const lenient of [false, true]) await compare(one, bytesOf(text), lenient, one.options?.[0]);
    }
  });

  test('ten million bytes without a line end', async () => {
    const head = one.format === 'csv' ? 'addr,op,size,pid\n' : '';
    const trace = new Uint8Array(head.length + 10_000_000).fill(0x31);
    trace.set(bytesOf(head));
    for (const lenient of [false, true]) await compare(one, trace, lenient, one.options?.[0], [100_000]);
  });
});
