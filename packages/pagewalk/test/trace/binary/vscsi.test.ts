import { describe, expect, test } from 'vitest';
import { access, errorOf, readBytes } from '../support.ts';
import { joined, vscsi1, vscsi2 } from './pack.ts';

describe.each([
  [1, vscsi1, 32],
  [2, vscsi2, 40],
] as const)('version %i', (version, pack, bytes) => {
  test('reads, writes, and other commands', async () => {
    const cmds = [0x08, 0x28, 0x88, 0xa8, 0x0a, 0x2a, 0x8a, 0xaa, 0x35, 0x00];
    const { records, info } = await readBytes(
      joined(...cmds.map((cmd, at) => pack({ cmd, lbn: at * 8, time: 2n ** 53n + BigInt(at) }))),
    );
    expect(records).toEqual(
      cmds.slice(0, 8).map((_, at) => access(1, at < 4 ? 'read' : 'write', BigInt(at) * 4096n, 1)),
    );
    expect(info).toMatchObject({
      format: 'vscsi',
      leftOut: { other_commands: 2 },
      facts: { version, first_time: '9007199254740992', last_time: '9007199254741001' },
      notes: ['block I/O below the page cache'],
      settings: { id_is: 'lbn512', sizes: 'ignored' },
    });
  });

  test('sizes, and numbers that are something else', async () => {
    const input = joined(pack({ cmd: 0x28, lbn: 7, len: 65_536, time: 3 }), pack({ cmd: 0x28, lbn: 7, len: 0 }));
    expect((await readBytes(input, { split: true })).records).toEqual([
      access(1, 'read', 7n * 512n, 65_536),
      access(1, 'read', 7n * 512n, 1),
    ]);
    expect((await readBytes(input, { idIs: 'page' })).records[0]?.address).toBe(7n * 4096n);
    expect((await readBytes(input)).info.facts).toMatchObject({ first_time: 3, last_time: 0 });
  });

  test('a record of the other version', async () => {
    const input = joined(
      ...[0, 1, 2, 3].map(() => pack({ cmd: 0x28, lbn: 1 })),
      pack({ cmd: 0x28, lbn: 1, ver: 0x0700 }),
    );
    const error = await errorOf(input, { name: 't' });
    const at = 4 * bytes + (version === 1 ? 15 : 3);
    expect(error.message).toBe(
      `t: record 5: byte ${at}: bad version '7': expected ${version}, as that of the first records`,
    );
  });

  test('a record that is cut', async () => {
    const error = await errorOf(joined(pack({ cmd: 0x28, lbn: 1 }), pack({ cmd: 0x28, lbn: 2 })).subarray(0, -1));
    expect(error.message).toContain(`truncated record: expected records of ${bytes} bytes`);
  });
});
