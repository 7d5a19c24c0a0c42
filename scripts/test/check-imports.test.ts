import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkImports } from '../imports/check.ts';
import { LAYERS, ROWS } from '../imports/table.ts';

const layers = { ground: ['packages/a/src/ground/'], roof: ['packages/a/src/roof/'], other: ['packages/b/'] };
const rows = [{ from: 'roof', to: ['ground', 'node:', 'npm:zod'], why: 'a roof stands on the ground' }];
const exports = new Map([['b', 'packages/b/index.ts']]);

/** Findings over files of one import statement per line. */
function check(files: Record<string, string[]>): string[] {
  const texts = Object.entries(files).map(([path, lines]) => [path, lines.join('\n')] as const);
  return checkImports({ files: new Map(texts), exports, layers, rows });
}

const GROUND = { 'packages/a/src/ground/floor.ts': [] };

test('a row allows, also without the extension and over several lines', () => {
  const roof = [
    "import { floor } from '../ground/floor';",
    'import {',
    '  type Floor,',
    "} from '../ground/floor.ts';",
  ];
  expect(check({ ...GROUND, 'packages/a/src/roof/top.ts': [...roof, "import 'node:fs';", "import 'zod';"] })).toEqual(
    [],
  );
});

test('what no row allows is found with file and line', () => {
  const files = {
    'packages/a/src/ground/floor.ts': ['', "import { z } from 'zod';", "export * from '../roof/top.ts';"],
  };
  expect(check({ ...files, 'packages/a/src/roof/top.ts': [] })).toEqual([
    'packages/a/src/ground/floor.ts:2: ground may not import zod (npm:zod); it may import: nothing outside of it',
    'packages/a/src/ground/floor.ts:3: ground may not import ../roof/top.ts (roof); it may import: nothing outside of it',
  ]);
});

test('another package is named, not reached into', () => {
  const roof = ["import '../../../b/index.ts';", "import 'b';"];
  expect(check({ 'packages/b/index.ts': [], 'packages/a/src/roof/top.ts': roof })).toEqual([
    'packages/a/src/roof/top.ts:1: ../../../b/index.ts reaches into another package: import one of its exports',
    'packages/a/src/roof/top.ts:2: roof may not import b (other); it may import: ground, node:, npm:zod',
  ]);
});

test('missing files and files in no layer', () => {
  expect(check({ 'packages/a/src/roof/top.ts': ["import './gone.ts';"], 'stray.ts': ["import 'zod';"] })).toEqual([
    'packages/a/src/roof/top.ts:1: no such file: ./gone.ts',
    'stray.ts:1: stray.ts is in no layer of scripts/imports/table.ts',
  ]);
});

test('a cycle, type-only imports included', () => {
  const ground = (name: string) => `packages/a/src/ground/${name}.ts`;
  const files = { [ground('x')]: ["import './y.ts';"], [ground('y')]: ["import './z.ts';"] };
  expect(check({ ...files, [ground('z')]: ['', "import type { Y } from './y.ts';"] })).toEqual([
    `${ground('z')}:2: import cycle: ${ground('y')} → ${ground('z')} → ${ground('y')}`,
  ]);
});

test('a comment and a dynamic import', () => {
  const b = "'b'";
  const roof = ["// import 'b';", ' * import { b } from "b";', `const loaded = await import(${b});`];
  expect(check({ 'packages/b/index.ts': [], 'packages/a/src/roof/top.ts': roof })).toHaveLength(1);
});

test('each row of the table names layers and files that exist', () => {
  const unknown = ROWS.flatMap(({ from, to }) => [from, ...to]).filter(
    (name) => !(name in LAYERS) && !/^(node:$|npm:)/.test(name) && !existsSync(name),
  );
  expect(unknown).toEqual([]);
});
