/** Files that are no policies: each complaint names the line, and what would be accepted. */
import { describe, expect, it } from 'vitest';
import { compilePolicy, PolicyFileError } from '../../src/node/index.ts';

const ROW = "export const policy = { observes: 'ref-bit' };";

async function complaintsAbout(source: string): Promise<string[]> {
  const error = await compilePolicy({ source, file: 'my.ts', cache: null }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PolicyFileError);
  return (error as PolicyFileError).message.split('\n');
}

/** A policy with some lines in its constructor, and others at the top. */
const policyWith = (lines: readonly string[], top: readonly string[] = []): string =>
  [
    "import { Column, column, Frame, NONE, PageKey, Policy, PolicyContext } from 'pagewalk/policy';",
    ROW,
    'export class My extends Policy {',
    '  x: u32 = 0; constructor(context: PolicyContext) { super(context);',
    ...lines,
    '  }',
    '  victim(page: PageKey): Frame { return NONE; }',
    '}',
    ...top,
  ].join('\n');

/** Line 5 is the first of them. */
const IN_CODE: [line: string, complaint: string][] = [
  ['store<u8>(100, 1);', '1: store is neither declared here nor part of the contract of policies'],
  ['memory.fill(0, 0, 100);', '1: memory is neither declared here nor part of the contract of policies'],
  [
    'const a = changetype<usize>(this);',
    '11: changetype is neither declared here nor part of the contract of policies',
  ],
  ['u32.load(0);', '1: u32.load is not part of the contract of policies'],
  ['v128.load(0);', '1: v128 is neither declared here nor part of the contract of policies'],
  ['heap.alloc(1);', '1: heap is neither declared here nor part of the contract of policies'],
  ['__alloc(1);', '1: __alloc is neither declared here nor part of the contract of policies'],
  ['const b = new Array<u32>(5);', '15: Array is neither declared here nor part of the contract of policies'],
  ['const c = new Lists(1, 1);', "15: Lists is not imported: write import { Lists } from 'pagewalk/policy'"],
  ['const d = [1, 2];', '11: lists are columns: column<u32>(length), in the constructor'],
  ["const e = 'text'.length;", '11: text is for messages only: throw new Error("…"), assert(…, "…")'],
  [
    'const f = (): void => {};',
    '11: functions as values are not part of the contract: write a method or a function with a name',
  ],
  ['this.x = <u32>Math.random();', '15: Math.random is different in each run: use Random, made from context.seed'],
  ['const memory = 1;', '7: memory is a name of the language itself: give this another one'],
  ['const __spend = 1;', "7: __spend: names that begin with __ are the compiler's"],
  ['const g = new Column<u32>();', '11: columns are made by column<T>(length)'],
  ['console.log(1);', '1: console is neither declared here nor part of the contract of policies'],
  ['unchecked(this.x);', '1: unchecked is neither declared here nor part of the contract of policies'],
];

const AT_THE_TOP: [line: string, complaint: string][] = [
  ['let count: u32 = 0;', "5: count: what changes is a field of the policy's class, or snapshots miss it; write const"],
  ['const ages = column<u32>(5);', '14: a constant is a plain value: calls belong into the constructor of the policy'],
  ['class A { static total: u32 = 0; }', '11: total: state is in fields of objects, not of classes'],
  ['declare function host(): void;', '1: declare reaches out of the policy'],
  ['@external("env", "x") function host2(): void {}', '1: @external is not part of the contract'],
  ['namespace N { }', '1: only classes, functions, enums, types and constants stand at the top of a policy'],
  ["import { Frames, Lyst } from 'pagewalk/policy';", "18: 'pagewalk/policy' has no Lyst; did you mean Lists?"],
  ['class B extends Column<u32> {}', '1: Column is not made to be extended: keep one in a field'],
  ['for (;;) {}', '1: only classes, functions, enums, types and constants stand at the top of a policy'],
];

describe('refused, with its place', () => {
  it('code that could reach the host', async () => {
    const complaints = await complaintsAbout(policyWith(IN_CODE.map(([line]) => line)));
    expect(complaints.toSorted()).toEqual(IN_CODE.map(([, text], at) => `my.ts:${at + 5}:${text}`).toSorted());
  });

  it('what stands at the top of the file', async () => {
    const complaints = await complaintsAbout(
      policyWith(
        [],
        AT_THE_TOP.map(([line]) => line),
      ),
    );
    AT_THE_TOP.forEach(([, text], at) => {
      expect(complaints).toContainEqual(expect.stringContaining(`my.ts:${at + 8}:${text}`));
    });
  });

  it.each([
    [
      "import { readFile } from 'node:fs';",
      "my.ts:8:1: a policy is one file: it can import from 'pagewalk/policy' only, not from 'node:fs'",
    ],
    ['let', 'my.ts:8:1: Identifier expected.'],
  ])('%s', async (line, expected) => {
    expect(await complaintsAbout(policyWith([], [line]))).toEqual([expected]);
  });

  it('what the compiler itself finds', async () => {
    const cases: [line: string, complaint: string][] = [
      ['this.recency.links = column<u32>(1);', "14: Property 'links' does not exist on type 'Lists'."],
      [
        'this.frames.count = 5;',
        "1: Cannot assign to 'Frames.count' because it is a constant or a read-only property.",
      ],
      ['this.frames.state.set(0, 0);', "19: Property 'set' does not exist on type 'FrameColumn'."],
      ['const engine = this.frames.engine;', "28: Property 'engine' does not exist on type 'Frames'."],
      ['this.nothing();', "6: Property 'nothing' does not exist on type 'My'."],
    ];
    const complaints = await complaintsAbout(policyWith(cases.map(([line]) => line)));
    expect(complaints).toEqual(cases.map(([, text], at) => `my.ts:${at + 5}:${text}`));
  });
});

describe('the row', () => {
  const withRow = (row: string): string => policyWith([]).replace(ROW, row);

  it.each([
    ['', 'my.ts: no row: write export const policy = '],
    ['export const policy = 5;', 'my.ts:2:23: policy: the row is an object'],
    [
      "export const policy = { id: 'x' };",
      "my.ts:2:23: policy.observes: is missing; give 'ref-bit', 'every-access' or 'faults-only'",
    ],
    ["export const policy = { observes: 'all' };", "my.ts:2:35: policy.observes: 'all' is not accepted; give"],
    [
      "export const policy = { observes: 'ref-bit', id: 'My' };",
      "my.ts:2:50: policy.id: 'My' is no name; give small letters",
    ],
    [
      "export const policy = { observes: 'ref-bit', id: 'clock' };",
      'my.ts:2:50: policy.id: clock is a policy of the catalog',
    ],
    [
      "export const policy = { observe: 'ref-bit' };",
      'my.ts:2:34: policy.observe: no such key; did you mean observes?',
    ],
    [
      "export const policy = { observes: 'ref-bit', className: 'Mine' };",
      'my.ts:2:23: no class Mine: write export class … extends Policy; exported are My',
    ],
    [
      "export const policy = { observes: 'ref-bit', params: [{ name: 'n', default: 7, min: 1, max: 5 }] };",
      'my.ts:2:77: policy.params.0.default: default 7 is not in 1..5',
    ],
    [
      "export const policy = { observes: 'ref-bit', params: [{ name: 'n', default: f() }] };",
      'my.ts:2:77: not a plain value',
    ],
  ])('%s', async (row, expected) => {
    const [first] = await complaintsAbout(withRow(row));
    expect(first).toContain(expected);
  });
});
