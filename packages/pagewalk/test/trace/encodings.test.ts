/** One trace in four encodings, opened as files are: one hash of the events, and one inspection. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { needs } from '../../../../test/support/needs.ts';
import {
  eventHash,
  type Inspection,
  inspect,
  openTrace,
  traceFromRecords,
  vmtOf,
  write,
} from '../../src/node/index.ts';
import type { TraceSource } from '../../src/trace/source.ts';
import { access } from './support.ts';

const xz = needs('xz', 'compresses a trace that is read back');
const folder = mkdtempSync(join(tmpdir(), 'encodings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** drmemtrace has sizes and processes, but no operations and no folded accesses. */
const plain = (): TraceSource =>
  traceFromRecords(
    Array.from({ length: 30_000 }, (_, index) =>
      access(
        1 + (index >> 13),
        (['ifetch', 'read', 'write'] as const)[index % 3]!,
        (index % 3 === 0 ? 0x40_1000n : 0x7ffd_0000_0000n) + BigInt((index * 7919) % 400_000),
        1 + (index % 16),
      ),
    ),
  );

async function file(name: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const path = join(folder, name);
  const kept: Buffer[] = [];
  for await (const piece of pieces) kept.push(Buffer.from(piece));
  writeFileSync(path, Buffer.concat(kept));
  return path;
}

/** Where what the file itself is does not show. */
const contents = (found: Inspection): unknown => ({ ...found, trace: null });

describe.skipIf(xz.skip)('text, text.xz, .vmt and drmemtrace', () => {
  test('hold the same events', async () => {
    const text = await file('a.trace', write(plain(), 'text').pieces);
    writeFileSync(join(folder, 'a.trace.xz'), execFileSync(xz.path, ['-c', text]));
    const paths = [
      text,
      join(folder, 'a.trace.xz'),
      await file('a.vmt', vmtOf(plain())),
      await file('a.drmemtrace', write(plain(), 'drmemtrace').pieces),
    ];
    const hashes = await Promise.all(paths.map(async (path) => eventHash(await openTrace(path))));
    const expected = await eventHash(plain());
    expect(hashes).toEqual(paths.map(() => expected));
    const found = [];
    for (const path of paths) found.push((await inspect(await openTrace(path))).inspection);
    expect(found.map(({ trace }) => [trace.format, trace.compression, trace.event_sha256])).toEqual([
      ['text', null, expected],
      ['text', 'xz', expected],
      ['vmt', null, expected],
      ['drmemtrace', null, expected],
    ]);
    for (const each of found) expect(contents(each)).toEqual(contents(found[0]!));
  });

  test('recorded, folded, with files and processes: text and .vmt', async () => {
    const text = new URL('../../../../traces/fork-server.trace', import.meta.url).pathname;
    const vmt = await file('b.vmt', vmtOf(await openTrace(text)));
    expect(await eventHash(await openTrace(vmt))).toBe(await eventHash(await openTrace(text)));
  });
});
