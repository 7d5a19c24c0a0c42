import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openVmtAt } from '../../../src/node/trace/vmt-at.ts';
import { access, traceWasm } from '../support.ts';
import { eventsOf, written } from './support.ts';

const records = Array.from({ length: 1000 }, (_, index) => {
  return access(1, 'read', BigInt((index * 7919) % 64) * 4096n, (index % 5) + 1, true);
});
/** Each access by itself. */
const accesses = records.flatMap(({ extent, address }) => Array.from({ length: extent }, () => address));
let folder: string;
let path: string;
let cut: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewalk-vmt-'));
  path = join(folder, 'a.vmt');
  cut = join(folder, 'cut.vmt');
  const bytes = await written({ records, foldedPage: 4096 }, { blockEvents: 37, frameBytes: 200 });
  await writeFile(path, bytes);
  await writeFile(cut, bytes.subarray(0, bytes.length - 30));
});

afterAll(() => rm(folder, { recursive: true }));

describe('opening at an access', () => {
  test('gives what is behind it, to the access', async () => {
    for (const at of [0, 1, 2, 110, 111, 112, 1500, accesses.length - 1]) {
      const { events, info, error } = await eventsOf(await openVmtAt(path, at, { module: await traceWasm }));
      expect(error).toBeNull();
      const found = (events as typeof records).flatMap(({ extent, address }) =>
        Array.from({ length: extent }, () => address),
      );
      expect(found, `from ${at}`).toEqual(accesses.slice(at));
      expect(info.accesses).toBe(accesses.length - at);
      expect(info.records).toBe(events.length);
    }
  });

  test.each([[-1], [accesses.length], [0.5]])('%d is refused', async (at) => {
    await expect(openVmtAt(path, at, { module: await traceWasm })).rejects.toThrow(RangeError);
  });

  test('a file without its end is refused', async () => {
    await expect(openVmtAt(cut, 0, { module: await traceWasm })).rejects.toThrow(
      'no index at the end: expected a finished file; converting it makes one of what is there',
    );
  });
});
