/** What becomes of a trap of the engine. */
import { expect, test } from 'vitest';
import { MachineError } from '../../src/machine/errors.ts';
import { trapError } from '../../src/machine/stops.ts';

/** (module (func (export "run") unreachable)) */
const UNREACHABLE = new Uint8Array([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 0],
  ...[10, 5, 1, 3, 0, 0, 0x0b],
]);

test('no more memory in the middle of a change is said in words', async () => {
  const { instance } = await WebAssembly.instantiate(UNREACHABLE);
  let trap: unknown;
  try {
    (instance.exports['run'] as () => void)();
  } catch (error) {
    trap = error;
  }
  expect(trap).toBeInstanceOf(WebAssembly.RuntimeError);
  const said = trapError(trap);
  expect(said).toBeInstanceOf(MachineError);
  expect((said as Error).message).toMatch(/outgrew the 4 GiB .*; give a larger page_size/);
});

test('any other error stays what it is', () => {
  const error = new WebAssembly.RuntimeError('memory access out of bounds');
  expect(trapError(error)).toBe(error);
});
