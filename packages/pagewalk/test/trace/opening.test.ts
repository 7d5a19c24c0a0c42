import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTrace } from '../../src/node/trace/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagewalk-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('opening', () => {
  test('no such file', async () => {
    await expect(openTrace(join(folder, 'absent'))).rejects.toThrow(
      'absent: cannot be read (no such file): expected a readable trace file',
    );
  });

  test('an empty folder', async () => {
    await expect(openTrace(folder)).rejects.toThrow(
      `${folder}: is a directory without traces: expected drmemtrace files, one for each thread`,
    );
  });
});
