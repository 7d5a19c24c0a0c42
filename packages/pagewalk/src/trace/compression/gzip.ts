/** gzip in any host: members one behind the other. */
import { decoder } from './decoder.ts';
import { Inflater } from './inflate.ts';
import type { Decompress } from './magic.ts';

export const gzip: Decompress = (source, file) =>
  decoder('gzip', async function* (input) {
    const inflater = await Inflater.load(file, 'gzip');
    while (await input.has(1)) yield* inflater.stream(input, 'gzip');
  })(source, file);
