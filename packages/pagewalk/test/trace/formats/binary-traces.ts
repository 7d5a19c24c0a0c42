/** Random traces of the binary formats. */
import fc from 'fast-check';
import { MAGIC } from '../slow/lcs.ts';

const MAX = 2n ** 64n - 1n;
const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
export const address = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: 0x7ffe_0000_0000n, max: 0x7ffe_0000_4000n }) },
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 0x1_0000n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: MAX - 0x2000n, max: MAX }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: MAX }) },
);

/** Writes fields one behind the other: a number of bytes and a value each. */
export function packed(...fields: readonly (readonly [bytes: number, value: bigint | number])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [count, value] of fields) {
    for (let i = 0, rest = BigInt.asUintN(64, BigInt(value)); i < count; i++, rest >>= 8n)
      bytes.push(Number(rest & 0xffn));
  }
  return Uint8Array.from(bytes);
}

export const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

const listOf = (record: fc.Arbitrary<Uint8Array>, maxLength = 40): fc.Arbitrary<Uint8Array> =>
  fc.array(record, { maxLength }).map(joined);

const type = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1) },
  { weight: 6, arbitrary: fc.integer({ min: 10, max: 16 }) },
  { weight: 3, arbitrary: fc.integer({ min: 29, max: 31 }) },
  { weight: 1, arbitrary: fc.constantFrom(48, 49) },
  { weight: 2, arbitrary: fc.constantFrom(2, 9, 18, 19, 20, 21, 23, 25, 26, 27, 32, 46, 47) },
  { weight: 1, arbitrary: fc.constantFrom(50, 255, 65_535) },
);
const size = fc.oneof({ weight: 9, arbitrary: small(16) }, { weight: 1, arbitrary: fc.constantFrom(0, 4096, 65_535) });
const marker = fc.tuple(fc.oneof(small(36), fc.constantFrom(100, 200, 65_535)), address);
const drmemtraceRecord = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(type, size, address).map(([t, s, a]) => packed([2, t], [2, s], [8, a])) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(small(9), fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 8, maxLength: 8 }))
      .map(([count, lengths]) => packed([2, 17], [2, count], ...lengths.map((n) => [1, n || 4] as const))),
  },
  { weight: 2, arbitrary: marker.map(([subtype, value]) => packed([2, 28], [2, subtype], [8, value])) },
  { weight: 1, arbitrary: small(3).map((tid) => packed([2, 22], [2, 4], [8, tid])) },
  {
    weight: 1,
    arbitrary: fc
      .oneof(small(9).map(BigInt), fc.constantFrom(0xff_ffffn, 0x100_0000n, MAX))
      .map((pid) => packed([2, 24], [2, 4], [8, pid])),
  },
);
export const drmemtrace = listOf(drmemtraceRecord);

const flag = fc.oneof({ weight: 30, arbitrary: small(1) }, { weight: 1, arbitrary: small(255) });
const slot = fc.oneof({ weight: 1, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: address });
const instruction = (bytes: number, registers: number, slots: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(address, flag, flag, fc.array(slot, { minLength: slots, maxLength: slots }), small(0xffff))
    .map(([ip, branch, taken, memory, asid]) => {
      const words = memory.map((word) => [8, word] as const);
      const head = packed([8, ip], [1, branch], [1, taken], [registers, 0x0102030405060708n], ...words);
      const whole = new Uint8Array(bytes);
      whole.set(head);
      if (bytes === 96) whole.set(packed([2, asid]), 88);
      return whole;
    });
export const champsim = listOf(instruction(64, 6, 6));
export const cloudsuite = listOf(instruction(96, 14, 8));

const id = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 6n }) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 52n - 1n, 2n ** 52n, 2n ** 55n - 1n, 2n ** 55n, MAX) },
);
const time = fc.oneof(small(9), small(0xffff_ffff));
const bytesOf = fc.oneof(
  { weight: 8, arbitrary: small(20_000) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0xffff_ffff) },
);
const next = fc.oneof(
  fc.constantFrom(-1n, 2n ** 63n - 1n),
  fc.bigInt({ min: 0n, max: 8n }),
  fc.bigInt({ min: -3n, max: 3n }),
);
const op = fc.oneof({ weight: 9, arbitrary: small(14) }, { weight: 1, arbitrary: fc.constantFrom(15, 100, 255) });
export const oracleGeneral = listOf(
  fc.tuple(time, id, bytesOf, next).map(([t, i, s, n]) => packed([4, t], [8, i], [4, s], [8, n])),
);
export const oracleGeneralOpns = listOf(
  fc
    .tuple(time, id, bytesOf, op, small(9), next)
    .map(([t, i, s, o, ns, n]) => packed([4, t], [8, i], [4, s], [1, o], [2, ns], [8, n])),
);

