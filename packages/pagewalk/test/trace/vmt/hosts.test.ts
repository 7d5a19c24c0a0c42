import { afterEach, describe, expect, test } from 'vitest';
import { vmtOnNode, vmtWith } from '../../../src/node/trace/vmt-zstd.ts';
import { unpackWithFzstd } from '../../../src/trace/vmt/fzstd.ts';
import { setVmtHost } from '../../../src/trace/vmt/host.ts';
import { access } from '../support.ts';
import { readBack, written } from './support.ts';

const records = Array.from({ length: 30_000 }, (_, index) => {
  return access(1, 'read', (BigInt(index) * 7919n) % 65_536n, (index % 9) + 1);
});

afterEach(() => setVmtHost(vmtWith(1, 17)));

describe('decompression', () => {
  test.each([
    ['of Node', vmtOnNode],
    ['of pages', { unpack: unpackWithFzstd }],
  ])('%s reads what the compression of Node wrote, in several frames', async (_, host) => {
    const bytes = await written({ records }, { host: vmtOnNode, blockEvents: 1000, frameBytes: 10_000 });
    setVmtHost(host);
    const { events, error } = await readBack(bytes);
    expect(error).toBeNull();
    expect(events).toEqual(records);
  });

  test('by nobody is an error', async () => {
    const bytes = await written({ records }, { blockEvents: 1000 });
    setVmtHost({});
    const { error } = await readBack(bytes);
    expect(error?.message).toBe('trace: record 1: byte 33: damaged block (zstd, which this host cannot read)');
  });
});
