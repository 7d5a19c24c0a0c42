/** What becomes of a trap of the engine. */
import { expect, test } from 'vitest';
import { MachineError } from '../../src/machine/errors.ts';
import { trapError } from '../../src/machine/stops.ts';

/** (module (func (export "run") unreachable)) */
const UNREACHABLE = Buffer.from('0061736d010000000104016000000302010007070103' + '72756e00000a05010300000b', 'hex');

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
