/** Binary traces to begin with, as strings with a character for each byte. */

type Field = readonly [bytes: number, value: bigint | number];

/** Little-endian fields, one behind the other. */
function packed(...fields: readonly Field[]): string {
  let text = '';
  for (const [bytes, value] of fields) {
    for (let i = 0n; i < bytes; i++)
      text += String.fromCharCode(Number((BigInt.asUintN(64, BigInt(value)) >> (8n * i)) & 0xffn));
  }
  return text;
}

const drmemtrace = (type: number, size: number, value: bigint | number): string =>
  packed([2, type], [2, size], [8, value]);

export const DRMEMTRACE = [
  [
    drmemtrace(25, 0, 4),
    drmemtrace(28, 9, 0x240),
    drmemtrace(28, 2, 13_000_000_000_000_000n),
    drmemtrace(22, 4, 7),
    drmemtrace(24, 4, 99),
    drmemtrace(10, 4, 0x401000),
    drmemtrace(0, 8, 0x7f98_7654_3210n),
    drmemtrace(1, 4, 0x601ffe),
    drmemtrace(17, 3, 0x040302),
    drmemtrace(30, 4, 0x401000),
    drmemtrace(29, 4, 0x401004),
    drmemtrace(47, 4, 0x90909090),
    drmemtrace(48, 2, 0x401010),
    drmemtrace(2, 8, 0x1000),
    drmemtrace(23, 4, 7),
    drmemtrace(26, 0, 0),
  ].join(''),
  [
    drmemtrace(28, 18, 4096),
    drmemtrace(28, 15, 0x5000),
    drmemtrace(28, 17, 0x401000),
    drmemtrace(10, 4, 0x401ffe),
    drmemtrace(22, 4, 8),
    drmemtrace(24, 4, 0x100_0000),
    drmemtrace(17, 9, 1),
    drmemtrace(77, 0, 0),
    drmemtrace(18, 0, 64),
    'cut',
  ].join(''),
];

const INSTRUCTION: readonly Field[] = [
  [8, 0x401000],
  [1, 1],
  [1, 0],
];
const eight = (...values: readonly number[]): Field[] => values.map((value) => [8, value]);

export const CHAMPSIM = [
  packed(...INSTRUCTION, [6, 0], ...eight(0x602000, 0, 0x7ffe_0000_1000, 0, 0, 5)).repeat(2),
  `${packed(...INSTRUCTION, [6, 0], ...eight(1, 2, 3, 4, 5, 6))}${packed([8, 1], [1, 2], [1, 0], [54, 0])}cut`,
];
export const CLOUDSUITE = [
  packed(...INSTRUCTION, [14, 0], ...eight(0x602000, 0, 0, 8, 0x7ffe_0000_1000, 0, 0, 0), [2, 77], [6, 0]).repeat(2),
  `${packed(...INSTRUCTION, [14, 0], ...eight(1, 2, 3, 4, 5, 6, 7, 8), [8, 0])}${packed([8, 1], [1, 0], [1, 9], [86, 0])}cut`,
];

const MAGIC: Field = [8, 0x1234_5678_9abc_def0n];
const oracle = (id: number, next: number): string => packed([4, 100], [8, id], [4, 4096], [8, next]);
const opns = (id: number, op: number): string => packed([4, 100], [8, id], [4, 4096], [1, op], [2, 0], [8, -1]);
const lcs = (version: number, request: string): string =>
  packed(MAGIC, [8, version], [8, version], [8, 2], [8, 1], [8144, 0], MAGIC) + request.repeat(2);
const format = (letters: string, fields: number, bytes: number, request: string): string =>
  `${packed(MAGIC)}${letters.padEnd(240, '\0')}${packed([1, 2], [1, 3], [1, 1], [1, 0], [1, 4], [732, 0], [15, 0])}`
    .slice(0, 1000)
    .concat(packed([4, fields], [4, bytes], [8, 1], MAGIC), request.repeat(2));

export const REQUESTS = [
  oracle(7, 2) + oracle(7, -1),
  opns(7, 1) + opns(8, 9) + opns(9, 4) + opns(9, 77),
  lcs(1, oracle(7, -1)),
  lcs(2, packed([4, 1], [8, 7], [4, 4096], [1, 1], [3, 2], [8, -1])),
  lcs(4, packed([4, 1], [8, 7], [8, 4096], [1, 1], [3, 2], [4, 0], [8, -1], [4, 1])),
  format('<IQIq', 4, 24, oracle(7, -1)),
  format('<IQbq', 4, 21, packed([4, 1], [8, 7], [1, 1], [8, -1])),
];

const vscsi1 = (cmd: number, ver: number): string =>
  packed([4, 1], [4, 512], [4, 1], [2, cmd], [2, ver], [8, 77], [8, 1000]);
const vscsi2 = (cmd: number, ver: number): string =>
  packed([2, cmd], [2, ver], [4, 1], [4, 512], [4, 1], [8, 77], [8, 1000], [8, 5]);

export const VSCSI = [
  vscsi1(0x28, 0x100) + vscsi1(0x2a, 0x101) + vscsi1(0x35, 0x100) + vscsi1(0x28, 0x200),
  `${vscsi2(0x28, 0x200) + vscsi2(0x8a, 0x201) + vscsi2(0x35, 0x200) + vscsi2(0x28, 0x100)}cut`,
];

/** Columns of a block: place 0 tokens, 1 extents, 2 jumps, 3 addresses, 4 pids, 5 operations. */
function block(...columns: readonly (readonly number[])[]): string {
  const directory = columns.flatMap((column, place) => [place, column.length]);
  return String.fromCharCode(columns.length, ...directory, ...columns.flat());
}

const jumps = [0x80, 0x80, 0x40, 2, 4, 1, 9, 3];
export const VMT_BLOCKS = [
  // Whole accesses: fetches, data in every way, a pid, an operation, folded ones.
  block(
    [0x42, 0x46, 0x10, 0x14, 0x18, 0x11, 0x03, 0x07, 0x0b, 0x0f, 0x02],
    [5, 6, 7],
    jumps.slice(0, 4),
    [2, 4, 6, 8],
    [7],
    [3, 1, 2, 3],
  ),
  // Folded on pages: new members, steps, a long count, a pid, an operation, a whole access, a folded one.
  block(
    [
      0xf0,
      0xf1,
      0xf2,
      ...Array.from({ length: 60 }, (_, i) => ((i % 3) << 4) | (1 + (i % 15))),
      0x10,
      0xf7,
      0xf0,
      0x01,
      0x11,
      0xf3,
      0xf4,
      0xf8,
      0x11,
    ],
    [1, 2, 3, 200, 1, 4, 5, 6],
    jumps.slice(0, 6),
    [2, 4],
    [9],
    [3, 1, 2, 3],
  ),
];
