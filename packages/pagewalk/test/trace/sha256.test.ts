import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256InScript } from '../../src/trace/sha256.ts';

test('gives what node:crypto gives, whatever the pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (pieces) => {
      const hash = sha256InScript();
      for (const piece of pieces) hash.update(piece);
      expect(hash.hex()).toBe(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'));
    }),
    { numRuns: 300 },
  );
});

test('and of each length around a block', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).fill(length);
    const hash = sha256InScript();
    hash.update(bytes);
    expect(hash.hex()).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});