const command = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0x08, 0x28, 0x88, 0xa8, 0x0a, 0x2a, 0x8a, 0xaa) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0x35, 0x12a, 0xffff) },
);
const version = (number: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 20, arbitrary: small(255).map((low) => (number << 8) | low) },
    { weight: 1, arbitrary: small(0xffff) },
  );
const vscsi1 = fc
  .tuple(small(99), bytesOf, command, version(1), id, address)
  .map(([sn, len, cmd, ver, lbn, ts]) => packed([4, sn], [4, len], [4, 1], [2, cmd], [2, ver], [8, lbn], [8, ts]));
const vscsi2 = fc
  .tuple(small(99), bytesOf, command, version(2), id, address)
  .map(([sn, len, cmd, ver, lbn, ts]) =>
    packed([2, cmd], [2, ver], [4, sn], [4, len], [4, 1], [8, lbn], [8, ts], [8, 5]),
  );
export const vscsi = fc.oneof(
  listOf(vscsi1).filter((bytes) => bytes.length === 0 || bytes[15] === 1),
  listOf(vscsi2).filter((bytes) => bytes.length === 0 || bytes[3] === 2),
);

function lcsOfVersion(number: number, record: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const header = new Uint8Array(8192);
  header.set(packed([8, MAGIC], [8, number], [8, number], [8, 3], [8, 2]));
  header.set(packed([8, MAGIC]), 8184);
  return listOf(record, 12).map((records) => joined([header, records]));
}

const wide = (features: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(time, id, fc.oneof(small(9999).map(BigInt), fc.constantFrom(-1n, 2n ** 32n, 2n ** 63n - 1n)), op, next)
    .map(([t, i, s, o, n]) =>
      packed(
        [4, t],
        [8, i],
        [8, s],
        [1, o],
        [3, 7],
        [4, 0],
        [8, n],
        ...Array.from({ length: features }, () => [4, 9] as const),
      ),
    );

export const lcs = fc.oneof(
  lcsOfVersion(
    1,
    fc.tuple(time, id, bytesOf, next).map(([t, i, s, n]) => packed([4, t], [8, i], [4, s], [8, n])),
  ),
  lcsOfVersion(
    2,
    fc
      .tuple(time, id, bytesOf, op, next)
      .map(([t, i, s, o, n]) => packed([4, t], [8, i], [4, s], [1, o], [3, 1], [8, n])),
  ),
  lcsOfVersion(3, wide(0)),
  lcsOfVersion(5, wide(2)),
  lcsOfVersion(8, wide(16)),
);

const varint = (value: bigint): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
};
const number = (field: number, value: bigint): number[] => [...varint(BigInt(field * 8)), ...varint(value)];
const text = (field: number, value: string): number[] => [
  ...varint(BigInt(field * 8 + 2)),
  value.length,
  ...Buffer.from(value),
];
const message = (bytes: readonly number[]): number[] => [...varint(BigInt(bytes.length)), ...bytes];
const packet = fc
  .record({
    tick: fc.bigInt({ min: 0n, max: MAX }),
    command: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(1n, 4n) },
      { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 300n }) },
    ),
    address,
    size: fc.oneof(
      { weight: 9, arbitrary: fc.bigInt({ min: 1n, max: 128n }) },
      { weight: 1, arbitrary: fc.constantFrom(0n, 2n ** 32n - 1n, 2n ** 32n) },
    ),
    flags: fc.option(fc.bigInt({ min: 0n, max: 0x3ffn }), { nil: null }),
    drop: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
    extra: fc.constantFrom(
      [],
      number(7, 0x401000n),
      text(9, 'x'),
      [...varint(8n * 20n + 1n), 1, 2, 3, 4, 5, 6, 7, 8],
      [...varint(8n * 21n + 5n), 1, 2, 3, 4],
    ),
  })
  .map(({ tick, command, address: place, size: bytes, flags, drop, extra }) => {
    const fields = [number(1, tick), number(2, command), number(3, place), number(4, bytes)].filter(
      (_, i) => i + 1 !== drop,
    );
    return message([...fields, flags === null ? [] : number(5, flags), extra].flat());
  });
export const gem5 = fc.array(packet, { maxLength: 12 }).map((packets) => {
  const header = message([...text(1, 'port'), ...number(2, 0n), ...number(3, 10n ** 12n), ...text(4, '')].flat());
  // Field 4 of the header holds messages.
  return Uint8Array.from([...Buffer.from('gem5'), ...header, ...packets.flat()]);
});
