import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unlessDone } from '../unless-done.ts';

test('work is done again when a source or a result differs, or when it failed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unless-'));
  const files = { record: join(folder, 'record'), from: [join(folder, '*.ts')], to: [join(folder, 'out')] };
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  let times = 0;
  const work = () => {
    put('out', 'result');
    return ++times !== 2;
  };
  const timesAfter = (change: () => void) => {
    change();
    unlessDone(files, work);
    return times;
  };

  expect(timesAfter(() => put('a.ts', '1'))).toBe(1);
  expect(timesAfter(() => put('a.ts', '1'))).toBe(1);
  expect(timesAfter(() => put('a.ts', '2'))).toBe(2);
  expect(timesAfter(() => {})).toBe(3);
  expect(timesAfter(() => put('b.ts', ''))).toBe(4);
  expect(timesAfter(() => put('out', 'other'))).toBe(5);
  expect(timesAfter(() => rmSync(files.to[0] ?? ''))).toBe(6);
  expect(timesAfter(() => {})).toBe(6);
  rmSync(folder, { recursive: true });
});
