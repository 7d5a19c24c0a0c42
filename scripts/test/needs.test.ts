import { afterEach, expect, test, vi } from 'vitest';
import { needs } from '../../test/support/needs.ts';

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
