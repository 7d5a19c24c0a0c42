import { describe, expect, test } from 'vitest';
import { access, errorOf, readBytes } from '../support.ts';
import { champsim, cloudsuite, joined } from './pack.ts';

describe.each([
  ['champsim', champsim, 64, 2],
  ['cloudsuite', cloudsuite, 96, 4],
] as const)('%s', (format, pack, bytes, writes) => {
  const pid = format === 'champsim' ? 1 : 0;

  test('the fetch, the reads, the writes; 0 is an unused slot', async () => {
    const { records, info } = await readBytes(
      joined(
        pack({ ip: 0x40_1000, reads: [0, 0x1000, 0, 2n ** 64n - 1n], writes: [0x2000, 0x3000] }),
        pack({ ip: 0, isBranch: 1, taken: 1 }),
      ),
      { format },
    );
    expect(records).toEqual([
      access(pid, 'ifetch', 0x40_1000n),
      access(pid, 'read', 0x1000n),
      access(pid, 'read', 2n ** 64n - 1n),
      access(pid, 'write', 0x2000n),
      access(pid, 'write', 0x3000n),
      access(pid, 'ifetch', 0n),
    ]);
    expect(info).toMatchObject({
      accesses: 6,
      facts: { instructions: 2, branches: 1 },
      leftOut: {},
      notes: ['no sizes: every access has 1 byte'],
    });
  });

  test('all slots, over chunks and windows', async () => {
    const all = { ip: 1, reads: [2, 3, 4, 5], writes: [6, 7, 8, 9].slice(0, writes) };
    const count = 20_001;
    const one = joined(pack(all));
    expect(one).toHaveLength(bytes);
    const many = new Uint8Array(bytes * count);
    for (let at = 0; at < many.length; at += bytes) many.set(one, at);
    const { records, info } = await readBytes(many, { format });
    expect(records).toHaveLength(count * (5 + writes));
    expect(records.slice(-5 - writes).map(({ address }) => Number(address))).toEqual([1, ...all.reads, ...all.writes]);
    expect(info.facts).toEqual({ instructions: count, branches: 0 });
  });

  test.each([
    [{ ip: 1, isBranch: 2 }, 8, "bad is_branch '2': expected 0 or 1"],
    [{ ip: 1, isBranch: 1, taken: 255 }, 9, "bad branch_taken '255': expected 0 or 1"],
  ])('bad flags: %j', async (bad, at, message) => {
    const input = joined(pack({ ip: 5 }), pack(bad), pack({ ip: 7 }));
    const error = await errorOf(input, { format, name: 't' });
    expect(error.message).toBe(`t: record 2: byte ${bytes + at}: ${message}`);
    const { records, info } = await readBytes(input, { format, lenient: true });
    expect(records.map(({ address }) => address)).toEqual([5n, 7n]);
    expect(info).toMatchObject({ skipped: 1, facts: { instructions: 2 } });
  });

  test('a record that is cut', async () => {
    const input = joined(pack({ ip: 5 }), pack({ ip: 6 })).subarray(0, -3);
    const error = await errorOf(input, { format, name: 't' });
    expect(error.message).toBe(`t: record 2: byte ${bytes}: truncated record: expected records of ${bytes} bytes`);
    const { info } = await readBytes(input, { format, lenient: true });
    expect(info).toMatchObject({ accesses: 1, truncatedTail: bytes - 3 });
  });
});

test("cloudsuite's address space is the pid", async () => {
  const { records } = await readBytes(joined(cloudsuite({ ip: 1, asid: 0xfffe, reads: [2], writes: [3] })), {
    format: 'cloudsuite',
  });
  expect(records.map(({ pid }) => pid)).toEqual([0xfffe, 0xfffe, 0xfffe]);
});
