/** Compiled policies on disk. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { policyCache } from '../../src/node/policy-cache.ts';
import type { CompiledPolicy } from '../../src/policy/compile.ts';

const POLICY: CompiledPolicy = {
  row: {
    id: 'mine',
    className: 'Mine',
    observes: 'ref-bit',
    repeats: 'never',
    params: [],
    summary: '',
    source: '',
    future: false,
    releases: false,
    writes: false,
  },
  binary: Uint8Array.from([0, 97, 115, 109, 10, 1, 0, 0, 0]),
  map: '{"mappings":""}',
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pagewalk-cache-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

it('gives back what was kept, by its key', async () => {
  const path = join(folder(), 'new', 'folder');
  const cache = policyCache(path);
  expect(await cache.get('key')).toBeUndefined();
  await cache.set('key', POLICY);
  expect(await cache.get('key')).toEqual(POLICY);
  expect(await cache.get('other')).toBeUndefined();
  expect(readdirSync(path)).toEqual(['key.policy']);
});

it('does not give back what is damaged', async () => {
  const path = folder();
  const cache = policyCache(path);
  await cache.set('key', POLICY);
  const [name = ''] = readdirSync(path);
  const whole = readFileSync(join(path, name));
  for (const damaged of [
    whole.subarray(0, whole.length - 1),
    whole.subarray(0, 20),
    Buffer.alloc(0),
    Buffer.from('not what it was'),
    Buffer.concat([whole.subarray(0, -1), Buffer.from([7])]),
  ]) {
    writeFileSync(join(path, name), damaged);
    expect(await cache.get('key')).toBeUndefined();
  }
  await cache.set('key', POLICY);
  expect(await cache.get('key')).toEqual(POLICY);
});

it('where nothing can be kept, nothing is', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  const cache = policyCache(join(path, 'inside'));
  await cache.set('key', POLICY);
  expect(await cache.get('key')).toBeUndefined();
});
