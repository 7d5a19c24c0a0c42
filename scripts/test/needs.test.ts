import { afterEach, expect, test, vi } from 'vitest';
import { needs, needsThat } from '../../test/support/needs.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('a tool that is there', () => {
  expect(needs('sh', 'runs')).toMatchObject({ skip: false, path: expect.stringMatching(/^\/.*\/sh$/) });
});

test('a missing tool: one line and a skip, with CI=true an error', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  vi.stubEnv('CI', '');
  expect(needs('no-such-tool', 'records')).toMatchObject({ skip: true });
  expect(warn.mock.calls).toEqual([['skipped: no-such-tool is not installed (needed: records)']]);
  vi.stubEnv('CI', 'true');
  expect(() => needs('no-such-tool', 'records')).toThrow('no-such-tool is not installed');
});

test('something that is no tool', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  vi.stubEnv('CI', '');
  expect(needsThat(true, 'a disk', 'files')).toEqual({ skip: false });
  expect(needsThat(false, 'a disk', 'files')).toEqual({ skip: true });
  expect(warn.mock.calls).toEqual([['skipped: a disk is missing (needed: files)']]);
  vi.stubEnv('CI', 'true');
  expect(() => needsThat(false, 'a disk', 'files')).toThrow('a disk is missing');
});
