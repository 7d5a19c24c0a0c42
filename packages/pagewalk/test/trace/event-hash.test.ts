import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { eventHash } from '../../src/trace/event-hash.ts';
import { ObjectNames } from '../../src/trace/operations/names.ts';
import { operationText } from '../../src/trace/operations/write.ts';
import { packRecords, type TraceRecord } from '../../src/trace/record.ts';
import { traceFromRecords } from '../../src/trace/records-source.ts';
import type { TraceSource } from '../../src/trace/source.ts';
import { textOf } from '../../src/trace/text-writer.ts';
import { setTraceModule } from '../../src/trace/wasm.ts';
import { trace } from './arbitrary.ts';
import { operationTrace } from './operations.ts';
import { access, openText, traceWasm } from './support.ts';

beforeAll(() => {
  setTraceModule(() => traceWasm);
});

/** The definition of docs/inspect.md, slowly: the whole stream in memory. */
function slowHash(records: readonly TraceRecord[], page: number | null, names = new ObjectNames()): string {
  const pieces: Uint8Array[] = [];
  const put = (address: bigint, extent: bigint, meta: number): void => {
    const view = new DataView(new ArrayBuffer(16));
    view.setBigUint64(0, address, true);
    view.setUint32(8, Number(extent), true);
    view.setUint32(12, meta, true);
    pieces.push(new Uint8Array(view.buffer));
  };
  let told = false;
  for (let at = 0; at < records.length; at++) {
    const record = records[at]!;
    if ('operation' in record) {
      const text = new TextEncoder().encode(operationText(record, names));
      put(0n, BigInt(text.length), (record.pid << 8) | 3);
      pieces.push(text);
      continue;
    }
    const op = ['read', 'write', 'ifetch'].indexOf(record.op);
    const meta = ((record.pid << 8) | op) >>> 0;
    if (record.folded !== true) {
      put(record.address, BigInt(record.extent ?? 1), meta);
      continue;
    }
    if (!told) put(BigInt(page!), 0n, 0xf);
    told = true;
    const pageOf = (address: bigint): bigint => address - (address % BigInt(page!));
    let count = BigInt(record.extent ?? 1);
    for (let next = records[at + 1]; next && !('operation' in next) && next.folded === true; next = records[at + 1]) {
      if (next.pid !== record.pid || next.op !== record.op || pageOf(next.address) !== pageOf(record.address)) break;
      count += BigInt(next.extent ?? 1);
      at++;
    }
    for (; count > 0n; count -= 0xffff_ffffn) {
      put(pageOf(record.address), count < 0xffff_ffffn ? count : 0xffff_ffffn, meta | 0x10);
    }
  }
  return createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
}

/** The same records in chunks of `lengths`, again and again. */
function rechunked(source: TraceSource, bytes: Uint8Array, lengths: readonly number[]): TraceSource {
  let at = 0;
  let turn = 0;
  return {
    ...source,
    async next() {
      if (at >= bytes.length) return null;
      const end = Math.min(bytes.length, at + (lengths[turn++ % lengths.length] ?? 1) * 16);
      const piece = bytes.subarray(at, end);
      at = end;
      return { bytes: piece, records: piece.length / 16 };
    },
  };
}

const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

test('random traces, folded and not, in any chunks: the hash of the definition', async () => {
  await fc.assert(
    fc.asyncProperty(trace, chunks, async (records, lengths) => {
      const source = traceFromRecords(records, { foldedPage: 4096 });
      const expected = slowHash(records, 4096);
      expect(await eventHash(rechunked(source, packRecords(records), lengths))).toBe(expected);
      expect(await eventHash(traceFromRecords(records, { foldedPage: 4096 }))).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

test('random operations, through the text format too', async () => {
  await fc.assert(
    fc.asyncProperty(operationTrace, chunks, async ({ records, names }, lengths) => {
      const expected = slowHash(records, null, new ObjectNames(names));
      const source = traceFromRecords(records, { objects: names });
      expect(await eventHash(rechunked(source, packRecords(records), lengths))).toBe(expected);
      const pieces: Uint8Array[] = [];
      for await (const piece of textOf(traceFromRecords(records, { objects: names }))) pieces.push(piece.slice());
      fc.pre(records.some((record) => !('operation' in record)));
      const text = Buffer.concat(pieces).toString();
      expect(await eventHash(await openText(text))).toBe(expected);
    }),
    { numRuns: 100 },
  );
});

const TEXT = `%page 4096
1 I 0x401000 x12
1 I 0x401fff x3
1 W 0x7ffe3ffe 4
2 mmap 0x10000 8192 rw- shared file:b.bin 0
2 R 0x10000 x2
2 mmap 0x20000 8192 rw- shared file:a.bin 0
`;

test('what a hash does not see: how the text is written, compressed and cut', async () => {
  const expected = await eventHash(await openText(TEXT));
  const bytes = new TextEncoder().encode(TEXT);
  const same: (string | Uint8Array)[] = [
    TEXT.replace('I 0x401000 x12', 'i 4198400 x7 # a comment\n1 I 0x401234 x5'),
    TEXT.replace('x12\n1 I 0x401fff x3', 'x15'),
    TEXT.replaceAll('\n', '\r\n'),
    gzipSync(bytes),
  ];
  for (const other of same) {
    const given = typeof other === 'string' ? other : new Blob([new Uint8Array(other)]).stream();
    expect(await eventHash(await openText(given))).toBe(expected);
  }
  // Names mentioned before have other numbers then.
  const objects = new ObjectNames(['a.bin', 'c.bin']);
  expect(await eventHash(await openText(TEXT, { objects }))).toBe(expected);
});

test('what it does see', async () => {
  const expected = await eventHash(await openText(TEXT));
  const others = [
    ['x12', 'x11'],
    ['%page 4096', '%page 8192'],
    ['1 W', '1 R'],
    ['2 R', '3 R'],
    ['0x7ffe3ffe 4', '0x7ffe3ffe 5'],
    ['0x7ffe3ffe', '0x7ffe3ffd'],
    ['b.bin', 'c.bin'],
    ['8192 rw-', '4096 rw-'],
    ['2 R 0x10000 x2\n', ''],
  ] as const;
  for (const [from, to] of others) {
    expect(await eventHash(await openText(TEXT.replace(from, to))), `${from} ${to}`).not.toBe(expected);
  }
});

test('a run of more accesses than a record can count', async () => {
  const records = [access(1, 'read', 0n, 0xffff_fffe, true), access(1, 'read', 8n, 3, true)];
  expect(await eventHash(traceFromRecords(records, { foldedPage: 4096 }))).toBe(slowHash(records, 4096));
});

test('a number to compare with', async () => {
  expect(await eventHash(await openText('1 R 0x1000\n'))).toBe(
    createHash('sha256').update(Buffer.from('00100000000000000100000000010000', 'hex')).digest('hex'),
  );
});
