/** What Node reads by its own zlib, damaged: gzip, zstd, and zip, which inflates by it in the decoder's thread. */
import { describe, expect, test } from 'vitest';
import { inflaters } from '../../../src/node/trace/inflate.ts';
import { nodeZlib } from '../../../src/node/trace/node-zlib.ts';
import { zipBy } from '../../../src/trace/compression/zip.ts';
import { latin1 } from '../support.ts';
import { contentOf, type Decoders, expectCutsTold, expectFlipsTold, expectJunkTold, SMALL } from './damage.ts';
import { PROGRAMS } from './programs.ts';

const BY_ZLIB: Decoders = { gzip: inflaters.gzip!, zstd: inflaters.zstd!, zip: zipBy(nodeZlib) };

for (const { name, kind, skip, compress } of PROGRAMS) {
  describe.skipIf(skip || !['gzip', 'zstd', 'zip'].includes(kind))(name, () => {
    test('cut anywhere', () => expectCutsTold(compress(SMALL), kind, BY_ZLIB));
    test('junk behind the end', () => expectJunkTold(compress(SMALL), kind, BY_ZLIB));
    test('a flipped bit', () => expectFlipsTold(compress(SMALL), kind, BY_ZLIB));

    test('nothing, and a lot', async () => {
      expect(await contentOf(compress(new Uint8Array(0)), BY_ZLIB)).toHaveLength(0);
      const text = latin1('1 R 0x1000 8\n'.repeat(100_000));
      expect(Buffer.from((await contentOf(compress(text), BY_ZLIB)) as Uint8Array).equals(text)).toBe(true);
    });
  });
}
